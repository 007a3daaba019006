use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use super::draft::{Draft, Kind};
use super::ticket::Ticket;

/// What is alike within this time is one entry with a count.
pub(super) const WINDOW: Duration = Duration::from_secs(60);

/// Windows that may be open at once; past it, everything gets an entry of its own.
const MOST: usize = 4096;

/// Windows of strangers that may be open at once. Past it they share one, as who attacks from everywhere must not fill
/// the disk by it.
const MOST_OF_STRANGERS: usize = 256;

/// What was noted lately, so that what is alike is counted in place of being written again.
///
/// The first of a kind is written at once. Those that follow within the minute are counted, and one entry tells of them
/// when it is over. So a crash can take a count of repeats, but never the fact.
#[derive(Debug, Default)]
pub(super) struct Windows {
    open: HashMap<Key, Window>,
    strangers: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    kind: Kind,
    action: String,
    outcome: String,
    values: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Window {
    since: Instant,
    /// When it began, on the clock of the trail.
    since_ms: u64,
    /// The entry that tells of the first.
    ticket: Ticket,
    /// Those that no entry tells of yet.
    count: u64,
    numbers: BTreeMap<String, u64>,
}

/// What becomes of something that was noted.
pub(super) enum Noted {
    /// It is counted; the ticket is that of the entry that tells of the first.
    Counted(Ticket),
    /// It is to be written, under this ticket.
    Written(Draft, Ticket),
}

impl Windows {
    /// Notes `draft`. When nothing more can wait to be written, `has_room` is false and it is not counted as written.
    pub(super) fn note(&mut self, mut draft: Draft, now: Instant, at_ms: u64) -> Noted {
        let is_stranger = draft.kind == Kind::Refused;
        let mut key = Key::of(&draft);
        if is_stranger && self.strangers >= MOST_OF_STRANGERS && !self.open.contains_key(&key) {
            draft.values = BTreeMap::from([("address".to_owned(), "(many)".to_owned())]);
            key = Key::of(&draft);
        }
        if let Some(window) = self.open.get_mut(&key)
            && !window.ticket.has_failed()
        {
            window.count += 1;
            for (name, number) in &draft.numbers {
                let sum = window.numbers.entry(name.clone()).or_default();
                *sum = sum.saturating_add(*number);
            }
            return Noted::Counted(window.ticket.clone());
        }
        let ticket = Ticket::default();
        if self.open.len() < MOST || self.open.contains_key(&key) {
            let window = Window {
                since: now,
                since_ms: at_ms,
                ticket: ticket.clone(),
                count: 0,
                numbers: BTreeMap::new(),
            };
            let is_new = self.open.insert(key, window).is_none();
            self.strangers += usize::from(is_new && is_stranger);
        }
        Noted::Written(draft.number("count", 1), ticket)
    }

    /// When the next window is over.
    pub(super) fn next_end(&self) -> Option<Instant> {
        self.open.values().map(|window| window.since + WINDOW).min()
    }

    /// Ends the windows that are over at `now`, or all when it is `None`. Gives an entry for each that counted something;
    /// its window goes on for another minute.
    pub(super) fn end(&mut self, now: Option<Instant>, at_ms: u64) -> Vec<(Draft, Ticket)> {
        let mut told = Vec::new();
        let strangers = &mut self.strangers;
        self.open.retain(|key, window| {
            if now.is_some_and(|now| now.saturating_duration_since(window.since) < WINDOW) {
                return true;
            }
            if window.count == 0 {
                *strangers -= usize::from(key.kind == Kind::Refused);
                return false;
            }
            let ticket = Ticket::default();
            told.push((window.tell(key), ticket.clone()));
            *window = Window {
                since: now.unwrap_or(window.since),
                since_ms: at_ms,
                ticket,
                count: 0,
                numbers: BTreeMap::new(),
            };
            true
        });
        told
    }
}

impl Key {
    fn of(draft: &Draft) -> Key {
        let Draft { kind, action, outcome, values, .. } = draft.clone();
        Key { kind, action, outcome, values }
    }
}

impl Window {
    fn tell(&mut self, key: &Key) -> Draft {
        let Key { kind, action, outcome, values } = key.clone();
        let numbers = std::mem::take(&mut self.numbers);
        Draft { kind, action, outcome, numbers, values }
            .number("count", self.count)
            .number("since_ms", self.since_ms)
    }
}
