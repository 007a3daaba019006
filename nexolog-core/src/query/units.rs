use super::number::Number;

/// What a unit measures, and how many of the base unit (milliseconds, bytes) it is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Time(f64),
    Size(f64),
}

/// Reads a number, with a unit or without, as a number in the unit that `key` counts in.
///
/// Sizes count in bytes. Durations count in what the key's name ends with (`_ns`, `_us`, `_ms`, `_s`, `_secs`,
/// `_seconds`), and in milliseconds when it says nothing.
pub(super) fn quantity(text: &str, key: &str) -> Option<Number> {
    if let Some(number) = Number::read(text) {
        return Some(number);
    }
    let split = text.rfind(|c: char| c.is_ascii_digit() || c == '.')? + 1;
    let (number, unit) = (Number::read(text.get(..split)?)?, unit(text.get(split..)?)?);
    Some(match unit {
        Unit::Size(bytes) => number.times(bytes),
        Unit::Time(millis) => {
            let per_count = millis_per_count(key);
            if millis >= per_count {
                number.times(millis / per_count)
            } else {
                number.times(1.0 / (per_count / millis))
            }
        }
    })
}

fn unit(name: &str) -> Option<Unit> {
    const KILO: f64 = 1_000.0;
    const KIBI: f64 = 1_024.0;
    Some(match name {
        "ns" => Unit::Time(0.000_001),
        "us" | "µs" | "μs" => Unit::Time(0.001),
        "ms" => Unit::Time(1.0),
        "s" | "sec" => Unit::Time(1_000.0),
        "m" | "min" => Unit::Time(60_000.0),
        "h" => Unit::Time(3_600_000.0),
        "d" => Unit::Time(86_400_000.0),
        _ => match name.to_ascii_lowercase().as_str() {
            "b" => Unit::Size(1.0),
            "k" | "kb" => Unit::Size(KILO),
            "mb" => Unit::Size(KILO * KILO),
            "gb" => Unit::Size(KILO * KILO * KILO),
            "tb" => Unit::Size(KILO * KILO * KILO * KILO),
            "kib" => Unit::Size(KIBI),
            "mib" => Unit::Size(KIBI * KIBI),
            "gib" => Unit::Size(KIBI * KIBI * KIBI),
            "tib" => Unit::Size(KIBI * KIBI * KIBI * KIBI),
            _ => return None,
        },
    })
}

fn millis_per_count(key: &str) -> f64 {
    match key.rsplit(['_', '.']).next() {
        Some("ns" | "nanos") => 0.000_001,
        Some("us" | "micros") => 0.001,
        Some("s" | "sec" | "secs" | "seconds") => 1_000.0,
        _ => 1.0,
    }
}
