use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use super::batch::Event;
use crate::config;
use crate::record::Level;
use crate::record::body::Body;

/// Runs that are remembered at most, and bytes of their events.
const MOST_RUNS: usize = 4096;
const MOST_BYTES: usize = 1 << 20;

/// Longer events are always written.
const LONGEST: usize = 8 << 10;

/// Finds events that were written just now.
///
/// The bytes in which an event comes from its caller are all that its line is made of, but for time and thread; so
/// equal bytes are equal lines, and nothing needs to be rendered to know it.
#[derive(Debug)]
pub(super) struct Repeats {
    config: config::Repeats,
    runs: HashMap<u64, Run>,
    /// The runs in the order of their ends, which is that of their beginnings.
    order: VecDeque<(u64, Mark)>,
    bytes: usize,
    hash: Hash,
    /// Runs that are over and had repeats.
    ended: Vec<Run>,
    begun: u64,
}

/// Tells runs apart whose events have the same hash.
type Mark = u64;

#[derive(Debug)]
enum Hash {
    /// Keyed at random, so that nobody can make events collide.
    Random(RandomState),
    #[cfg(test)]
    Same,
}

/// An event that was written, and its repeats.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) plan: u32,
    pub(super) level: Level,
    items: Vec<u8>,
    request: Vec<u8>,
    /// The number of the line that stands for all.
    pub(super) seq: u64,
    /// Repeats, and stamps of the first and the last.
    pub(super) count: u64,
    pub(super) first: u64,
    pub(super) last: u64,
    until: u64,
    mark: Mark,
}

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is written.
    Write,
    /// It is written, and [remembered](Repeats::remember) under its hash once it is.
    Remember(u64),
    /// It was written just now, and is counted.
    Repeat,
}

impl Repeats {
    pub(super) fn new(config: config::Repeats) -> Repeats {
        Repeats {
            config,
            runs: HashMap::new(),
            order: VecDeque::new(),
            bytes: 0,
            hash: Hash::Random(RandomState::new()),
            ended: Vec::new(),
            begun: 0,
        }
    }

    pub(super) fn judge(&mut self, event: &Event<'_>) -> Verdict {
        let header = event.header;
        if !self.config.covers(header.level) || length(event.body) > LONGEST {
            return Verdict::Write;
        }
        let hash = self.hash.of(header.plan, event.body);
        let Some(run) = self.runs.get_mut(&hash) else { return Verdict::Remember(hash) };
        if header.stamp >= run.until {
            self.end(hash);
            return Verdict::Remember(hash);
        }
        if run.plan != header.plan || run.body() != event.body {
            // Another event with the same hash. It happens to no one; it must only never be taken for a repeat.
            return Verdict::Write;
        }
        run.first = if run.count == 0 { header.stamp } else { run.first.min(header.stamp) };
        run.last = run.last.max(header.stamp);
        run.count += 1;
        Verdict::Repeat
    }

    /// Begins a run with an event that was written as line `seq`.
    pub(super) fn remember(&mut self, hash: u64, event: &Event<'_>, seq: u64) {
        while self.order.len() >= MOST_RUNS || self.bytes + length(event.body) > MOST_BYTES {
            if !self.end_oldest() {
                break;
            }
        }
        self.begun += 1;
        self.bytes += length(event.body);
        self.order.push_back((hash, self.begun));
        let header = event.header;
        self.runs.insert(
            hash,
            Run {
                plan: header.plan,
                level: header.level,
                items: event.body.items.to_vec(),
                request: event.body.request.to_vec(),
                seq,
                count: 0,
                first: header.stamp,
                last: header.stamp,
                until: header.stamp.saturating_add(self.config.window()),
                mark: self.begun,
            },
        );
    }

    /// Takes the runs that are over at the moment `now` and had repeats.
    pub(super) fn take_ended(&mut self, now: u64) -> Vec<Run> {
        while let Some((hash, mark)) = self.order.front() {
            let run = self.runs.get(hash).filter(|run| run.mark == *mark);
            if run.is_some_and(|run| now < run.until) {
                break;
            }
            self.end_oldest();
        }
        std::mem::take(&mut self.ended)
    }

    fn end_oldest(&mut self) -> bool {
        let Some((hash, mark)) = self.order.pop_front() else { return false };
        // A run that ended when its event came again has left its place in the order.
        if self.runs.get(&hash).is_some_and(|run| run.mark == mark) {
            self.end(hash);
        }
        true
    }

    fn end(&mut self, hash: u64) {
        let Some(run) = self.runs.remove(&hash) else { return };
        self.bytes -= length(run.body());
        if run.count > 0 {
            self.ended.push(run);
        }
    }
}

impl Run {
    pub(super) fn body(&self) -> Body<'_> {
        Body { items: &self.items, request: &self.request }
    }
}

fn length(body: Body<'_>) -> usize {
    body.items.len() + body.request.len()
}

#[cfg(test)]
impl Run {
    pub(super) fn of_test(plan: u32, count: u64) -> Run {
        let (level, items, request) = (Level::Info, Vec::new(), Vec::new());
        Run { plan, level, items, request, seq: 1, count, first: 1, last: 2, until: 3, mark: 1 }
    }
}

