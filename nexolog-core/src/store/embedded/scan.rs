//! Looking through the text of one block: cheapest first.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use crate::record::{Head, Line};
use crate::store::Order;

use super::plain::LONGEST_LINE;
use super::position::{Position, Span};
use super::question::Question;

/// How every line of our own begins.
const OPENING: &[u8] = b"{\"seq\":";

/// A record that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) seq: u64,
    /// In microseconds since the Unix epoch. Where directories are merged, the farthest time of any line up to this one.
    pub(super) timestamp: i64,
    /// Where it is in the block.
    pub(super) range: Range<usize>,
}

/// What is known of a block before it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Which block of its segment it is.
    pub(super) number: usize,
    /// Its records; `None` when it has none.
    pub(super) span: Option<Span>,
    pub(super) records: u64,
    pub(super) damaged: u64,
    pub(super) long: u64,
    /// Whether it is known that all its lines are [plain](crate::query::is_plain).
    pub(super) is_plain: bool,
}

/// What came of looking through a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scanned {
    /// What matches, in the order of the question.
    pub(super) found: Vec<Found>,
    /// Records that were looked at.
    pub(super) records: u64,
    /// Lines that are no records.
    pub(super) damaged: u64,
    /// Lines that are longer than any of ours.
    pub(super) long: u64,
    /// Number and time of the last record in the order of the question; the time as in [`Found`].
    pub(super) end: Option<(u64, i64)>,
}

impl Question {
    /// Looks for what matches among the lines of `text` from `position` on.
    pub(super) fn scan(
        &self,
        text: &[u8],
        known: Option<&Known>,
        position: &mut Position,
    ) -> Scanned {
        let quick = self.probes.is_some() && self.takes_all(text, known, position);
        match known.filter(|_| quick) {
            _ if !quick => self.scan_lines(text, position),
            Some(known) => self.scan_hits(text, known, position),
            None if self.is_merging => self.scan_lines(text, position),
            None => self.scan_unknown(text, position),
        }
    }

    /// Whether all the text is where the question goes on.
    fn takes_all(&self, text: &[u8], known: Option<&Known>, position: &Position) -> bool {
        if let Some(span) = known.and_then(|known| known.span) {
            return position.takes_all(&span);
        }
        // The line that comes first in this order is the one that may not be.
        let first = lines(text, self.order).next();
        let first = first.and_then(|range| identity(text.get(range)?));
        first.is_some_and(|(seq, timestamp)| {
            position.takes_all(&Span { seqs: (seq, seq), times: (timestamp, timestamp) })
        })
    }

    /// Line by line.
    fn scan_lines(&self, text: &[u8], position: &mut Position) -> Scanned {
        let mut scanned = Scanned::default();
        for range in lines(text, self.order) {
            let line = text.get(range.clone()).unwrap_or_default();
            if line.len() > LONGEST_LINE {
                scanned.long += 1;
                continue;
            }
            let head = Head::read(line);
            let identity = head.map(|head| (head.seq, head.timestamp));
            let Some((seq, timestamp)) = identity.or_else(|| read_identity(line)) else {
                scanned.damaged += u64::from(!line.is_empty());
                continue;
            };
            if !position.takes(seq, timestamp) {
                continue;
            }
            scanned.records += 1;
            let timestamp = match scanned.end {
                Some((_, before)) if self.is_merging => position.farther(before, timestamp),
                _ => timestamp,
            };
            scanned.end = Some((seq, timestamp));
            if self.filter.matches_read(line, head) {
                scanned.found.push(Found { seq, timestamp, range });
            }
        }
        scanned
    }

    /// Only the lines that have what the question looks for; of the others all is known that counts.
    fn scan_hits(&self, text: &[u8], known: &Known, position: &mut Position) -> Scanned {
        let mut found = self.hits(text, known.is_plain);
        if self.is_merging && !found.is_empty() {
            // The times of the lines between count as well.
            return self.scan_lines(text, position);
        }
        found.retain(|found| position.takes(found.seq, found.timestamp));
        let Known { records, damaged, long, span, .. } = *known;
        let end = span.map(|span| position.end_of(&span));
        Scanned { found, records, damaged, long, end }
    }

    /// Only the lines that have what the question looks for; the others are counted.
    fn scan_unknown(&self, text: &[u8], position: &mut Position) -> Scanned {
        let mut scanned = Scanned { found: self.hits(text, false), ..Scanned::default() };
        scanned.found.retain(|found| position.takes(found.seq, found.timestamp));
        let mut start = 0;
        let ends = memchr_iter(b'\n', text).chain([text.len()]);
        for end in ends {
            let line = text.get(start..end).unwrap_or_default();
            start = end + 1;
            if line.is_empty() {
            } else if line.len() > LONGEST_LINE {
                scanned.long += 1;
            } else if line.starts_with(OPENING) || identity(line).is_some() {
                scanned.records += 1;
            } else {
                scanned.damaged += 1;
            }
        }
        let mut backwards = lines(text, self.order.reversed());
        scanned.end = backwards.find_map(|range| identity(text.get(range)?));
        scanned
    }

    fn hits(&self, text: &[u8], is_plain: bool) -> Vec<Found> {
        let mut found = Vec::new();
        for range in self.probes.iter().flat_map(|probes| probes.candidates(text, is_plain)) {
            let line = text.get(range.clone()).unwrap_or_default();
            let head = Head::read(line);
            if line.len() > LONGEST_LINE || !self.filter.matches_read(line, head) {
                continue;
            }
            let identity = head.map(|head| (head.seq, head.timestamp));
            if let Some((seq, timestamp)) = identity.or_else(|| read_identity(line)) {
                found.push(Found { seq, timestamp, range });
            }
        }
        if self.order == Order::NewestFirst {
            found.reverse();
        }
        found
    }
}

/// The lines of a text, without their newlines, from one end to the other.
fn lines(text: &[u8], order: Order) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut rest = 0..text.len();
    std::iter::from_fn(move || {
        let Range { start, end } = rest.clone();
        let inner = text.get(start..end).filter(|rest| !rest.is_empty())?;
        match order {
            Order::OldestFirst => {
                let length = memchr(b'\n', inner);
                rest.start = length.map_or(end, |length| start + length + 1);
                Some(start..length.map_or(end, |length| start + length))
            }
            Order::NewestFirst => {
                let line = inner.strip_suffix(b"\n").unwrap_or(inner);
                let from = memrchr(b'\n', line).map_or(start, |newline| start + newline + 1);
                rest.end = from;
                Some(from..start + line.len())
            }
        }
    })
}

/// `seq` and time of a line; `None` when it is no record.
fn identity(line: &[u8]) -> Option<(u64, i64)> {
    match Head::read(line) {
        Some(head) => Some((head.seq, head.timestamp)),
        None => read_identity(line),
    }
}

/// As [`identity`], of a line that is not in our writer's own form.
fn read_identity(line: &[u8]) -> Option<(u64, i64)> {
    let line = Line::parse(line)?;
    Some((line.seq()?, line.timestamp()?))
}
