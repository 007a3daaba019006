use std::hash::{BuildHasher as _, RandomState};

use super::block::{Block, flag};
use super::blocks::MOST_BLOCKS;
use super::census::Census;
use super::facts::SegmentFacts;
use super::head;
use super::lines::LineTerms;
use super::section::Section;
use super::terms::Terms;
use crate::store::read_line::ReadLine;

/// Where a block is in the segment's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Place {
    pub(in crate::store) start: u64,
    /// Bytes that it takes there; the length of its text in a plain segment.
    pub(in crate::store) length: u32,
}

/// Makes the index of a segment, block by block.
///
/// Its memory is bounded, some 20 MB and the size of the index, whatever the segment has; what there is too much of is
/// left out, and the index says so.
#[derive(Debug)]
pub(in crate::store) struct Builder {
    seed: u64,
    blocks: Census,
    terms: Terms,
    lines: LineTerms,
    /// The one in hand.
    block: Block,
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
            blocks: Census::default(),
            terms: Terms::new(seed),
            lines: LineTerms::default(),
            block: Block::default(),
            is_given_up: false,
        }
    }

    /// Takes in the next block: `text` is whole lines, the last of which may lack its newline.
    #[cfg(any(test, fuzzing))]
    pub(in crate::store) fn block(&mut self, text: &[u8], place: Place) {
        self.begin_block(text.len(), place);
        ReadLine::each(text, |line| self.line(line));
        self.end_block();
    }

    /// Begins the next block, which has so many bytes of text.
    pub(super) fn begin_block(&mut self, text: usize, place: Place) {
        let length = u32::try_from(text);
        self.is_given_up |=
            length.is_err() || place.start != self.blocks.end() || self.blocks.len() == MOST_BLOCKS;
        self.block = Block {
            start: place.start,
            length: place.length,
            text: length.unwrap_or_default(),
            flags: flag::PLAIN,
            ..Block::default()
        };
        self.lines.begin();
    }

    /// Takes in a line of the block as searches see it; see [`Filter::matches`](crate::query::Filter::matches).
    pub(super) fn line(&mut self, line: &ReadLine<'_>) {
        if self.is_given_up {
            return;
        }
        self.blocks.line(line, &mut self.block);
        if !line.is_long && !self.lines.put(line, &mut self.terms) {
            self.block.flags &= !flag::PLAIN;
        }
    }

    /// Ends the block.
    pub(super) fn end_block(&mut self) {
        if !self.is_given_up {
            self.lines.end(&mut self.terms);
            self.terms.end_block(&mut self.block);
            self.blocks.push(self.block);
        }
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
}
