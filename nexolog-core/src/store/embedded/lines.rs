use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use crate::query::Filter;
use crate::store::names::FamilyName;
use crate::store::{Order, Stop};

use super::help::Help;
use super::kept::Kept;
use super::left_out::LeftOut;
use super::piece::Piece;
use super::position::Position;
use super::question::Question;
use super::scan::{Found, Known};
use super::segment::{OpenSegment, Reader, Segment};
use super::snapshot::Directory;

/// The lines of one directory that match, over all its segments, newest or oldest first.
pub(super) struct Lines {
    path: PathBuf,
    family: FamilyName,
    /// Those not opened yet, the next one first.
    segments: VecDeque<Segment>,
    open: Option<OpenSegment>,
    /// The one after it, and what it leaves out, when there is somebody to read in it meanwhile.
    upcoming: Option<(Option<OpenSegment>, LeftOut)>,
    /// Ends after the segment that it helps with.
    help: Help,
    reader: Reader,
    /// Text of the block that `found` is in.
    block: Vec<u8>,
    /// What was found and not given yet.
    found: VecDeque<Found>,
    /// How far the blocks read or left out so far reach.
    passed: Option<Passed>,
    scanned: u64,
}

/// A place that a search has come to, whether or not anything was found on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) seq: u64,
    pub(super) timestamp: i64,
}

/// What comes next.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Found(Found),
    /// Up to here nothing more was found.
    Passed(Passed),
}

impl Lines {
    /// Every record.
    pub(super) fn new(
        directory: Directory,
        family: FamilyName,
        order: Order,
        kept: Arc<Kept>,
    ) -> Lines {
        let question = Arc::new(Question::new(Filter::all(), order));
        let start = Position::start(order, false);
        Lines::matching(directory, family, question, start, kept)
    }

    /// What `question` asks for, from `position` on.
    pub(super) fn matching(
        directory: Directory,
        family: FamilyName,
        question: Arc<Question>,
        position: Position,
        kept: Arc<Kept>,
    ) -> Lines {
        let order = question.order;
        let mut segments = VecDeque::from(directory.segments);
        if order == Order::NewestFirst {
            segments.make_contiguous().reverse();
        }
        if let Some(seq) = position.seq() {
            skip_to(&mut segments, order, seq);
        }
        Lines {
            path: directory.path,
            family,
            segments,
            open: None,
            upcoming: None,
            help: Help::default(),
            reader: Reader::new(question, position, kept),
            block: Vec::new(),
            found: VecDeque::new(),
            passed: None,
            scanned: 0,
        }
    }

    /// Lets a second thread help when there is much to read.
    pub(super) fn with_help(self) -> Lines {
        Lines { help: Help::wanted(), ..self }
    }

    /// The next record that matches; `None` at the end, or when `stop` said so (then `left_out.stopped` is set).
    ///
    /// `may_stop` is asked before each block: a question should come to something before it gives up.
    pub(super) fn next(
        &mut self,
        stop: &Stop,
        may_stop: bool,
        left_out: &mut LeftOut,
    ) -> Option<Found> {
        loop {
            if let Step::Found(found) = self.step(stop, may_stop, left_out)? {
                return Some(found);
            }
        }
    }

    /// As [`next`](Lines::next), stopping after each block too.
    pub(super) fn step(
        &mut self,
        stop: &Stop,
        may_stop: bool,
        left_out: &mut LeftOut,
    ) -> Option<Step> {
        loop {
            if let Some(mut found) = self.found.pop_front() {
                found.timestamp = self.reader.position.count(found.timestamp);
                return Some(Step::Found(found));
            }
            if let Some(mut passed) = self.passed.take() {
                passed.timestamp = self.reader.position.count(passed.timestamp);
                return Some(Step::Passed(passed));
            }
            if may_stop && stop.now() {
                left_out.stopped = true;
            }
            if left_out.stopped || !self.read_on(stop, left_out) {
                return None;
            }
        }
    }

