use std::collections::BTreeMap;

/// Most values that are kept as they are.
const MOST_EXACT: usize = 512;

/// The share by which a percentile from many values may be off.
const ERROR: f64 = 0.01;

/// Values so small are one.
const SMALLEST: f64 = 1e-9;

/// Percentiles of any number of values in bounded memory.
///
/// Up to 512 values are kept and answers are exact. Beyond, they are counted in buckets, each 2 % wider than the one before,
/// so that the middle of a bucket is at most 1 % off any value in it; a bucket for each magnitude from a
/// billionth to the largest number is the bound on memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Sketch {
    /// Sorted only when asked; empty once there are buckets.
    exact: Vec<f64>,
    buckets: BTreeMap<i32, u64>,
    count: u64,
}

impl Sketch {
    /// Adds a value, which is finite and not negative.
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1;
        if self.buckets.is_empty() {
            self.exact.push(value);
            if self.exact.len() > MOST_EXACT {
                for value in std::mem::take(&mut self.exact) {
                    *self.buckets.entry(bucket(value)).or_default() += 1;
                }
            }
        } else {
            *self.buckets.entry(bucket(value)).or_default() += 1;
        }
    }

    /// For each of `shares` (in rising order, of 1) the value that so many are at most; 0 when there are none.
    pub(super) fn percentiles<const N: usize>(&mut self, shares: [f64; N]) -> [f64; N] {
        self.exact.sort_by(f64::total_cmp);
        shares.map(|share| {
            let rank = rank(share, self.count);
            if self.buckets.is_empty() {
                return self.exact.get(rank).copied().unwrap_or_default();
            }
            let mut below = 0;
            for (bucket, count) in &self.buckets {
                below += count;
                if below > rank as u64 {
                    return middle(*bucket);
                }
            }
            0.0
        })
    }
}

/// The place, from 0, of the value that `share` of `count` values are at most.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank is between 0 and the count"
)]
fn rank(share: f64, count: u64) -> usize {
    ((share * count as f64).ceil() as usize).saturating_sub(1)
}

fn growth() -> f64 {
    (1.0 + ERROR) / (1.0 - ERROR)
}

#[allow(clippy::cast_possible_truncation, reason = "logarithms of floats are small")]
fn bucket(value: f64) -> i32 {
    if value < SMALLEST { i32::MIN } else { (value.ln() / growth().ln()).ceil() as i32 }
}

/// A value of the bucket that is within the error of all others.
fn middle(bucket: i32) -> f64 {
    if bucket == i32::MIN {
        return 0.0;
    }
    // A bucket reaches from growth^(n-1) to growth^n; this is as far from one end as from the other, by share.
    growth().powi(bucket) * (1.0 - ERROR)
}