impl Hash {
    fn of(&self, plan: u32, body: Body<'_>) -> u64 {
        match self {
            Hash::Random(state) => state.hash_one((plan, body)),
            #[cfg(test)]
            Hash::Same => 7,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::record::wire::Header;

    const WINDOW: u64 = 100;

    fn repeats() -> Repeats {
        Repeats::new(config::Repeats::within(Duration::from_nanos(WINDOW)))
    }

    fn event(stamp: u64, plan: u32, items: &[u8]) -> Event<'_> {
        let body = Body { items, request: b"r-1" };
        Event { header: Header { stamp, plan, level: Level::Info }, body, thread: "main" }
    }

    /// Whether the event is written, as the writer does it.
    fn is_written(repeats: &mut Repeats, event: &Event<'_>) -> bool {
        let verdict = repeats.judge(event);
        if let Verdict::Remember(hash) = verdict {
            repeats.remember(hash, event, event.header.stamp);
        }
        verdict != Verdict::Repeat
    }

    fn told(repeats: &mut Repeats, now: u64) -> Vec<(u64, u64, u64, u64)> {
        let ended = repeats.take_ended(now);
        ended.iter().map(|run| (run.seq, run.count, run.first, run.last)).collect()
    }

    #[test]
    fn the_same_event_is_written_once_within_the_time_and_then_again() {
        let mut repeats = repeats();
        let stamps = [10, 11, 50, 109, 110, 111];
        let written = stamps.map(|stamp| is_written(&mut repeats, &event(stamp, 1, b"same")));
        assert_eq!(written, [true, false, false, false, true, false]);
        assert_eq!(told(&mut repeats, 112), [(10, 3, 11, 109)]);
        assert_eq!(told(&mut repeats, 209), []);
        assert_eq!(told(&mut repeats, 210), [(110, 1, 111, 111)]);
    }

    #[test]
    fn other_values_and_other_callsites_are_other_events() {
        let mut repeats = repeats();
        for (plan, items) in [(1, "one"), (2, "one"), (1, "two"), (1, "")] {
            assert!(is_written(&mut repeats, &event(10, plan, items.as_bytes())), "{plan} {items}");
        }
        assert!(!is_written(&mut repeats, &event(20, 2, b"one")), "others between end no run");
        assert_eq!(told(&mut repeats, u64::MAX), [(10, 1, 20, 20)]);
    }

    #[test]
    fn what_another_request_says_is_another_event() {
        let mut repeats = repeats();
        let first = event(10, 1, b"one");
        let other = Event { body: Body { request: b"r-2", ..first.body }, ..first };
        assert!(is_written(&mut repeats, &first) && is_written(&mut repeats, &other));
        assert!(!is_written(&mut repeats, &first) && !is_written(&mut repeats, &other));
    }

    #[test]
    fn equal_hashes_suppress_nothing_that_differs() {
        let mut repeats = Repeats { hash: Hash::Same, ..repeats() };
        let events = [(1, "one"), (1, "two"), (2, "one"), (1, "two"), (1, "one")];
        let written = events
            .map(|(plan, items)| is_written(&mut repeats, &event(10, plan, items.as_bytes())));
        assert_eq!(written, [true, true, true, true, false]);
    }

    #[test]
    fn errors_and_huge_events_are_always_written_unless_errors_are_asked_for() {
        let mut repeats = repeats();
        let huge = vec![b'x'; LONGEST + 1];
        let mut error = event(10, 1, b"failed");
        error.header.level = Level::Error;
        for _ in 0..3 {
            assert!(is_written(&mut repeats, &error));
            assert!(is_written(&mut repeats, &event(10, 1, &huge)));
        }
        repeats.config = repeats.config.including_errors();
        assert!(is_written(&mut repeats, &error));
        assert!(!is_written(&mut repeats, &error));
    }

    #[test]
    fn an_event_that_comes_again_and_again_after_its_time_leaves_nothing_behind() {
        let mut repeats = repeats();
        for number in 0..10_000 {
            assert!(is_written(&mut repeats, &event(number * WINDOW, 1, b"same")));
        }
        assert!(repeats.order.len() <= MOST_RUNS);
        assert_eq!(repeats.runs.len(), 1);
    }

    #[test]
    fn memory_is_bounded_and_no_count_is_lost_with_what_is_forgotten() {
        for length in [8, 4_000] {
            let mut repeats = repeats();
            let mut counted = 0;
            for number in 0..20_000_u64 {
                let mut items = vec![0; length];
                items[..8].copy_from_slice(&number.to_le_bytes());
                for _ in 0..2 {
                    counted += u64::from(!is_written(&mut repeats, &event(5, 1, &items)));
                }
                assert!(repeats.runs.len() <= MOST_RUNS && repeats.order.len() <= MOST_RUNS);
                assert!(repeats.bytes <= MOST_BYTES);
            }
            assert_eq!(counted, 20_000);
            let told: u64 = repeats.take_ended(u64::MAX).iter().map(|run| run.count).sum();
            assert_eq!(told, counted);
            assert_eq!((repeats.runs.len(), repeats.order.len(), repeats.bytes), (0, 0, 0));
        }
    }
}
