use std::hash::{BuildHasher as _, RandomState};

use memchr::memchr;

use super::block::Block;
use super::blocks::{Collected, MOST_BLOCKS};
use super::facts::SegmentFacts;
use super::head;
use super::lines::LineTerms;
use super::section::Section;
use super::terms::Terms;
use crate::record::{Head, Line};
use crate::store::embedded::LONGEST_LINE;

/// Where a block is in the segment's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Place {
    pub(in crate::store) start: u64,
    /// Bytes that it takes there; the length of its text in a plain segment.
    pub(in crate::store) length: u32,
}

/// Makes the index of a segment, block by block.
///
/// Its memory is bounded, some 12 MB and the size of the index, whatever the segment has; what there is too much of is
/// left out, and the index says so.
#[derive(Debug)]
pub(in crate::store) struct Builder {
    seed: u64,
    blocks: Collected,
    terms: Terms,
    lines: LineTerms,
    /// Whether the blocks can't be told of as an index does it.
    is_given_up: bool,
}

impl Builder {
    pub(in crate::store) fn new() -> Builder {
        Builder::with_seed(RandomState::new().hash_one(0))
    }

    /// With a seed of the caller's, so that the same text gives the same index.
    pub(in crate::store) fn with_seed(seed: u64) -> Builder {
        Builder {
            seed,
            blocks: Collected::default(),
            terms: Terms::new(seed),
            lines: LineTerms::default(),
            is_given_up: false,
        }
    }

    /// Takes in the next block: `text` is whole lines, the last of which may lack its newline.
    pub(in crate::store) fn block(&mut self, text: &[u8], place: Place) {
        let Ok(length) = u32::try_from(text.len()) else { return self.give_up() };
        if self.is_given_up || place.start != self.blocks.end() || self.blocks.len() == MOST_BLOCKS
        {
            return self.give_up();
        }
        let mut block =
            Block { start: place.start, length: place.length, text: length, ..Block::default() };
        let mut rest = text;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            if !line.is_empty() {
                self.line(line, &mut block);
            }
        }
        self.terms.end_block(&mut block);
        self.blocks.push(block);
    }

    /// The bytes of the index file of a segment that is as `facts` say; `is_packed` when it is compressed.
    ///
    /// `None` when the blocks were not given one after the other, from the file's beginning to its end, or are more than
    /// an index tells of.
    pub(in crate::store) fn finish(
        self,
        facts: SegmentFacts,
        is_packed: bool,
        sections: &[(Section, Vec<u8>)],
    ) -> Option<Vec<u8>> {
        if self.is_given_up || self.blocks.end() != facts.length {
            return None;
        }
        let head = head::Facts { segment: facts, is_packed, seed: self.seed };
        Some(head::encode(&head, &self.blocks.encode(), &self.terms.finish(), sections))
    }

    fn give_up(&mut self) {
        self.is_given_up = true;
    }

    /// Takes in a line as searches see it; see [`Filter::matches`](crate::query::Filter::matches).
    fn line(&mut self, line: &[u8], block: &mut Block) {
        if line.len() > LONGEST_LINE {
            block.long += 1;
            return;
        }
        let head = Head::read(line);
        match head {
            Some(Head { seq, timestamp, level, module: Some(module), .. }) => {
                block.add(seq, timestamp);
                self.blocks.note(Some(module), Some(level));
            }
            _ => self.odd_line(head, line, block),
        }
        let text = head.and_then(|head| line.get(head.length..)).unwrap_or(line);
        self.lines.put(text, &mut self.terms);
    }

    /// A line whose first keys don't stand where ours do.
    fn odd_line(&mut self, head: Option<Head<'_>>, line: &[u8], block: &mut Block) {
        let parsed = Line::parse(line);
        let read = parsed.as_ref();
        let identity = match head {
            Some(head) => Some((head.seq, head.timestamp)),
            None => read.and_then(|line| line.seq().zip(line.timestamp())),
        };
        match identity {
            Some((seq, timestamp)) => block.add(seq, timestamp),
            None => block.damaged += 1,
        }
        let level = head.map(|head| head.level).or_else(|| read.and_then(Line::level));
        let module = read.and_then(Line::module);
        self.blocks.note(module.as_deref(), level);
    }
}

impl Block {
    fn add(&mut self, seq: u64, timestamp: i64) {
        if self.records == 0 {
            (self.first_seq, self.last_seq) = (seq, seq);
            (self.earliest, self.latest) = (timestamp, timestamp);
        }
        self.records += 1;
        self.first_seq = self.first_seq.min(seq);
        self.last_seq = self.last_seq.max(seq);
        self.earliest = self.earliest.min(timestamp);
        self.latest = self.latest.max(timestamp);
    }
}
