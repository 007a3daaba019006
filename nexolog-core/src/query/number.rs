use std::cmp::Ordering;

/// A number, whole ones exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Whole(i128),
    Float(f64),
}

impl Number {
    /// Reads what JSON, or a person, writes for a number.
    pub(super) fn read(text: &str) -> Option<Number> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
            && text.bytes().any(|byte| byte.is_ascii_digit());
        if !is_number {
            return None;
        }
        if let Ok(whole) = text.parse() {
            return Some(Number::Whole(whole));
        }
        text.parse().ok().map(Number::Float)
    }

    /// The number times `factor`; stays whole when it can.
    pub(super) fn times(self, factor: f64) -> Number {
        match self {
            Number::Whole(whole) if factor >= 1.0 && factor.fract() == 0.0 => {
                // Factors of units are far below 2^53, so the cast is exact.
                #[allow(clippy::cast_possible_truncation, reason = "a whole float below 2^53")]
                let exact = whole.checked_mul(factor as i128);
                exact.map_or(Number::Float(whole as f64 * factor), Number::Whole)
            }
            Number::Whole(whole) => Number::Float(whole as f64 * factor),
            Number::Float(float) => Number::Float(float * factor),
        }
    }

    pub(super) fn compare(self, other: Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Whole(a), Number::Whole(b)) => Some(a.cmp(&b)),
            (a, b) => a.as_f64().partial_cmp(&b.as_f64()),
        }
    }

    fn as_f64(self) -> f64 {
        match self {
            Number::Whole(whole) => whole as f64,
            Number::Float(float) => float,
        }
    }
}
