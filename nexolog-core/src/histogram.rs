//! How long things took, counted in the usual steps.

/// The upper ends of all steps but the last, which has none: seconds.
pub(crate) const STEPS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Durations by step.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Histogram {
    /// How many fell into each step, and not into the ones before.
    counts: [u64; STEPS.len() + 1],
    /// Seconds of all together.
    pub(crate) sum: f64,
}

impl Histogram {
    pub(crate) fn add(&mut self, seconds: f64) {
        let step = STEPS.iter().position(|end| seconds <= *end).unwrap_or(STEPS.len());
        if let Some(count) = self.counts.get_mut(step) {
            *count += 1;
        }
        self.sum += seconds;
    }

    /// How many took at most as long as each of [`STEPS`], and how many there are.
    pub(crate) fn up_to(&self) -> [u64; STEPS.len() + 1] {
        let mut sum = 0;
        self.counts.map(|count| {
            sum += count;
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_counts_in_its_step_and_all_longer_ones() {
        let mut histogram = Histogram::default();
        for seconds in [0.0, 0.005, 0.0051, 10.0, 10.1] {
            histogram.add(seconds);
        }
        assert_eq!(histogram.up_to(), [2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 5]);
        assert!((histogram.sum - 20.1101).abs() < 1e-9);
    }
}
