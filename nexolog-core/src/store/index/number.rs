/// The greatest number up to which floats are exact: beyond, two texts can be one number and have different digits.
pub(super) const MOST_EXACT: u128 = 1 << 53;

/// The digits by which a number is found, however it is written; `None` when it is not whole, or too great.
pub(super) fn whole_digits(text: &str) -> Option<String> {
    if is_surely_broken(text) {
        return None;
    }
    if let Ok(whole) = text.parse::<i128>() {
        return digits_of(whole);
    }
    let float = text.parse::<f64>().ok().filter(|float| float.fract() == 0.0)?;
    // Not beyond 2^53, or `digits_of` refuses it: so the cast is exact, or saturates.
    #[allow(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
    digits_of(float as i128)
}

/// Tells most numbers that are not whole at a glance: with so few digits, no rounding makes them whole.
fn is_surely_broken(text: &str) -> bool {
    text.len() <= 16
        && text.split_once('.').is_some_and(|(_, fraction)| {
            let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
            digits && fraction.bytes().any(|byte| byte != b'0')
        })
}

/// The digits of `number` without its sign; `None` when it is too great.
pub(super) fn digits_of(number: i128) -> Option<String> {
    let size = number.unsigned_abs();
    (size <= MOST_EXACT).then(|| size.to_string())
}

#[cfg(test)]
mod tests {
    use super::whole_digits;

    #[test]
    fn numbers_that_are_equal_have_the_same_digits() {
        for text in ["500", "500.0", "5e2", "0.5e3", "-500", "5E+2", "0500", "50000e-2"] {
            assert_eq!(whole_digits(text).as_deref(), Some("500"), "{text}");
        }
        assert_eq!(whole_digits("-0.0").as_deref(), Some("0"));
        assert_eq!(whole_digits("9007199254740993.0").as_deref(), Some("9007199254740992"));
        for text in ["0.5", "1e400", "1e300", "9007199254740993", "nan", "inf", "e", "-", ""] {
            assert_eq!(whole_digits(text), None, "{text}");
        }
    }
}
