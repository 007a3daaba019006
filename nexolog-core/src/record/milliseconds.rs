use std::time::Duration;

/// A duration as `duration_ms` has it: exact to the nanosecond, and without the digits that a sum of
/// seconds and fractions would add.
#[must_use]
pub fn milliseconds(duration: Duration) -> f64 {
    // All but those of centuries fit 64 bits, which take a fifth of the time.
    match u64::try_from(duration.as_nanos()) {
        Ok(nanos) => nanos as f64 / 1e6,
        Err(_) => of_centuries(duration),
    }
}

/// Apart, or the compiler would work out both and then choose.
#[cold]
#[inline(never)]
fn of_centuries(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::milliseconds;

    #[test]
    fn no_digit_is_made_up() {
        assert_eq!(milliseconds(Duration::from_nanos(4_893_443)).to_string(), "4.893443");
        assert_eq!(milliseconds(Duration::from_micros(30_470_442)).to_string(), "30470.442");
        assert_eq!(
            milliseconds(Duration::from_secs(100_000_000_000)).to_string(),
            "100000000000000"
        );
    }
}
