use super::block::{Block, flag};
use super::blocks::{Collected, MOST_BLOCKS};
use super::loader::Index;
use crate::query::is_plain;
use crate::record::{Head, Line};
use crate::store::read_line::ReadLine;

/// What is told of blocks besides their terms.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Census {
    blocks: Collected,
}

impl Census {
    /// Takes in some whole lines of a plain file, which follow on those before.
    pub(in crate::store) fn text(&mut self, text: &[u8]) {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let mut block = Block { start: self.end(), length, text: length, ..Block::default() };
        ReadLine::each(text, |line| self.line(line, &mut block));
        block.flags = if is_plain(text) { flag::PLAIN } else { 0 };
        self.push(block);
    }

    /// Steps over a line of `length` bytes that is longer than any of ours.
    pub(in crate::store) fn long_line(&mut self, length: u64) {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let start = self.end();
        self.push(Block { start, length, text: length, long: 1, ..Block::default() });
    }

    /// Whether there may be no more blocks.
    pub(in crate::store) fn is_full(&self) -> bool {
        self.len() >= MOST_BLOCKS
    }

    /// What was taken in so far, and the last lines of the file as one block more.
    pub(in crate::store) fn index(&mut self, last: &[u8]) -> Index {
        if last.is_empty() {
            return Index::of_blocks(self.blocks.blocks());
        }
        self.text(last);
        let blocks = self.blocks.blocks();
        self.blocks.pop();
        Index::of_blocks(blocks)
    }

    /// Where the next block begins in the file.
    pub(in crate::store) fn end(&self) -> u64 {
        self.blocks.end()
    }

    pub(super) fn len(&self) -> usize {
        self.blocks.len()
    }

    pub(super) fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        self.blocks.encode()
    }

    /// Counts a line of `block` as searches see it.
    pub(super) fn line(&mut self, line: &ReadLine<'_>, block: &mut Block) {
        if line.is_long {
            block.long += 1;
            return;
        }
        match line.head {
            Some(Head { seq, timestamp, level, module: Some(module), .. }) => {
                block.add(seq, timestamp);
                self.blocks.note(Some(module), Some(level));
            }
            _ => self.odd_line(line, block),
        }
    }

    /// A line whose first keys don't stand where ours do.
    fn odd_line(&mut self, line: &ReadLine<'_>, block: &mut Block) {
        match line.identity() {
            Some((seq, timestamp)) => block.add(seq, timestamp),
            None => block.damaged += 1,
        }
        let read = line.line();
        let level = line.head.map(|head| head.level).or_else(|| read.and_then(Line::level));
        let module = read.and_then(Line::module);
        self.blocks.note(module.as_deref(), level);
    }
}
