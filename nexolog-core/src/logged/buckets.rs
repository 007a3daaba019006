use std::collections::BTreeMap;

/// So many events in so many nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Nanoseconds that one event uses up.
    interval: u64,
    window: u64,
}

impl Rate {
    pub(super) const fn new(count: u64, window: u64) -> Rate {
        let count = if count == 0 { 1 } else { count };
        Rate { interval: window / count, window }
    }
}

/// How many events each key may still log.
#[derive(Debug)]
pub(super) struct Buckets {
    by_key: BTreeMap<u64, Bucket>,
    /// Events left out under keys that are no longer remembered.
    forgotten: u64,
    sweep_at: u64,
}

#[derive(Debug, Default)]
struct Bucket {
    /// When all that was logged will have been paid for; an event may come while that is less than the window away.
    paid_at: u64,
    left_out: u64,
}

impl Buckets {
    /// Keys remembered at once. Beyond, new ones share one bucket until others have been idle.
    const MAX_KEYS: usize = 1_024;

    /// The key of all that found no room.
    const SHARED: u64 = u64::MAX;

    pub(super) const fn new() -> Buckets {
        Buckets { by_key: BTreeMap::new(), forgotten: 0, sweep_at: 0 }
    }

    /// As [`Thinning::admit`](super::Thinning::admit).
    pub(super) fn admit(&mut self, rate: Rate, key: u64, now: u64) -> Option<u64> {
        let key = self.room_for(key, rate, now);
        let bucket = self.by_key.entry(key).or_default();
        let paid_at = bucket.paid_at.max(now).saturating_add(rate.interval);
        if paid_at > now.saturating_add(rate.window) {
            bucket.left_out += 1;
            return None;
        }
        bucket.paid_at = paid_at;
        Some(std::mem::take(&mut bucket.left_out) + std::mem::take(&mut self.forgotten))
    }

    /// Events left out under any key that no event has told of.
    pub(super) fn take_left_out(&mut self) -> u64 {
        let of_keys = self.by_key.values_mut().map(|bucket| std::mem::take(&mut bucket.left_out));
        of_keys.sum::<u64>() + std::mem::take(&mut self.forgotten)
    }

    fn room_for(&mut self, key: u64, rate: Rate, now: u64) -> u64 {
        if self.by_key.len() < Self::MAX_KEYS || self.by_key.contains_key(&key) {
            return key;
        }
        // Once a window is enough: a key can't become idle sooner.
        if now >= self.sweep_at {
            self.sweep_at = now.saturating_add(rate.window);
            let forgotten = &mut self.forgotten;
            self.by_key.retain(|_, bucket| {
                let idle = bucket.paid_at <= now;
                *forgotten += if idle { bucket.left_out } else { 0 };
                !idle
            });
        }
        if self.by_key.len() < Self::MAX_KEYS { key } else { Self::SHARED }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn tenth() -> Rate {
        Rate::new(10, SECOND)
    }

    #[test]
    fn a_key_logs_its_number_at_once_and_then_one_at_a_time() {
        let mut buckets = Buckets::new();
        for _ in 0..10 {
            assert_eq!(buckets.admit(tenth(), 1, 5), Some(0));
        }
        for _ in 0..3 {
            assert_eq!(buckets.admit(tenth(), 1, 5), None);
        }
        assert_eq!(buckets.admit(tenth(), 2, 5), Some(0), "another key");
        assert_eq!(buckets.admit(tenth(), 1, 5 + SECOND / 10), Some(3));
        assert_eq!(buckets.admit(tenth(), 1, 5 + SECOND / 10), None);
        let mut later = (0..20).filter_map(|_| buckets.admit(tenth(), 1, 9 * SECOND));
        assert_eq!(later.next(), Some(1));
        assert_eq!(later.count(), 9);
    }

    #[test]
    fn keys_without_number_are_bounded_and_none_of_their_events_is_forgotten() {
        let mut buckets = Buckets::new();
        let rate = Rate::new(1, SECOND);
        let mut told = 0;
        let mut logged = 0;
        for key in 0..5_000 {
            for _ in 0..2 {
                if let Some(left_out) = buckets.admit(rate, key, key) {
                    told += left_out;
                    logged += 1;
                }
            }
        }
        assert!(buckets.by_key.len() <= Buckets::MAX_KEYS + 1, "{}", buckets.by_key.len());
        assert_eq!(logged, Buckets::MAX_KEYS + 1);
        // Much later all are idle, and the next event tells what is known of them.
        for key in 10_000.. {
            let before = buckets.by_key.len();
            if let Some(left_out) = buckets.admit(rate, key, 100 * SECOND) {
                told += left_out;
                logged += 1;
            }
            if buckets.by_key.len() < before {
                break;
            }
        }
        let waiting: u64 = buckets.by_key.values().map(|bucket| bucket.left_out).sum();
        let events = 10_000 + u64::try_from(logged - Buckets::MAX_KEYS - 1).unwrap();
        assert_eq!(told + waiting + buckets.forgotten + logged as u64, events);
    }
}
