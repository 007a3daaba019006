use crate::store::names::FamilyName;
use crate::store::{Cursor, Order, Stop};

use super::left_out::LeftOut;
use super::lines::{Found, Lines};
use super::snapshot::Directory;

/// The lines of all directories as one sequence, by time, directory, `seq`.
///
/// In one directory `seq` is the order, whatever the clock did. So each directory's records count as stamped no later
/// (oldest first: no earlier) than the ones given before them. That time is in the cursors, and with it a search goes
/// on exactly where it was, in every directory, from the identity of a single record.
pub(super) struct Merged {
    order: Order,
    sources: Vec<SourceLines>,
    /// The source whose record was given last.
    given: Option<usize>,
}

struct SourceLines {
    name: String,
    lines: Lines,
    /// The next record, with the time that it counts as stamped at.
    head: Option<(i64, Found)>,
    /// The time of the record before.
    reached: Option<i64>,
    /// Only what lies beyond this is given.
    beyond: Option<Beyond>,
}

/// Where a directory goes on.
#[derive(Clone, Copy)]
enum Beyond {
    /// In the cursor's own directory: after this record.
    Seq(u64),
    /// In another directory: from the first record on whose turn comes after the cursor's.
    Time { timestamp: i64, is_tie_beyond: bool },
}

impl Merged {
    pub(super) fn new(
        directories: Vec<Directory>,
        family: &FamilyName,
        order: Order,
        cursor: Option<&Cursor>,
    ) -> Merged {
        let sources = directories.into_iter().map(|directory| {
            let name = directory.name.clone();
            let mut lines = Lines::new(directory, family.clone(), order);
            let beyond = cursor.map(|cursor| beyond(order, cursor, &name));
            if let Some(Beyond::Seq(seq)) = beyond {
                lines.skip_to(seq);
            }
            let reached = match (beyond, cursor) {
                (Some(Beyond::Seq(_)), Some(cursor)) => Some(cursor.timestamp),
                _ => None,
            };
            SourceLines { name, lines, head: None, reached, beyond }
        });
        Merged { order, sources: sources.collect(), given: None }
    }

    /// The next record and its place; `None` at the end, or when stopped.
    pub(super) fn next(
        &mut self,
        stop: &Stop,
        may_stop: bool,
        left_out: &mut LeftOut,
    ) -> Option<(Cursor, &[u8])> {
        let is_merging = self.sources.len() > 1;
        let refill = self.given.take();
        for (at, source) in self.sources.iter_mut().enumerate() {
            let is_first = source.head.is_none() && refill.is_none();
            if is_first || refill == Some(at) {
                source.advance(self.order, is_merging, stop, may_stop, left_out);
            }
            if left_out.stopped {
                // Without its next record nobody knows whose turn it is.
                return None;
            }
        }
        let turn = (0..self.sources.len()).filter(|at| self.sources[*at].head.is_some());
        let turn = match self.order {
            Order::NewestFirst => turn.max_by(|a, b| self.turn(*a).cmp(&self.turn(*b))),
            Order::OldestFirst => turn.min_by(|a, b| self.turn(*a).cmp(&self.turn(*b))),
        }?;
        self.given = Some(turn);
        let source = self.sources.get_mut(turn)?;
        let (timestamp, found) = source.head.take()?;
        let cursor = Cursor { seq: found.seq, timestamp, directory: source.name.clone() };
        Some((cursor, source.lines.text(&found)))
    }

    fn turn(&self, at: usize) -> Option<(i64, &str)> {
        let source = self.sources.get(at)?;
        source.head.as_ref().map(|(timestamp, _)| (*timestamp, source.name.as_str()))
    }
}

impl SourceLines {
    /// Fetches the next record.
    fn advance(
        &mut self,
        order: Order,
        is_merging: bool,
        stop: &Stop,
        may_stop: bool,
        left_out: &mut LeftOut,
    ) {
        self.head = None;
        while let Some(found) = self.lines.next(stop, may_stop, left_out) {
            if !self.is_beyond(order, &found) {
                continue;
            }
            let timestamp = match (is_merging, order, self.reached) {
                (true, Order::NewestFirst, Some(reached)) => found.timestamp.min(reached),
                (true, Order::OldestFirst, Some(reached)) => found.timestamp.max(reached),
                _ => found.timestamp,
            };
            self.reached = Some(timestamp);
            self.head = Some((timestamp, found));
            return;
        }
    }

    fn is_beyond(&mut self, order: Order, found: &Found) -> bool {
        match (self.beyond, order) {
            (None, _) => true,
            (Some(Beyond::Seq(seq)), Order::NewestFirst) => found.seq < seq,
            (Some(Beyond::Seq(seq)), Order::OldestFirst) => found.seq > seq,
            (Some(Beyond::Time { timestamp, is_tie_beyond }), order) => {
                let is_beyond = match order {
                    Order::NewestFirst => found.timestamp < timestamp,
                    Order::OldestFirst => found.timestamp > timestamp,
                };
                let is_beyond = is_beyond || is_tie_beyond && found.timestamp == timestamp;
                if is_beyond {
                    // What follows has its turn later, whatever its own time.
                    self.beyond = None;
                }
                is_beyond
            }
        }
    }
}

fn beyond(order: Order, cursor: &Cursor, name: &str) -> Beyond {
    if cursor.directory == name {
        return Beyond::Seq(cursor.seq);
    }
    let is_tie_beyond = match order {
        Order::NewestFirst => name < cursor.directory.as_str(),
        Order::OldestFirst => name > cursor.directory.as_str(),
    };
    Beyond::Time { timestamp: cursor.timestamp, is_tie_beyond }
}
