use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::record::wire;

/// Bytes that a ring begins with.
const FIRST: usize = 1 << 10;

/// What a request said below the levels in force, in case that it fails.
///
/// Empty, and no more than a lock that nobody takes, unless a logger keeps such lines.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// By logger.
    rings: Mutex<Vec<(u64, Ring)>>,
    failed: AtomicBool,
}

/// How much one logger keeps.
#[derive(Debug)]
pub(crate) struct KeptRoom {
    /// Bytes a request, and of all requests together.
    per_request: usize,
    total: usize,
    taken: AtomicUsize,
}

/// The newest events of a request in wire form, back to back.
#[derive(Debug)]
struct Ring {
    room: Arc<KeptRoom>,
    events: VecDeque<u8>,
    /// Bytes of the room that it has taken.
    taken: usize,
    dropped: u64,
}

/// What was kept, and how many older events had no room.
#[derive(Debug, Default)]
pub(crate) struct TakenEvents {
    pub(crate) events: Vec<u8>,
    pub(crate) dropped: u64,
}

impl Kept {
    /// Keeps an event for `logger`; the oldest give way to it.
    pub(crate) fn keep(&self, logger: u64, room: &Arc<KeptRoom>, event: &[u8]) {
        let mut rings = self.lock();
        let known = rings.iter().position(|(id, _)| *id == logger);
        let at = known.unwrap_or_else(|| {
            rings.push((logger, Ring::new(Arc::clone(room))));
            rings.len() - 1
        });
        rings[at].1.push(event);
    }

    /// Takes out what was kept for `logger` since the last time.
    pub(crate) fn take(&self, logger: u64) -> TakenEvents {
        let mut rings = self.lock();
        let at = rings.iter().position(|(id, _)| *id == logger);
        at.map(|at| rings.swap_remove(at).1.into_events()).unwrap_or_default()
    }

    pub(crate) fn set_failed(&self) {
        self.failed.store(true, Ordering::Release);
    }

    pub(crate) fn is_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// A panic while the lock is held can only come from a failed allocation, which leaves whole rings.
    fn lock(&self) -> MutexGuard<'_, Vec<(u64, Ring)>> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptRoom {
    pub(crate) fn new(per_request: usize, total: usize) -> KeptRoom {
        KeptRoom { per_request, total, taken: AtomicUsize::new(0) }
    }

    fn take(&self, bytes: usize) -> bool {
        let more = |taken: usize| taken.checked_add(bytes).filter(|sum| *sum <= self.total);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }
}

impl Ring {
    fn new(room: Arc<KeptRoom>) -> Ring {
        Ring { room, events: VecDeque::new(), taken: 0, dropped: 0 }
    }

    fn push(&mut self, event: &[u8]) {
        if event.len() > self.room.per_request {
            self.dropped += 1;
            return;
        }
        let wanted = self.events.len() + event.len();
        if wanted > self.taken && self.taken < self.room.per_request {
            self.grow(wanted.min(self.room.per_request));
        }
        while self.events.len() + event.len() > self.taken {
            if !self.drop_oldest() {
                self.dropped += 1;
                return;
            }
        }
        self.events.extend(event);
    }

    /// Takes more room if all requests together leave some.
    fn grow(&mut self, wanted: usize) {
        let target = (self.taken * 2).max(FIRST).clamp(wanted, self.room.per_request);
        if self.room.take(target - self.taken) {
            self.taken = target;
            self.events.reserve_exact(target - self.events.len());
        }
    }

    fn drop_oldest(&mut self) -> bool {
        let mut length = [0; 4];
        for (byte, at) in length.iter_mut().zip(0..) {
            let Some(found) = self.events.get(at) else { return false };
            *byte = *found;
        }
        let length = u32::from_le_bytes(length) as usize;
        self.events.drain(..length.clamp(1, self.events.len()));
        self.dropped += 1;
        true
    }

    fn into_events(mut self) -> TakenEvents {
        let events = std::mem::take(&mut self.events).into();
        TakenEvents { events, dropped: self.dropped }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.taken, Ordering::Relaxed);
    }
}

