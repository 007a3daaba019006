use std::sync::Arc;

use crate::query::Filter;
use crate::store::names::FamilyName;
use crate::store::{Cursor, Order, Stop};

use super::kept::Kept;
use super::left_out::LeftOut;
use super::lines::{Lines, Step};
use super::position::Position;
use super::question::Question;
use super::snapshot::Directory;

/// The matching lines of all directories as one sequence, by time, directory, `seq`.
pub(super) struct Merged {
    order: Order,
    sources: Vec<Source>,
    /// The source whose step was given last.
    given: Option<usize>,
}

struct Source {
    name: String,
    lines: Lines,
    /// What comes next in this directory.
    head: Option<Step>,
}

impl Merged {
    pub(super) fn new(
        directories: Vec<Directory>,
        family: &FamilyName,
        filter: &Filter,
        order: Order,
        cursor: Option<&Cursor>,
        kept: &Arc<Kept>,
    ) -> Merged {
        let is_merging = directories.len() > 1;
        let question = Arc::new(Question::new(filter.clone(), order).merging(is_merging));
        // There is one thread to help, so it helps where most is to be read.
        let most = directories.iter().map(|directory| directory.segments.len()).max();
        let helped =
            directories.iter().position(|directory| Some(directory.segments.len()) == most);
        let sources = directories.into_iter().enumerate().map(|(at, directory)| {
            let name = directory.name.clone();
            let position = match cursor {
                Some(cursor) => Position::after(cursor, &name, order, is_merging),
                None => Position::start(order, is_merging),
            };
            let question = Arc::clone(&question);
            let kept = Arc::clone(kept);
            let lines = Lines::matching(directory, family.clone(), question, position, kept);
            let lines = if helped == Some(at) { lines.with_help() } else { lines };
            Source { name, lines, head: None }
        });
        Merged { order, sources: sources.collect(), given: None }
    }

    /// The next record that matches and its place, or only the place that was come to meanwhile; `None` at the end, or
    /// when stopped.
    pub(super) fn next(
        &mut self,
        stop: &Stop,
        may_stop: bool,
        left_out: &mut LeftOut,
    ) -> Option<(Cursor, Option<&[u8]>)> {
        let refill = self.given.take();
        for (at, source) in self.sources.iter_mut().enumerate() {
            let is_first = source.head.is_none() && refill.is_none();
            if is_first || refill == Some(at) {
                source.head = source.lines.step(stop, may_stop, left_out);
            }
            if left_out.stopped {
                // Without its next record nobody knows whose turn it is.
                return None;
            }
        }
        let turns = (0..self.sources.len()).filter(|at| self.turn(*at).is_some());
        let turn = match self.order {
            Order::NewestFirst => turns.max_by(|a, b| self.turn(*a).cmp(&self.turn(*b))),
            Order::OldestFirst => turns.min_by(|a, b| self.turn(*a).cmp(&self.turn(*b))),
        }?;
        self.given = Some(turn);
        let source = self.sources.get_mut(turn)?;
        let (seq, timestamp, found) = match source.head.take()? {
            Step::Found(found) => (found.seq, found.timestamp, Some(found)),
            Step::Passed(passed) => (passed.seq, passed.timestamp, None),
        };
        let cursor = Cursor { seq, timestamp, directory: source.name.clone() };
        Some((cursor, found.map(|found| source.lines.text(&found))))
    }

    /// Whether something may follow, without looking.
    pub(super) fn has_rest(&self) -> bool {
        self.sources
            .iter()
            .any(|source| matches!(source.head, Some(Step::Found(_))) || source.lines.has_rest())
    }

    /// Lines that were looked at.
    pub(super) fn scanned(&self) -> u64 {
        self.sources.iter().map(|source| source.lines.scanned()).sum()
    }

    fn turn(&self, at: usize) -> Option<(i64, &str)> {
        let source = self.sources.get(at)?;
        let timestamp = match source.head.as_ref()? {
            Step::Found(found) => found.timestamp,
            Step::Passed(passed) => passed.timestamp,
        };
        Some((timestamp, source.name.as_str()))
    }
}
