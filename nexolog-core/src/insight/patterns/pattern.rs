use std::fmt::Write;

use xxhash_rust::xxh3::xxh3_64;

use super::words::VALUE;
use crate::record::Level;
use crate::record::wire::floor_char_boundary;

/// What is kept of a message as an example, in bytes.
const LONGEST_EXAMPLE: usize = 512;

/// How a value is shown in a pattern's text.
const SHOWN_VALUE: &str = "<*>";

/// A record: its time in microseconds since 1970, and its number. Time comes first: numbers of several
/// directories can't be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sighting {
    pub(crate) micros: i64,
    pub(crate) seq: u64,
}

/// What many messages have in common, as a [`PatternMiner`](super::PatternMiner) found it.
///
/// ```
/// use nexolog_core::PatternMiner;
///
/// let mut miner = PatternMiner::new();
/// miner.add("order 17 shipped in 3 days");
/// let pattern = &miner.patterns()[0];
/// assert_eq!(pattern.text(), "order <*> shipped in <*>");
/// assert_eq!(pattern.example(), "order 17 shipped in 3 days");
/// assert_eq!((pattern.count(), pattern.id().len()), (1, 16));
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    pub(super) tokens: Box<[Box<[u8]>]>,
    pub(super) hash: u64,
    pub(super) count: u64,
    pub(super) example: Box<str>,
    /// How many there are of each level, TRACE first.
    pub(crate) by_level: [u64; 6],
    /// The earliest record.
    pub(crate) first: Sighting,
    /// The latest.
    pub(crate) last: Sighting,
}

impl Pattern {
    pub(super) fn new(tokens: Box<[Box<[u8]>]>, hash: u64, message: &str, at: Sighting) -> Pattern {
        let example = message[..floor_char_boundary(message, LONGEST_EXAMPLE)].into();
        Pattern { tokens, hash, count: 0, by_level: [0; 6], first: at, last: at, example }
    }

    pub(super) fn see(&mut self, level: Option<Level>, at: Sighting) {
        self.count += 1;
        if let Some(level) = level {
            self.by_level[level as usize] += 1;
        }
        self.span(at, at);
    }

    pub(super) fn absorb(&mut self, other: &Pattern) {
        self.count += other.count;
        for (count, more) in self.by_level.iter_mut().zip(other.by_level) {
            *count += more;
        }
        self.span(other.first, other.last);
    }

    fn span(&mut self, first: Sighting, last: Sighting) {
        self.first = self.first.min(first);
        self.last = self.last.max(last);
    }

    /// How many messages are of it.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// One of the messages, at most 512 bytes of it.
    #[must_use]
    pub fn example(&self) -> &str {
        &self.example
    }

    /// The pattern as text, with `<*>` for each value.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for token in &self.tokens {
            if !text.is_empty() {
                text.push(' ');
            }
            let mut pieces = token.split(|byte| *byte == VALUE);
            text.extend(pieces.next().map(String::from_utf8_lossy));
            for piece in pieces {
                text.push_str(SHOWN_VALUE);
                text.push_str(&String::from_utf8_lossy(piece));
            }
        }
        text
    }

    /// Names the pattern, in 16 digits of base 16: the same text has the same id everywhere.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = String::with_capacity(16);
        let _ = write!(id, "{:016x}", xxh3_64(self.text().as_bytes()));
        id
    }
}