impl TakenEvents {
    /// Each event in wire form with its header, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (wire::Header, &[u8])> {
        let mut rest = &self.events[..];
        std::iter::from_fn(move || {
            let (length, header) = wire::head(rest)?;
            let (event, after) = rest.split_at(length);
            rest = after;
            Some((header, event))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Level;
    use crate::record::wire::{HEADER_LEN, Header};

    const EVENT: usize = 100;

    fn event(stamp: u64, length: usize) -> Vec<u8> {
        let mut event = Vec::new();
        wire::begin(&mut event);
        event.resize(length, 0);
        wire::finish(&mut event, Header { stamp, plan: 0, level: Level::Debug });
        event
    }

    fn stamps(taken: &TakenEvents) -> Vec<u64> {
        taken.iter().map(|(header, _)| header.stamp).collect()
    }

    #[test]
    fn the_newest_are_kept_within_the_room_and_the_others_counted() {
        let room = Arc::new(KeptRoom::new(50 * EVENT, 1 << 20));
        let kept = Kept::default();
        for number in 0..1_000 {
            kept.keep(1, &room, &event(number, EVENT));
        }
        let taken = kept.take(1);
        assert_eq!(stamps(&taken), (950..1_000).collect::<Vec<_>>());
        assert_eq!(taken.dropped, 950);
        assert_eq!(kept.take(1).events.len(), 0, "what is taken is gone");
        assert_eq!(room.taken.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn events_of_any_length_keep_their_bytes() {
        let room = Arc::new(KeptRoom::new(4_096, 1 << 20));
        let kept = Kept::default();
        let events: Vec<_> = (0..400_u16)
            .map(|n| event(n.into(), HEADER_LEN + (usize::from(n) * 37) % 900))
            .collect();
        for event in &events {
            kept.keep(1, &room, event);
        }
        let taken = kept.take(1);
        let found: Vec<&[u8]> = taken.iter().map(|(_, event)| event).collect();
        assert_eq!(found, events[events.len() - found.len()..]);
        assert_eq!(taken.dropped + found.len() as u64, events.len() as u64);
        assert!((3_100..=4_096).contains(&taken.events.len()), "{}", taken.events.len());
    }

    #[test]
    fn what_is_longer_than_the_room_is_counted_and_drops_no_other() {
        let room = Arc::new(KeptRoom::new(1_024, 1 << 20));
        let kept = Kept::default();
        kept.keep(1, &room, &event(1, EVENT));
        kept.keep(1, &room, &event(2, 1_025));
        let taken = kept.take(1);
        assert_eq!((stamps(&taken), taken.dropped), (vec![1], 1));
    }

    #[test]
    fn all_requests_together_stay_within_their_room_and_give_it_back() {
        let room = Arc::new(KeptRoom::new(4_096, 3 * FIRST));
        let requests: Vec<Kept> = (0..5).map(|_| Kept::default()).collect();
        for kept in &requests {
            (0..8).for_each(|number| kept.keep(1, &room, &event(number, EVENT)));
        }
        assert_eq!(room.taken.load(Ordering::Relaxed), 3 * FIRST);
        (8..100).for_each(|number| requests[0].keep(1, &room, &event(number, EVENT)));
        assert_eq!(room.taken.load(Ordering::Relaxed), 3 * FIRST);
        let first = requests[0].take(1);
        assert_eq!((stamps(&first), first.dropped), ((90..100).collect(), 90));
        let last = requests[4].take(1);
        assert_eq!((stamps(&last), last.dropped), (vec![], 8));
        drop(requests);
        assert_eq!(room.taken.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn each_logger_has_its_own() {
        let room = Arc::new(KeptRoom::new(4_096, 1 << 20));
        let kept = Kept::default();
        kept.keep(1, &room, &event(1, EVENT));
        kept.keep(2, &room, &event(2, EVENT));
        assert_eq!((stamps(&kept.take(2)), stamps(&kept.take(1))), (vec![2], vec![1]));
    }
}
