//! Cuts a sealed segment into blocks of whole lines.

use std::fs::File;
use std::io::{self, Read};

use memchr::memrchr;

/// Text in a block: a search opens one without the ones before it.
const BLOCK: usize = 64 * 1024;

/// A line longer than any of ours; the bound on memory when a foreign file has no newline at all.
const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// The blocks of an open file, from its beginning.
#[derive(Debug)]
pub(super) struct WholeLines<'a> {
    file: &'a File,
    /// The block given last, and what was read behind it.
    text: Vec<u8>,
    given: usize,
}

impl<'a> WholeLines<'a> {
    pub(super) fn of(file: &'a File) -> WholeLines<'a> {
        WholeLines { file, text: Vec::with_capacity(2 * BLOCK), given: 0 }
    }

    /// The next block; empty at the end of the file. What has no newline at the end is given as it is.
    pub(super) fn next(&mut self) -> io::Result<&[u8]> {
        self.text.drain(..self.given);
        self.given = self.fill()?;
        Ok(self.text.get(..self.given).unwrap_or_default())
    }

    /// Reads on until `text` begins with a block, and says how long it is.
    fn fill(&mut self) -> io::Result<usize> {
        let mut wanted = BLOCK;
        loop {
            let missing = wanted.saturating_sub(self.text.len());
            let read = self.file.take(missing as u64).read_to_end(&mut self.text)?;
            if read < missing {
                return Ok(self.text.len());
            }
            let window = self.text.get(..wanted).unwrap_or(&self.text);
            match memrchr(b'\n', window) {
                Some(newline) => return Ok(newline + 1),
                None if wanted >= LONGEST_LINE => return Ok(wanted),
                None => wanted *= 2,
            }
        }
    }
}
