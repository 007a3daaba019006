use super::buckets::{FIRST, LAST, bucket, middle};
use super::bytes::{In, Out};

/// Most values that are kept as they are.
const MOST_EXACT: usize = 512;

/// Most values that are written as they are.
const MOST_WRITTEN: usize = 32;

/// Percentiles of any number of values in bounded memory.
///
/// Up to 512 values are kept and answers are exact. Beyond, they are counted in buckets, each 2 % wider than the one before,
/// so that the middle of a bucket is at most 1 % off any value in it; the range of durations that can be is the bound on
/// memory. Buckets of two sketches add up to those of all their values, in any order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sketch {
    /// Sorted only when asked.
    Exact(Vec<f64>),
    Buckets {
        /// Number of the first bucket.
        first: i32,
        counts: Vec<u64>,
    },
}

impl Default for Sketch {
    fn default() -> Sketch {
        Sketch::Exact(Vec::new())
    }
}

impl Sketch {
    /// Adds a value, which is finite and not negative.
    pub(super) fn add(&mut self, value: f64) {
        match self {
            Sketch::Exact(values) => {
                values.push(value);
                if values.len() > MOST_EXACT {
                    self.coarsen();
                }
            }
            Sketch::Buckets { .. } => self.count(bucket(value), 1),
        }
    }

    pub(super) fn add_all(&mut self, other: &Sketch) {
        if matches!(self, Sketch::Exact(values) if values.is_empty()) {
            self.clone_from(other);
            return;
        }
        match other {
            Sketch::Exact(values) => values.iter().for_each(|value| self.add(*value)),
            Sketch::Buckets { first, counts } => {
                self.coarsen();
                self.add_buckets(*first, counts);
            }
        }
    }

    /// Whether its percentiles are values that were added, and not only near to them.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self, Sketch::Exact(_))
    }

    pub(super) fn len(&self) -> u64 {
        match self {
            Sketch::Exact(values) => values.len() as u64,
            Sketch::Buckets { counts, .. } => {
                counts.iter().fold(0, |sum, n| sum.saturating_add(*n))
            }
        }
    }

    /// Keeps no more values than are worth their bytes in a file.
    pub(super) fn compact(&mut self) {
        match self {
            Sketch::Exact(values) if values.len() <= MOST_WRITTEN => {
                values.sort_by(f64::total_cmp);
            }
            _ => self.coarsen(),
        }
    }

    /// For each of `shares` (in rising order, of 1) the value that so many are at most; 0 when there are none.
    pub(super) fn percentiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let count = self.len();
        match self {
            Sketch::Exact(values) => {
                let mut sorted = values.clone();
                sorted.sort_by(f64::total_cmp);
                let at = |share| usize::try_from(rank(share, count)).ok();
                shares.map(|share| {
                    at(share).and_then(|at| sorted.get(at)).copied().unwrap_or_default()
                })
            }
            Sketch::Buckets { first, counts } => shares.map(|share| {
                let rank = rank(share, count);
                let mut below = 0_u64;
                for (number, count) in (*first..).zip(counts) {
                    below = below.saturating_add(*count);
                    if below > rank {
                        return middle(number);
                    }
                }
                0.0
            }),
        }
    }

    fn coarsen(&mut self) {
        if let Sketch::Exact(values) = self {
            let values = std::mem::take(values);
            *self = Sketch::Buckets { first: 0, counts: Vec::new() };
            let numbers = values.iter().map(|value| bucket(*value));
            if let (Some(low), Some(high)) = (numbers.clone().min(), numbers.clone().max()) {
                self.make_room(low, high);
            }
            numbers.for_each(|number| self.count(number, 1));
        }
    }

    fn count(&mut self, number: i32, more: u64) {
        self.make_room(number, number);
        if let Sketch::Buckets { first, counts } = self
            && let Some(count) = counts.get_mut(distance(*first, number))
        {
            *count = count.saturating_add(more);
        }
    }

    fn add_buckets(&mut self, from: i32, more: &[u64]) {
        let Some(last) = more.len().checked_sub(1).and_then(|last| i32::try_from(last).ok()) else {
            return;
        };
        self.make_room(from, from + last);
        if let Sketch::Buckets { first, counts } = self
            && let Some(counts) = counts.get_mut(distance(*first, from)..)
        {
            for (count, more) in counts.iter_mut().zip(more) {
                *count = count.saturating_add(*more);
            }
        }
    }

    /// Makes the buckets reach from `low` to `high` at least.
    fn make_room(&mut self, low: i32, high: i32) {
        let Sketch::Buckets { first, counts } = self else { return };
        if counts.is_empty() {
            *first = low;
        }
        if low < *first {
            let missing = distance(low, *first);
            counts.splice(0..0, std::iter::repeat_n(0, missing));
            *first = low;
        }
        let wanted = distance(*first, high) + 1;
        if counts.len() < wanted {
            counts.resize(wanted, 0);
        }
    }

    pub(super) fn put(&self, out: &mut Out) {
        match self {
            Sketch::Exact(values) => {
                out.number((values.len() as u64) << 1);
                for value in values {
                    out.float(*value);
                }
            }
            Sketch::Buckets { first, counts } => {
                out.number((counts.len() as u64) << 1 | 1);
                out.signed(i64::from(*first));
                for count in counts {
                    out.number(*count);
                }
            }
        }
    }

    pub(super) fn take(input: &mut In<'_>) -> Option<Sketch> {
        let number = input.number()?;
        let length = usize::try_from(number >> 1).ok()?;
        if number & 1 == 0 {
            let values = (0..length.min(MOST_EXACT + 1)).map(|_| input.float());
            let values: Vec<f64> = values.collect::<Option<_>>()?;
            return (length <= MOST_EXACT && values.iter().all(|value| value.is_finite()))
                .then_some(Sketch::Exact(values));
        }
        let first = i32::try_from(input.signed()?).ok()?;
        let last = first.checked_add(i32::try_from(length).ok()?)?.checked_sub(1)?;
        if first < FIRST || last > LAST {
            return None;
        }
        // Each takes a byte at least, so a wrong length reserves no memory.
        let mut counts = Vec::with_capacity((length <= input.len()).then_some(length)?);
        for _ in 0..length {
            counts.push(input.number()?);
        }
        Some(Sketch::Buckets { first, counts })
    }
}

/// How far `to` is above `from`.
fn distance(from: i32, to: i32) -> usize {
    usize::try_from(to.saturating_sub(from)).unwrap_or(0)
}

/// The place, from 0, of the value that `share` of `count` values are at most.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank is between 0 and the count"
)]
fn rank(share: f64, count: u64) -> u64 {
    ((share * count as f64).ceil() as u64).saturating_sub(1)
}
