use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use memchr::memchr;

use super::active::Active;
use super::discarded::{Discarded, count_lines};
use super::line_head::LineHead;
use super::names::{FamilyKind, FamilyName};
use super::parked::Parked;
use super::report::{Gone, ReopenCause, StoreReport};
use super::shared::Shared;

/// Lines that may wait in memory; past this the file is written to without being asked.
const BUFFER_MAX: usize = 1024 * 1024;

/// Memory that a family keeps when it has written few lines.
const BUFFER_KEPT: usize = 256 * 1024;

/// How often the active file is looked after, and a failed rotation tried again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The append side of one family: one file that is written, rotated by size. Used by one thread.
///
/// Dropping it drops lines that were not written out.
#[derive(Debug)]
pub(crate) struct Family {
    shared: Arc<Shared>,
    name: FamilyName,
    max_file_size: u64,
    active: Option<Active>,
    /// The active file while it is closed; see [`park`](Family::park).
    parked: Option<Parked>,
    /// The most that the process may put into a file, when that is bounded.
    hard_limit: Option<u64>,
    /// `seq` of the first record in the active file; `None` while it has none of ours.
    first_seq: Option<u64>,
    /// Whole lines that are not in the file yet.
    buffer: Vec<u8>,
    /// `seq` of the first of them.
    first_waiting: Option<u64>,
    looked_at: Option<Instant>,
    /// What happened to the file before, and what went with it, until it is told.
    disturbed: Option<(ReopenCause, Option<Gone>)>,
    /// Lines written since the file was last seen in its place.
    unseen_lines: u64,
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
        let mut family = Family {
            shared,
            name,
            max_file_size,
            active: None,
            parked: None,
            hard_limit: None,
            first_seq: None,
            buffer: Vec::new(),
            first_waiting: None,
            looked_at: None,
            disturbed: None,
            unseen_lines: 0,
            rotate_again_at: None,
            refusing: None,
            suspect: false,
            _claim: claim,
        };
        family.open_active()?;
        Ok(family)
    }

    /// Whether a line of `line_len` bytes can go into the active file.
    ///
    /// `false` when the file would grow past its limit. A file without a record takes one of any size: a
    /// record is never split. While the disk takes nothing, or rotation fails and is not yet to be tried
    /// again, everything fits.
    pub(crate) fn fits(&self, line_len: usize) -> bool {
        let held_off = || self.rotate_again_at.is_some_and(|at| Instant::now() < at);
        let limit = self.hard_limit.map_or(self.max_file_size, |hard| hard.min(self.max_file_size));
        (self.first_seq.is_none() && self.buffer.is_empty())
            || self.whole().saturating_add((self.buffer.len() + line_len) as u64) <= limit
            || self.refusing.is_some()
            || held_off()
    }

    /// Seals the active file and opens a new one; does nothing when it has no record.
    ///
    /// # Errors
    ///
    /// When waiting lines can't be written, or the file can't be renamed. Nothing is lost by it: the file is
    /// written on, past its limit if need be, and rotation tried again after a second.
    pub(crate) fn rotate(&mut self) -> io::Result<()> {
        self.flush_buffer()?;
        let sealed = self.seal_active();
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
        if self.hard_limit.is_some_and(|limit| line.len() as u64 >= limit) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if !self.fits(line.len()) {
            match self.rotate() {
                Err(error) if !self.buffer.is_empty() => return Err(error),
                Err(error) => self.failed("sealing a segment", error),
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
        Ok(())
    }

    /// Writes what waits, in one write.
    ///
    /// # Errors
    ///
    /// When the disk does not take it. What was not written stays and is tried again with the next call;
    /// the file never holds half a record that another is glued to.
    pub(crate) fn write_out(&mut self) -> io::Result<()> {
        if self.suspect && self.seal_active().is_ok() {
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
        self.look_after_active()
    }

    /// Looks after the active file with the next write, as it does once a second.
    pub(crate) fn look_again(&mut self) {
        self.looked_at = None;
    }

    /// Closes the file until there is something to write to it, unless lines wait.
    pub(crate) fn park(&mut self) {
        if !self.buffer.is_empty() {
            return;
        }
        // What can't be looked at stays open.
        if let Some(parked) = self.active.as_ref().and_then(|active| active.park().ok()?) {
            self.parked = Some(parked);
            self.active = None;
        }
    }

    /// Whether its file is open.
    pub(crate) fn is_open(&self) -> bool {
        self.active.is_some()
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
        let fs = &*self.shared.fs;
        let clean = self.active.as_mut().is_none_or(|active| active.cut_torn(fs));
        let keep =
            if clean { 0 } else { memchr(b'\n', &self.buffer).map_or(0, |newline| newline + 1) };
        let discarded = Discarded::count(&self.buffer[keep..]);
        self.buffer.truncate(keep);
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
        let fs = &*self.shared.fs;
        let result = self.active.as_ref().map_or(Ok(()), |active| active.sync(fs));
        self.suspect |= result.is_err();
        result
    }

    pub(crate) fn name(&self) -> &FamilyName {
        &self.name
    }

    fn whole(&self) -> u64 {
        let parked = self.parked.as_ref().map_or(0, Parked::whole);
        self.active.as_ref().map_or(parked, Active::whole)
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        let mut result = self.write_buffer();
        // The file is as large as one of this process may be, so what is left begins the next. Each has at
        // least one record, so this comes to an end.
        while self.first_seq.is_some()
            && matches!(&result, Err(error) if error.kind() == io::ErrorKind::FileTooLarge)
        {
            result = self.seal_active().and_then(|()| self.write_buffer());
        }
        self.refusing = result.as_ref().err().map(io::Error::kind);
        result
    }

    fn write_buffer(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.look_after_active()?;
        let Some(active) = &mut self.active else { return Err(io::ErrorKind::NotFound.into()) };
        let (written, result) = active.write(&*self.shared.fs, &self.buffer);
        if written > 0 {
            self.unseen_lines += count_lines(&self.buffer[..written]);
            self.first_seq = self.first_seq.or(self.first_waiting);
            self.buffer.drain(..written);
            // Only when there is little to write: in a storm the memory would be back, page by page, at once.
            if written <= BUFFER_KEPT {
                self.buffer.shrink_to(BUFFER_KEPT);
            }
            self.first_waiting = LineHead::parse(&self.buffer).map(|head| head.seq);
        }
        if result.is_err() {
            self.looked_at = None;
        }
        result
    }

    /// Opens the file when there is none, or when it was removed, renamed or cut behind our back. Looks
    /// once a second, and after an error.
    fn look_after_active(&mut self) -> io::Result<()> {
        if self.active.is_none() {
            return self.reopen_active();
        }
        let now = Instant::now();
        let is_fresh = self.looked_at.is_some_and(|at| now.duration_since(at) < LOOK_EVERY);
        if is_fresh { Ok(()) } else { self.look_at_active(now) }
    }

    fn look_at_active(&mut self, now: Instant) -> io::Result<()> {
        let Some(active) = &self.active else { return self.reopen_active() };
        let is_main = self.name.kind() == FamilyKind::Main;
        if let Some(cause) = active.disturbance()? {
            let gone = is_main && cause == ReopenCause::Removed;
            self.disturbed = Some((cause, gone.then(|| gone_with(active))));
            self.active = None;
            return self.open_active();
        }
        if is_main {
            // Once for all families: somebody may have tidied the lock away.
            self.shared.ensure_in_place()?;
        }
        self.hard_limit = self.shared.fs.size_limit();
        self.looked_at = Some(now);
        self.unseen_lines = 0;
        Ok(())
    }

    /// Opens a file that was parked as it was left, and any other from scratch.
    fn reopen_active(&mut self) -> io::Result<()> {
        let Some(parked) = &self.parked else { return self.open_active() };
        self.shared.ensure_in_place()?;
        match Active::resume(&*self.shared.fs, self.path(), parked)? {
            Ok(active) => {
                self.active = Some(active);
                self.looked_at = Some(Instant::now());
                self.unseen_lines = 0;
            }
            Err(cause) => {
                self.disturbed = Some((cause, None));
                self.open_active()?;
            }
        }
        self.parked = None;
        Ok(())
    }

    fn open_active(&mut self) -> io::Result<()> {
        self.shared.ensure_in_place()?;
        let (active, torn_bytes) = Active::open(&*self.shared.fs, self.path())?;
        self.first_seq = active.first_seq()?;
        self.hard_limit = self.shared.fs.size_limit();
        self.active = Some(active);
        self.looked_at = Some(Instant::now());
        let lines = std::mem::take(&mut self.unseen_lines);
        if let Some((cause, gone)) = self.disturbed.take() {
            let family = self.name.clone();
            let report = StoreReport::Reopened { family, cause, lines, torn_bytes, gone };
            self.shared.reports.push(report);
        }
        Ok(())
    }

    fn path(&self) -> PathBuf {
        self.shared.path.join(self.name.active())
    }

    /// Renames the active file to its sealed name. Lines that wait go into the next one.
    fn seal_active(&mut self) -> io::Result<()> {
        self.look_at_active(Instant::now())?;
        let (Some(active), Some(first_seq)) = (&mut self.active, self.first_seq) else {
            return Ok(());
        };
        if !active.cut_torn(&*self.shared.fs) {
            return Err(io::Error::other("a half-written line can't be cut off the file"));
        }
        let sealed = self.shared.path.join(self.name.sealed(first_seq));
        make_way(&self.shared, &sealed)?;
        self.shared.fs.rename(active.path(), &sealed)?;
        self.active = None;
        self.first_seq = None;
        self.unseen_lines = 0;
        self.shared.work.ask_for(&self.name);
        // For who follows the file by name. When it fails, the next write tries again and tells.
        let _ = self.open_active();
        Ok(())
    }

    fn failed(&self, doing: &'static str, error: io::Error) {
        self.shared.reports.failed(doing, Some(&self.name), error);
    }
}

/// What can't be read any more is not counted.
fn gone_with(active: &Active) -> Gone {
    let contents = active.contents().unwrap_or_default();
    Gone { by_level: contents.by_level, seqs: contents.first_seq.zip(contents.last_seq) }
}

/// Renaming would replace what has the sealed name. A link planted there goes; a file is kept.
fn make_way(shared: &Shared, sealed: &std::path::Path) -> io::Result<()> {
    match std::fs::symlink_metadata(sealed) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(metadata) if metadata.is_symlink() => shared.fs.remove(sealed),
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "something is in the place of the sealed segment; move it away",
        )),
    }
}
