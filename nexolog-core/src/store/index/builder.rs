use std::hash::{BuildHasher as _, RandomState};

use memchr::memchr;

use super::block::{Block, flag};
use super::blocks::MOST_BLOCKS;
use super::census::Census;
use super::facts::SegmentFacts;
use super::head;
use super::lines::LineTerms;
use super::section::Section;
use super::terms::Terms;

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
    blocks: Census,
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
            blocks: Census::default(),
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
        let mut block = Block {
            start: place.start,
            length: place.length,
            text: length,
            flags: flag::PLAIN,
            ..Block::default()
        };
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
        if let Some(head) = self.blocks.line(line, block) {
            let text = head.and_then(|head| line.get(head.length..)).unwrap_or(line);
            if !self.lines.put(text, &mut self.terms) {
                block.flags &= !flag::PLAIN;
            }
        }
    }
}
