use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::buckets::{Buckets, Rate};

/// Which of a function's events are logged when there are many, and how many were not.
#[derive(Debug)]
pub struct Thinning {
    /// Successes that draw no more than this are logged.
    share: Option<u64>,
    rate: Option<Rate>,
    successes: AtomicU64,
    sampled_out: AtomicU64,
    buckets: Mutex<Buckets>,
    /// Whether those who tell what was left out know of it.
    is_known: AtomicBool,
}

impl Thinning {
    /// Of successes `share` in [`u64::MAX`] are logged; of events with one key so many in so many nanoseconds.
    #[must_use]
    pub const fn new(share: Option<u64>, rate: Option<(u64, u64)>) -> Thinning {
        Thinning {
            share,
            rate: match rate {
                Some((count, window)) => Some(Rate::new(count, window)),
                None => None,
            },
            successes: AtomicU64::new(0),
            sampled_out: AtomicU64::new(0),
            buckets: Mutex::new(Buckets::new()),
            is_known: AtomicBool::new(false),
        }
    }

    /// Whether an event is logged; if so, how many were not since the last one that was. `now` is in
    /// nanoseconds of a clock that does not go back.
    pub(super) fn admit(&self, is_success: bool, key: u64, now: u64) -> Option<u64> {
        if is_success && self.share.is_some_and(|share| self.draw() > share) {
            self.sampled_out.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let over_rate = match self.rate {
            Some(rate) => self.buckets().admit(rate, key, now)?,
            None => 0,
        };
        Some(over_rate + self.sampled_out.swap(0, Ordering::Relaxed))
    }

    /// How many events were not logged since the last one that was; from here on they count as told.
    pub(super) fn take_left_out(&self) -> u64 {
        self.buckets().take_left_out() + self.sampled_out.swap(0, Ordering::Relaxed)
    }

    /// Whether this is the first time that somebody asks.
    pub(super) fn is_new(&self) -> bool {
        !self.is_known.load(Ordering::Relaxed) && !self.is_known.swap(true, Ordering::Relaxed)
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number that looks random, from a counter: calls that alternate do not fall in step with the share, and
    /// no source of chance is asked.
    fn draw(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.successes.fetch_add(1, Ordering::Relaxed).wrapping_mul(STEP);
        for (shift, factor) in [(32, 0xd6e8_feb8_6659_fd93), (32, 0xd6e8_feb8_6659_fd93), (32, 1)] {
            mixed = (mixed ^ (mixed >> shift)).wrapping_mul(factor);
        }
        mixed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn share(share: f64) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as meant")]
        let share = (share * u64::MAX as f64) as u64;
        share
    }

    #[test]
    fn a_share_of_successes_is_logged_and_the_rest_is_told() {
        let thinning = Thinning::new(Some(share(0.1)), None);
        let logged: Vec<u64> = (0..10_000).filter_map(|_| thinning.admit(true, 0, 0)).collect();
        assert!((900..1_100).contains(&logged.len()), "{}", logged.len());
        let left_out = 10_000 - logged.len() as u64;
        let told: u64 = logged.iter().sum::<u64>() + thinning.admit(false, 0, 0).unwrap_or(0);
        assert_eq!(told, left_out);
    }

    #[test]
    fn whatever_is_no_success_is_never_sampled_out() {
        let thinning = Thinning::new(Some(0), None);
        assert_eq!(thinning.admit(true, 0, 0), Some(0), "the first draw is 0");
        for left_out in 0..5 {
            for _ in 0..left_out {
                assert_eq!(thinning.admit(true, 0, 0), None);
            }
            assert_eq!(thinning.admit(false, 0, 0), Some(left_out));
        }
        let all = Thinning::new(Some(share(1.0)), None);
        assert_eq!((0..1_000).filter_map(|_| all.admit(true, 0, 0)).count(), 1_000);
    }

    #[test]
    fn both_limits_hold_and_tell_one_number() {
        let thinning = Thinning::new(Some(0), Some((1, SECOND)));
        assert_eq!(thinning.admit(true, 7, 0), Some(0));
        assert_eq!(thinning.admit(true, 7, 0), None, "sampled out");
        assert_eq!(thinning.admit(false, 7, 0), None, "too often");
        assert_eq!(thinning.admit(false, 7, SECOND), Some(2));
    }
}