    /// The text of a line that was given last.
    pub(super) fn text(&self, found: &Found) -> &[u8] {
        self.block.get(found.range.clone()).unwrap_or_default()
    }

    /// Lines that were looked at.
    pub(super) fn scanned(&self) -> u64 {
        self.scanned
    }

    /// Whether something may follow, without looking.
    pub(super) fn has_rest(&self) -> bool {
        let upcoming = self.upcoming.iter().flat_map(|(open, _)| open);
        !self.found.is_empty()
            || !self.segments.is_empty()
            || upcoming.chain(&self.open).any(OpenSegment::has_rest)
    }

    /// Reads the next block, or opens the next segment; `false` when there is none.
    fn read_on(&mut self, stop: &Stop, left_out: &mut LeftOut) -> bool {
        if let Some(mut open) = self.open.take() {
            // What is left out before it may be where this directory goes on, so it comes first.
            if let Some(number) = open.next_number() {
                self.pass_over(&mut open, Some(number), left_out);
            }
            match open.next(&mut self.reader, stop, left_out) {
                Ok(Some(piece)) => {
                    self.take(piece, left_out);
                    self.help.note_block(&open, &self.reader);
                    self.open = Some(open);
                }
                Ok(None) if left_out.stopped => {}
                Ok(None) => self.pass_over(&mut open, None, left_out),
                Err(_) => left_out.unreadable_segments += 1,
            }
            return true;
        }
        let opened = self.upcoming.take().or_else(|| self.open_next(stop));
        let Some((open, left_out_there)) = opened else { return false };
        left_out.add(left_out_there);
        self.open = open;
        // Who does not know yet where to begin can't plan ahead.
        if self.help.is_there() && !self.reader.position.is_searching() {
            self.upcoming = self.open_next(stop);
        }
        true
    }

    /// Opens the next segment; `None` when there is none.
    fn open_next(&mut self, stop: &Stop) -> Option<(Option<OpenSegment>, LeftOut)> {
        let segment = self.segments.pop_front()?;
        let mut left_out = LeftOut::default();
        let open = segment.open(&self.path, &self.family, &self.reader, stop, &mut left_out);
        if let Some(open) = &open {
            self.help.note_segment(open, &self.reader);
        }
        Some((open, left_out))
    }

    fn take(&mut self, piece: Piece, left_out: &mut LeftOut) {
        let Piece { text, scanned } = piece;
        self.scanned += scanned.records;
        left_out.damaged_lines += scanned.damaged;
        left_out.long_lines += scanned.long;
        self.block = text;
        self.found = scanned.found.into();
        let end = scanned.end.map(|(seq, timestamp)| Passed { seq, timestamp });
        self.passed = end.or(self.passed);
    }

    /// Takes note of the blocks up to `until` that are not read.
    fn pass_over(&mut self, open: &mut OpenSegment, until: Option<usize>, left_out: &mut LeftOut) {
        let Some(plan) = &mut open.plan else { return };
        let position = &mut self.reader.position;
        while let Some(Known { span, damaged, long, .. }) = plan.next_skipped(until, position) {
            left_out.damaged_lines += damaged;
            left_out.long_lines += long;
            let reached = span.and_then(|span| position.pass(&span));
            let reached = reached.map(|(seq, timestamp)| Passed { seq, timestamp });
            self.passed = reached.or(self.passed);
        }
    }
}

/// Leaves out segments that hold nothing beyond `seq`.
fn skip_to(segments: &mut VecDeque<Segment>, order: Order, seq: u64) {
    match order {
        Order::NewestFirst => {
            segments.retain(|segment| segment.first_seq.is_none_or(|first| first < seq));
        }
        Order::OldestFirst => {
            let is_next_beyond = |segments: &VecDeque<Segment>| {
                let next = segments.get(1).and_then(|segment| segment.first_seq);
                next.is_some_and(|first| first <= seq.saturating_add(1))
            };
            while is_next_beyond(segments) {
                segments.pop_front();
            }
        }
    }
}
