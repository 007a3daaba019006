//! The terms of some blocks that stand together. A segment of ordinary size has one part; bigger ones have more, so
//! that making them takes bounded memory.

use std::fs::File;
use std::io;

use super::block_set::BlockSet;
use super::bytes::Reader;
use super::hash::{self, checksum};
use super::read_at::read_at;
use super::table::{Encoded, Table};
use super::tokens::Run;
use super::words;

/// Most blocks of a part.
pub(super) const BLOCKS_OF_PART: usize = 1 << 12;

/// Most bytes of a vocabulary that are read.
const MOST_WORDS: u32 = 1 << 20;

/// A part that was made and has no place in a file yet.
#[derive(Debug)]
pub(super) struct Part {
    first: usize,
    blocks: usize,
    table: Encoded,
    words: Vec<u8>,
}

impl Part {
    pub(super) fn new(first: usize, blocks: usize, table: Encoded, words: Vec<u8>) -> Part {
        Part { first, blocks, table, words }
    }

    /// What it takes in the file, but for its place in the head.
    pub(super) fn bytes(&self) -> usize {
        self.table.bytes() + self.words.len()
    }

    /// Appends it to `file`, and its place to `places`; both are said to begin at 0.
    pub(super) fn put(&self, places: &mut Vec<u8>, file: &mut Vec<u8>) {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
        places.extend(number(self.first));
        places.extend(number(self.blocks));
        self.table.put(places, file);
        places.extend((file.len() as u64).to_le_bytes());
        places.extend(number(self.words.len()));
        places.extend(checksum(&self.words, WORDS).to_le_bytes());
        file.extend_from_slice(&self.words);
    }
}

/// Tells the checksum of words from others.
const WORDS: u64 = 0x57;

/// A part of an open index: where it is.
#[derive(Debug)]
pub(super) struct OpenPart {
    pub(super) first: usize,
    pub(super) blocks: usize,
    table: Table,
    words: u64,
    words_length: u32,
    words_checksum: u64,
}

impl OpenPart {
    /// Reads the place of part `number`; `base` is where the parts' bytes begin in the file.
    pub(super) fn read(reader: &mut Reader<'_>, number: usize, base: u64) -> Option<OpenPart> {
        let first = usize::try_from(reader.u32()?).ok()?;
        let blocks = usize::try_from(reader.u32()?).ok()?;
        let table = Table::read(reader, number, blocks, base)?;
        let words = base.checked_add(reader.u64()?)?;
        let (words_length, words_checksum) = (reader.u32()?, reader.u64()?);
        let part = OpenPart { first, blocks, table, words, words_length, words_checksum };
        (blocks <= BLOCKS_OF_PART && words_length <= MOST_WORDS).then_some(part)
    }

    /// Bytes of memory that it takes, roughly.
    pub(super) fn memory(&self) -> usize {
        size_of::<OpenPart>() + self.table.memory()
    }

    /// Adds the blocks with `term` to `found`.
    pub(super) fn add_term(
        &self,
        file: &File,
        term: &[u8],
        seed: u64,
        found: &mut BlockSet,
    ) -> io::Result<()> {
        self.table.look_up(file, hash::of_term(term, seed), &mut |block| {
            found.insert(self.first + block);
        })
    }

    /// Whether the table can't tell the terms `a` and `b` apart.
    #[cfg(test)]
    pub(super) fn confuses(&self, a: &str, b: &str, seed: u64) -> bool {
        let cut = |term: &str| self.table.cut(hash::of_term(term.as_bytes(), seed));
        cut(a) == cut(b)
    }

    /// Adds the blocks in which a listed word has `run` to `found`; all of the part when they are too many words.
    pub(super) fn add_words(
        &self,
        file: &File,
        run: &Run<'_>,
        seed: u64,
        found: &mut BlockSet,
    ) -> io::Result<()> {
        let mut list = vec![0; usize::try_from(self.words_length).unwrap_or(0)];
        read_at(file, &mut list, self.words)?;
        if !hash::is_right(&list, WORDS, self.words_checksum) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let Some(words) = words::find(&list, run) else {
            (self.first..self.first + self.blocks).for_each(|block| found.insert(block));
            return Ok(());
        };
        words.into_iter().try_for_each(|word| self.add_term(file, word, seed, found))
    }
}
