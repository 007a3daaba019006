use std::fs::File;
use std::io;

use memchr::{memchr, memrchr};

use crate::store::index::read_at;
use crate::store::{Order, Stop};

use super::left_out::LeftOut;
use super::scan::Known;

/// Bytes read at a time.
const BLOCK: usize = 256 << 10;

/// The longest line that is looked at. Ours are at most a quarter of that, unless configured otherwise.
pub(in crate::store) const LONGEST_LINE: usize = 1 << 20;

/// The most that is read at a time: the longest line, its newline, and the one before it.
const LONGEST_BLOCK: usize = LONGEST_LINE + 2;

/// Blocks of whole lines of a plain file, from one end to the other.
#[derive(Debug)]
pub(super) struct PlainBlocks {
    file: File,
    /// What has not been read yet of the part in hand.
    start: u64,
    end: u64,
    /// What an index says of it.
    known: Option<Known>,
    /// The parts to come, the next one last.
    rest: Vec<Part>,
    order: Order,
}

/// A part of a plain file that is whole lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) start: u64,
    pub(super) end: u64,
    /// What an index says of it.
    pub(super) known: Option<Known>,
}

/// What is in a block that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    /// What an index says of the part that it belongs to.
    pub(super) known: Option<Known>,
    /// Whether it is all of that part.
    pub(super) is_whole: bool,
}

impl PlainBlocks {
    /// Reads the first `length` bytes of `file`.
    pub(super) fn new(file: File, length: u64, order: Order) -> PlainBlocks {
        PlainBlocks { file, start: 0, end: length, known: None, rest: Vec::new(), order }
    }

    /// Reads only `parts` of `file`, given in the order of the file.
    pub(super) fn known(file: File, mut parts: Vec<Part>, order: Order) -> PlainBlocks {
        if order == Order::OldestFirst {
            parts.reverse();
        }
        PlainBlocks { file, start: 0, end: 0, known: None, rest: parts, order }
    }

    /// Whether there is more.
    pub(super) fn has_rest(&self) -> bool {
        self.start < self.end || !self.rest.is_empty()
    }

    /// Which block of the index is read next.
    pub(super) fn next_number(&self) -> Option<usize> {
        let known = if self.start < self.end { self.known } else { self.rest.last()?.known };
        known.map(|known| known.number)
    }

    /// Reads the next block into `block`; `None` when there is none, or `stop` says so.
    pub(super) fn next(
        &mut self,
        block: &mut Vec<u8>,
        stop: &Stop,
        left_out: &mut LeftOut,
    ) -> io::Result<Option<Text>> {
        loop {
            if self.start >= self.end {
                let Some(Part { start, end, known }) = self.rest.pop() else { return Ok(None) };
                (self.start, self.end, self.known) = (start, end, known);
                continue;
            }
            let whole = self.end - self.start;
            let found = match self.order {
                Order::OldestFirst => self.forwards(block)?,
                Order::NewestFirst => self.backwards(block)?,
            };
            if found {
                let is_whole = block.len() as u64 == whole;
                return Ok(Some(Text { known: self.known, is_whole }));
            }
            left_out.long_lines += 1;
            if !self.skip_line(block, stop)? {
                left_out.stopped = true;
                return Ok(None);
            }
        }
    }

    fn forwards(&mut self, block: &mut Vec<u8>) -> io::Result<bool> {
        for wanted in [BLOCK, LONGEST_BLOCK] {
            let length = self.within(wanted);
            self.read(self.start, length, block)?;
            let whole = match memrchr(b'\n', block) {
                Some(newline) => newline + 1,
                // The last line of all may lack its newline.
                None if self.start + length as u64 == self.end => length,
                None => continue,
            };
            block.truncate(whole);
            self.start += whole as u64;
            return Ok(true);
        }
        Ok(false)
    }

    fn backwards(&mut self, block: &mut Vec<u8>) -> io::Result<bool> {
        for wanted in [BLOCK, LONGEST_BLOCK] {
            let length = self.within(wanted);
            let at = self.end - length as u64;
            self.read(at, length, block)?;
            let first = if at == self.start {
                0
            } else {
                // The newline at the very end belongs to the last line.
                match memchr(b'\n', &block[..length - 1]) {
                    Some(newline) => newline + 1,
                    None => continue,
                }
            };
            block.drain(..first);
            self.end = at + first as u64;
            return Ok(true);
        }
        Ok(false)
    }

    /// Steps over a line that is too long, in constant memory; `false` when stopped on the way.
    fn skip_line(&mut self, block: &mut Vec<u8>, stop: &Stop) -> io::Result<bool> {
        if self.order == Order::NewestFirst {
            // Its own newline, if it has one.
            self.end -= 1;
        }
        while self.start < self.end {
            if stop.now() {
                return Ok(false);
            }
            let length = self.within(LONGEST_BLOCK);
            match self.order {
                Order::OldestFirst => {
                    self.read(self.start, length, block)?;
                    let newline = memchr(b'\n', block);
                    self.start += newline.map_or(length, |newline| newline + 1) as u64;
                    if newline.is_some() {
                        break;
                    }
                }
                Order::NewestFirst => {
                    self.read(self.end - length as u64, length, block)?;
                    let newline = memrchr(b'\n', block);
                    self.end -= newline.map_or(length, |newline| length - newline - 1) as u64;
                    if newline.is_some() {
                        break;
                    }
                }
            }
        }
        Ok(true)
    }

    /// `wanted`, or what is left if that is less.
    fn within(&self, wanted: usize) -> usize {
        usize::try_from(self.end - self.start).map_or(wanted, |left| left.min(wanted))
    }

    fn read(&mut self, at: u64, length: usize, block: &mut Vec<u8>) -> io::Result<()> {
        block.resize(length, 0);
        read_at(&self.file, block, at)
    }
}

/// How many of the first `length` bytes of `file` are whole lines.
pub(super) fn whole_lines(file: &File, length: u64) -> io::Result<u64> {
    let mut block = Vec::new();
    let mut end = length;
    // Mostly the file ends with a newline.
    let mut step = 4 << 10;
    while end > 0 {
        let wanted = usize::try_from(end).map_or(step, |left| left.min(step));
        step = BLOCK;
        block.resize(wanted, 0);
        let at = end - wanted as u64;
        read_at(file, &mut block, at)?;
        if let Some(newline) = memrchr(b'\n', &block) {
            return Ok(at + newline as u64 + 1);
        }
        end = at;
    }
    Ok(0)
}
