use std::time::Duration;

use syn::LitStr;

const UNITS: [(&str, f64); 6] =
    [("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];

/// Reads `"200ms"`, `"1.5s"`, `"2m"`.
pub(crate) fn parse(text: &LitStr) -> syn::Result<Duration> {
    read(text.value().trim()).ok_or_else(|| {
        syn::Error::new(
            text.span(),
            "this is no duration; write a number and a unit, such as \"200ms\", \"1.5s\" or \"2m\"",
        )
    })
}

/// As [`parse`], of plain text.
pub(super) fn read(text: &str) -> Option<Duration> {
    let unit_at = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
    let (number, unit) = text.split_at(unit_at);
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    let number: f64 = number.parse().ok()?;
    Duration::try_from_secs_f64(number * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        assert_eq!(read("200ms"), Some(Duration::from_millis(200)));
        assert_eq!(read("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!(read("2 m"), Some(Duration::from_secs(120)));
        for wrong in ["", "200", "ms", "-1s", "1.2.3s", "1 week", "999999999999999999999999h"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
