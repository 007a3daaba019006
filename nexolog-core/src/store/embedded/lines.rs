use std::collections::VecDeque;
use std::ops::Range;
use std::path::PathBuf;

use memchr::{memchr, memrchr};

use crate::record::{Head, Line};
use crate::store::names::FamilyName;
use crate::store::{Order, Stop};

use super::left_out::LeftOut;
use super::plain::LONGEST_LINE;
use super::segment::{Blocks, Segment};
use super::snapshot::Directory;

/// The lines of one directory, over all its segments, newest or oldest first.
pub(super) struct Lines {
    path: PathBuf,
    family: FamilyName,
    order: Order,
    /// Those not opened yet, the next one first.
    segments: VecDeque<Segment>,
    open: Option<Blocks>,
    block: Vec<u8>,
    /// What of the block was not given yet.
    rest: Range<usize>,
}

/// A line that is a record, as far as its identity goes.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) seq: u64,
    /// In microseconds since the Unix epoch.
    pub(super) timestamp: i64,
    /// Where it is in the block.
    pub(super) range: Range<usize>,
}

impl Lines {
    pub(super) fn new(directory: Directory, family: FamilyName, order: Order) -> Lines {
        let mut segments = VecDeque::from(directory.segments);
        if order == Order::NewestFirst {
            segments.make_contiguous().reverse();
        }
        Lines {
            path: directory.path,
            family,
            order,
            segments,
            open: None,
            block: Vec::new(),
            rest: 0..0,
        }
    }

    /// Leaves out segments that hold nothing beyond `seq`.
    pub(super) fn skip_to(&mut self, seq: u64) {
        match self.order {
            Order::NewestFirst => {
                self.segments.retain(|segment| segment.first_seq.is_none_or(|first| first < seq));
            }
            Order::OldestFirst => {
                let is_next_beyond = |segments: &VecDeque<Segment>| {
                    let next = segments.get(1).and_then(|segment| segment.first_seq);
                    next.is_some_and(|first| first <= seq.saturating_add(1))
                };
                while is_next_beyond(&self.segments) {
                    self.segments.pop_front();
                }
            }
        }
    }

    /// The next record; `None` at the end, or when `stop` said so (then `left_out.stopped` is set).
    ///
    /// `may_stop` is asked before each block: a question should come to something before it gives up.
    pub(super) fn next(
        &mut self,
        stop: &Stop,
        may_stop: bool,
        left_out: &mut LeftOut,
    ) -> Option<Found> {
        loop {
            while let Some(range) = self.next_range() {
                let line = self.block.get(range.clone()).unwrap_or_default();
                if line.len() > LONGEST_LINE {
                    left_out.long_lines += 1;
                } else if let Some((seq, timestamp)) = identity(line) {
                    return Some(Found { seq, timestamp, range });
                } else if !line.is_empty() {
                    left_out.damaged_lines += 1;
                }
            }
            if may_stop && stop.now() {
                left_out.stopped = true;
            }
            if left_out.stopped || !self.next_block(stop, left_out) {
                return None;
            }
        }
    }

    /// The text of a line of the block in hand.
    pub(super) fn text(&self, found: &Found) -> &[u8] {
        self.block.get(found.range.clone()).unwrap_or_default()
    }

    fn next_range(&mut self) -> Option<Range<usize>> {
        let Range { start, end } = self.rest.clone();
        let rest = self.block.get(start..end).filter(|rest| !rest.is_empty())?;
        match self.order {
            Order::OldestFirst => {
                let length = memchr(b'\n', rest);
                self.rest.start = length.map_or(end, |length| start + length + 1);
                Some(start..length.map_or(end, |length| start + length))
            }
            Order::NewestFirst => {
                let inner = rest.strip_suffix(b"\n").unwrap_or(rest);
                let from = memrchr(b'\n', inner).map_or(start, |newline| start + newline + 1);
                self.rest.end = from;
                Some(from..start + inner.len())
            }
        }
    }

    /// Reads the next block, of the next segment if need be.
    fn next_block(&mut self, stop: &Stop, left_out: &mut LeftOut) -> bool {
        loop {
            if let Some(open) = &mut self.open {
                match open.next(&mut self.block, stop, left_out) {
                    Ok(true) => {
                        self.rest = 0..self.block.len();
                        return true;
                    }
                    Ok(false) => {}
                    Err(_) => left_out.unreadable_segments += 1,
                }
                self.open = None;
                self.block.clear();
                self.rest = 0..0;
            }
            if left_out.stopped {
                return false;
            }
            let Some(segment) = self.segments.pop_front() else { return false };
            self.open = segment.open(&self.path, &self.family, self.order, left_out);
        }
    }
}

/// `seq` and time of a line; `None` when it is no record.
fn identity(line: &[u8]) -> Option<(u64, i64)> {
    if let Some(head) = Head::read(line) {
        return Some((head.seq, head.timestamp));
    }
    let line = Line::parse(line)?;
    Some((line.seq()?, line.timestamp()?))
}
