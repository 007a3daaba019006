use std::io;
use std::sync::Arc;
use std::time::Instant;

use memchr::memchr;

use super::discarded::{Discarded, count_lines};
use super::line_head::LineHead;
use super::names::FamilyName;
use super::place::{LOOK_EVERY, Place};
use super::shared::Shared;

/// Lines that may wait in memory; past this the file is written to without being asked.
const BUFFER_MAX: usize = 1024 * 1024;

/// Memory that a family keeps when it has written few lines.
const BUFFER_KEPT: usize = 256 * 1024;

/// The append side of one family: one file that is written, rotated by size. Used by one thread.
///
/// Dropping it drops lines that were not written out.
#[derive(Debug)]
pub(crate) struct Family {
    place: Place,
    max_file_size: u64,
    /// Whole lines that are not in the file yet.
    buffer: Vec<u8>,
    /// How many they are.
    waiting: u64,
    /// `seq` of the first of them.
    first_waiting: Option<u64>,
    rotate_again_at: Option<Instant>,
    /// Why lines that wait could not be written; they are not tried again for each line that comes.
    refusing: Option<io::ErrorKind>,
    /// A sync failed: what the disk holds of this file is not known.
    suspect: bool,
    /// Held for as long as this family may be written; see `Directory::open_family`.
    _claim: Arc<()>,
}

impl Family {
    /// Opens the active file, and repairs it when its last line is torn.
    pub(super) fn open(
        shared: Arc<Shared>,
        name: FamilyName,
        max_file_size: u64,
        claim: Arc<()>,
    ) -> io::Result<Family> {
        Ok(Family {
            place: Place::open(shared, name)?,
            max_file_size,
            buffer: Vec::new(),
            waiting: 0,
            first_waiting: None,
            rotate_again_at: None,
            refusing: None,
            suspect: false,
            _claim: claim,
        })
    }

    /// Whether a line of `line_len` bytes can go into the active file.
    ///
    /// `false` when the file would grow past its limit. A file without a record takes one of any size: a
    /// record is never split. While the disk takes nothing, or rotation fails and is not yet to be tried
    /// again, everything fits.
    pub(crate) fn fits(&self, line_len: usize) -> bool {
        let held_off = || self.rotate_again_at.is_some_and(|at| Instant::now() < at);
        let limit =
            self.place.hard_limit().map_or(self.max_file_size, |hard| hard.min(self.max_file_size));
        (!self.place.has_records() && self.buffer.is_empty())
            || self.place.whole().saturating_add((self.buffer.len() + line_len) as u64) <= limit
            || self.refusing.is_some()
            || held_off()
    }

    /// Seals the active file and opens a new one; does nothing when it has no record.
    ///
    /// # Errors
    ///
    /// When waiting lines can't be written, or the file can't be renamed. Nothing is lost by it: the file is
    /// written on, past its limit if need be, and rotation tried again half a second later.
    pub(crate) fn rotate(&mut self) -> io::Result<()> {
        self.flush_buffer()?;
        let sealed = self.place.seal();
        self.rotate_again_at = sealed.is_err().then(|| Instant::now() + LOOK_EVERY);
        sealed
    }

    /// Takes a line (`seq` is its number), rotating when it does not fit.
    ///
    /// # Errors
    ///
    /// When lines taken before have to be written first and can't be, or the line is longer than any file
    /// of this process may be. The line was **not** taken then.
    pub(crate) fn append(&mut self, seq: u64, line: &[u8]) -> io::Result<()> {
        if self.place.hard_limit().is_some_and(|limit| line.len() as u64 >= limit) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if !self.fits(line.len()) {
            match self.rotate() {
                Err(error) if !self.buffer.is_empty() => return Err(error),
                Err(error) => self.place.failed("sealing a segment", error),
                Ok(()) => {}
            }
        }
        if !self.buffer.is_empty() && self.buffer.len() + line.len() > BUFFER_MAX {
            if let Some(kind) = self.refusing {
                return Err(kind.into());
            }
            self.flush_buffer()?;
        }
        self.first_waiting.get_or_insert(seq);
        self.buffer.extend_from_slice(line);
        if line.last() != Some(&b'\n') {
            self.buffer.push(b'\n');
        }
        self.waiting += 1;
        Ok(())
    }

    /// Writes what waits, in one write.
    ///
    /// # Errors
    ///
    /// When the disk does not take it. What was not written stays and is tried again with the next call;
    /// the file never holds half a record that another is glued to.
    pub(crate) fn write_out(&mut self) -> io::Result<()> {
        if self.suspect && self.place.seal().is_ok() {
            self.suspect = false;
        }
        self.flush_buffer()
    }

    /// Looks after the file when that is due, so that one which was removed comes back without a line, too.
    ///
    /// # Errors
    ///
    /// When it can't be opened again; the next write tries to.
    pub(crate) fn look_after(&mut self) -> io::Result<()> {
        self.place.look_after()
    }

    /// Looks after the active file with the next write, as it does twice a second.
    pub(crate) fn look_again(&mut self) {
        self.place.look_again();
    }

    /// Closes the file until there is something to write to it, unless lines wait.
    pub(crate) fn park(&mut self) {
        if self.buffer.is_empty() {
            self.place.park();
        }
    }

    /// Whether its file is open.
    pub(crate) fn is_open(&self) -> bool {
        self.place.is_open()
    }

    /// Whether the disk did not take what waits when it was last tried.
    pub(crate) fn is_refusing(&self) -> bool {
        self.refusing.is_some()
    }

    /// Bytes that wait.
    pub(crate) fn buffered(&self) -> usize {
        self.buffer.len()
    }

    /// Gives up the lines that wait, except one that is half in the file and can't be cut off it.
    pub(crate) fn discard(&mut self) -> Discarded {
        let clean = self.place.cut_torn();
        let keep =
            if clean { 0 } else { memchr(b'\n', &self.buffer).map_or(0, |newline| newline + 1) };
        let discarded = Discarded::count(&self.buffer[keep..]);
        self.buffer.truncate(keep);
        self.waiting = self.waiting.saturating_sub(discarded.lines);
        if self.buffer.is_empty() {
            self.first_waiting = None;
        }
        discarded
    }

    /// Writes what waits and returns when the disk has it.
    ///
    /// # Errors
    ///
    /// When it can't be written, or the disk failed to keep it. After the latter the file is not trusted
    /// any more: the next line begins a new one.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.write_out()?;
        let result = self.place.sync();
        self.suspect |= result.is_err();
        result
    }

    pub(crate) fn name(&self) -> &FamilyName {
        self.place.name()
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        let mut result = self.write_buffer();
        // The file is as large as one of this process may be, so what is left begins the next. Each has at
        // least one record, so this comes to an end.
        while self.place.has_records()
            && matches!(&result, Err(error) if error.kind() == io::ErrorKind::FileTooLarge)
        {
            result = self.place.seal().and_then(|()| self.write_buffer());
        }
        self.refusing = result.as_ref().err().map(io::Error::kind);
        result
    }

    fn write_buffer(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let (written, result) = self.place.write(&self.buffer, self.waiting, self.first_waiting);
        if written > 0 {
            self.buffer.drain(..written);
            self.waiting = if self.buffer.is_empty() { 0 } else { count_lines(&self.buffer) };
            // Only when there is little to write: in a storm the memory would be back, page by page, at once.
            if written <= BUFFER_KEPT {
                self.buffer.shrink_to(BUFFER_KEPT);
            }
            self.first_waiting = LineHead::parse(&self.buffer).map(|head| head.seq);
        }
        result
    }
}
