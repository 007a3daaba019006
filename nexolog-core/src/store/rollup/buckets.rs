//! Which bucket of a sketch a value belongs to, found without a logarithm: the bits of a float nearly tell.

use std::sync::LazyLock;

/// The share by which a percentile from many values may be off.
const ERROR: f64 = 0.01;

/// How much wider a bucket is than the one before.
const GROWTH: f64 = (1.0 + ERROR) / (1.0 - ERROR);

/// Values so small are one, and so are values so large: a nanosecond and thirty years, in milliseconds.
const SMALLEST: f64 = 1e-6;
const LARGEST: f64 = 1e12;

/// The buckets of both: those in which [`SMALLEST`] and [`LARGEST`] are.
pub(super) const FIRST: i32 = -690;
pub(super) const LAST: i32 = 1_382;

/// Bits of a float below those by which a value is looked up: sign, exponent and five bits more, so that the values that share
/// them are in three buckets at the most.
const BELOW: u32 = 52 - 5;

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

struct Table {
    /// The greatest value of each bucket, from the first one on.
    ends: Vec<f64>,
    /// The place in `ends` of the bucket of the least value with the same upper bits, from [`SMALLEST`] on.
    starts: Vec<u16>,
}

impl Table {
    fn new() -> Table {
        let ends: Vec<f64> = (FIRST..=LAST).map(|number| GROWTH.powi(number)).collect();
        let place = |value: f64| ends.partition_point(|end| *end < value);
        let starts = (upper(SMALLEST)..=upper(LARGEST))
            .map(|bits| u16::try_from(place(f64::from_bits(bits << BELOW))).unwrap_or(u16::MAX));
        let starts = starts.collect();
        Table { ends, starts }
    }
}

fn upper(value: f64) -> u64 {
    value.to_bits() >> BELOW
}

/// The bucket of a value that is finite and not negative.
pub(super) fn bucket(value: f64) -> i32 {
    let value = value.clamp(SMALLEST, LARGEST);
    let table = &*TABLE;
    let start = usize::try_from(upper(value) - upper(SMALLEST)).unwrap_or(usize::MAX);
    let start = table.starts.get(start).map_or(0, |start| usize::from(*start));
    let ends = table.ends.get(start..).unwrap_or_default();
    let place = start + ends.iter().position(|end| *end >= value).unwrap_or(ends.len());
    FIRST.saturating_add(i32::try_from(place).unwrap_or(i32::MAX)).min(LAST)
}

/// A value of the bucket that is within the error of all others.
pub(super) fn middle(number: i32) -> f64 {
    if number <= FIRST {
        return 0.0;
    }
    // A bucket reaches from GROWTH^(n-1) to GROWTH^n; this is as far from one end as from the other, by share.
    GROWTH.powi(number) * (1.0 - ERROR)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FIRST, GROWTH, LARGEST, LAST, SMALLEST, bucket};

    #[allow(clippy::cast_possible_truncation, reason = "logarithms of floats are small")]
    fn by_logarithm(value: f64) -> i32 {
        (value.clamp(SMALLEST, LARGEST).ln() / GROWTH.ln()).ceil() as i32
    }

    #[test]
    fn the_ends_are_where_they_are_said_to_be() {
        assert_eq!((bucket(0.0), by_logarithm(0.0)), (FIRST, FIRST));
        assert_eq!((bucket(f64::MAX), by_logarithm(f64::MAX)), (LAST, LAST));
        assert_eq!((bucket(SMALLEST), bucket(LARGEST)), (FIRST, LAST));
    }

    proptest! {
        #[test]
        fn a_value_is_in_the_bucket_that_its_logarithm_says(exponent in -22_f64..43.0, exact in 0.0_f64..100.0) {
            for value in [2_f64.powf(exponent), exact, exact.round(), exact / 1_000.0] {
                // Only a value at the very edge of two may be in either.
                let nearby = [value * (1.0 - 1e-12), value * (1.0 + 1e-12)].map(by_logarithm);
                prop_assert!((nearby[0]..=nearby[1]).contains(&bucket(value)), "{}", value);
            }
        }
    }
}
