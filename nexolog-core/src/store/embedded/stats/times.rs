use crate::store::Durations;

use super::sketch::Sketch;

/// Durations in milliseconds, as they come.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    count: u64,
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
        self.count += 1;
        self.sum += millis;
        self.max = self.max.max(millis);
        self.sketch.add(millis);
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn finish(mut self) -> Durations {
        if self.count == 0 {
            return Durations::default();
        }
        let [p50, p95, p99] =
            self.sketch.percentiles([0.5, 0.95, 0.99]).map(|value| value.min(self.max));
        let avg = self.sum / self.count as f64;
        Durations { count: self.count, avg, p50, p95, p99, max: self.max }
    }
}
