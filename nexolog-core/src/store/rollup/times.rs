use crate::store::Durations;

use super::bytes::{In, Out};
use super::names::Sum;
use super::sketch::Sketch;

/// Durations in milliseconds, as they come.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::store) struct Times {
    sum: f64,
    max: f64,
    sketch: Sketch,
}

impl Times {
    /// Adds a duration; what can't be one is ignored.
    pub(super) fn add(&mut self, millis: Option<f64>) {
        let Some(millis) = millis.filter(|millis| millis.is_finite() && *millis >= 0.0) else {
            return;
        };
        // Without the sign of a zero.
        let millis = millis.abs();
        self.sum += millis;
        self.max = self.max.max(millis);
        self.sketch.add(millis);
    }

    pub(super) fn compact(&mut self) {
        self.sketch.compact();
    }

    /// What they say, and whether the percentiles are exact.
    pub(super) fn finish(&self) -> (Durations, bool) {
        let count = self.sketch.len();
        if count == 0 {
            return (Durations::default(), true);
        }
        let [p50, p95, p99] =
            self.sketch.percentiles([0.5, 0.95, 0.99]).map(|value| value.min(self.max));
        let avg = self.sum / count as f64;
        (Durations { count, avg, p50, p95, p99, max: self.max }, self.sketch.is_exact())
    }
}

impl Sum for Times {
    fn add_all(&mut self, other: &Times) {
        self.sum += other.sum;
        self.max = self.max.max(other.max);
        self.sketch.add_all(&other.sketch);
    }

    fn put(&self, out: &mut Out) {
        self.sketch.put(out);
        if self.sketch.len() > 0 {
            out.float(self.sum);
            out.float(self.max);
        }
    }

    fn take(input: &mut In<'_>) -> Option<Times> {
        let sketch = Sketch::take(input)?;
        let (sum, max) =
            if sketch.len() > 0 { (input.float()?, input.float()?) } else { (0.0, 0.0) };
        Some(Times { sum, max, sketch })
    }
}
