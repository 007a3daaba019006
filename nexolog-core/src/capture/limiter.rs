//! What a callsite may write, decided on the caller's thread without a lock.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::config::Rate;

/// The allowance of one callsite.
///
/// One number says it all: the moment from which the callsite has its whole burst again. Each event moves it
/// on by the time an event is worth; a callsite whose number lies too far ahead has used up its allowance. So
/// threads share nothing but that number, and an idle callsite costs nothing.
#[derive(Debug)]
pub(crate) struct Limiter {
    /// Nanoseconds that an event is worth.
    event: u64,
    /// How far ahead the number may lie for one more event to pass.
    burst: u64,
    whole_again: AtomicU64,
    held_back: AtomicU64,
    /// Stamp of the first that was held back since it was last asked; 0 when there is none.
    first: AtomicU64,
    last: AtomicU64,
}

/// What a callsite held back, from the first to the last since this was last asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeldBack {
    /// Since the start.
    pub(crate) count: u64,
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl Limiter {
    pub(crate) fn new(rate: Rate) -> Limiter {
        let per = u64::try_from(rate.per.as_nanos()).unwrap_or(u64::MAX);
        let count = u64::from(rate.count.max(1));
        let event = (per / count).max(1);
        Limiter {
            event,
            burst: event * (count - 1),
            whole_again: AtomicU64::new(0),
            held_back: AtomicU64::new(0),
            first: AtomicU64::new(0),
            last: AtomicU64::new(0),
        }
    }

    /// Whether an event may pass at the moment `now`, a stamp of the monotonic clock. One that may not is counted.
    pub(crate) fn admits(&self, now: u64) -> bool {
        let spent = self.whole_again.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |at| {
            let from = at.max(now);
            (from - now <= self.burst).then(|| from.saturating_add(self.event))
        });
        if spent.is_ok() {
            return true;
        }
        // Stamps begin at 0, which here means none.
        let stamp = now.max(1);
        let _ = self.first.compare_exchange(0, stamp, Ordering::Relaxed, Ordering::Relaxed);
        self.last.fetch_max(stamp, Ordering::Relaxed);
        self.held_back.fetch_add(1, Ordering::Release);
        false
    }

    /// Events held back since the start.
    pub(crate) fn count(&self) -> u64 {
        self.held_back.load(Ordering::Acquire)
    }

    /// As [`count`](Limiter::count), with when that was since the last time this was asked.
    pub(crate) fn take(&self) -> HeldBack {
        let count = self.count();
        let first = self.first.swap(0, Ordering::Relaxed);
        let last = self.last.load(Ordering::Relaxed);
        // An event that is being counted at this moment may have left its time to the one before.
        let first = if first == 0 { last } else { first };
        HeldBack { count, first, last }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn limiter(count: u32) -> Limiter {
        Limiter::new(Rate { count, per: Duration::from_secs(1) })
    }

    fn admitted(limiter: &Limiter, events: usize, now: u64) -> usize {
        (0..events).filter(|_| limiter.admits(now)).count()
    }

    #[test]
    fn a_burst_passes_and_the_allowance_fills_again_evenly() {
        let limiter = limiter(100);
        assert_eq!(admitted(&limiter, 500, 7), 100);
        assert_eq!(admitted(&limiter, 500, 7 + SECOND / 100), 1);
        assert_eq!(admitted(&limiter, 500, 7 + SECOND / 2), 49);
        assert_eq!(admitted(&limiter, 500, 7 + 60 * SECOND), 100, "never more than one burst");
        assert_eq!(limiter.count(), 400 + 499 + 451 + 400);
    }

    #[test]
    fn counts_that_do_not_divide_the_time_give_their_exact_burst() {
        for count in [1, 3, 7, 300, 999_999_999, u32::MAX] {
            let limiter = Limiter::new(Rate { count, per: Duration::from_secs(5) });
            let expected = usize::try_from(count).unwrap().min(2_000);
            assert_eq!(admitted(&limiter, 2_000, 0), expected, "{count}");
        }
    }

    #[test]
    fn what_was_held_back_is_told_with_its_times_once() {
        let limiter = limiter(1);
        for now in [10, 20, 30] {
            limiter.admits(now);
        }
        assert_eq!(limiter.take(), HeldBack { count: 2, first: 20, last: 30 });
        limiter.admits(40);
        assert_eq!(limiter.take(), HeldBack { count: 3, first: 40, last: 40 });
    }

    #[test]
    fn threads_together_get_one_allowance_and_every_other_event_is_counted() {
        let limiter = limiter(1_000);
        let admitted: usize = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| admitted(&limiter, 10_000, 5))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!((admitted, limiter.count()), (1_000, 39_000));
    }
}
