use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use memchr::{memchr, memrchr};

use crate::store::{Order, Stop};

use super::left_out::LeftOut;

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
    /// What has not been read yet.
    start: u64,
    end: u64,
    order: Order,
}

impl PlainBlocks {
    /// Reads the first `length` bytes of `file`.
    pub(super) fn new(file: File, length: u64, order: Order) -> PlainBlocks {
        PlainBlocks { file, start: 0, end: length, order }
    }

    /// Reads the next block into `block`; `false` when there is none, or `stop` says so.
    pub(super) fn next(
        &mut self,
        block: &mut Vec<u8>,
        stop: &Stop,
        left_out: &mut LeftOut,
    ) -> io::Result<bool> {
        while self.start < self.end {
            let found = match self.order {
                Order::OldestFirst => self.forwards(block)?,
                Order::NewestFirst => self.backwards(block)?,
            };
            if found {
                return Ok(true);
            }
            left_out.long_lines += 1;
            if !self.skip_line(block, stop)? {
                left_out.stopped = true;
                return Ok(false);
            }
        }
        Ok(false)
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
        block.clear();
        block.resize(length, 0);
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(block)
    }
}

/// How many of the first `length` bytes of `file` are whole lines.
pub(super) fn whole_lines(file: &mut File, length: u64) -> io::Result<u64> {
    let mut block = Vec::new();
    let mut end = length;
    while end > 0 {
        let wanted = usize::try_from(end).map_or(BLOCK, |left| left.min(BLOCK));
        block.resize(wanted, 0);
        let at = end - wanted as u64;
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut block)?;
        if let Some(newline) = memrchr(b'\n', &block) {
            return Ok(at + newline as u64 + 1);
        }
        end = at;
    }
    Ok(0)
}
