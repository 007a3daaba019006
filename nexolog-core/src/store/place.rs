use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::active::Active;
use super::discarded::count_lines;
use super::names::{FamilyKind, FamilyName};
use super::parked::Parked;
use super::report::{Gone, ReopenCause, StoreReport};
use super::shared::Shared;
use crate::record::Level;

/// How often the active file is looked after: one that was removed is to be back within a second, the writer's own
/// pauses included.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The active file of a family, kept in its place whatever others do to it: opened again when it was removed,
/// renamed or cut behind our back, sealed when it is full, and closed for a while when too much is open.
#[derive(Debug)]
pub(super) struct Place {
    shared: Arc<Shared>,
    name: FamilyName,
    active: Option<Active>,
    /// The active file while it is closed.
    parked: Option<Parked>,
    /// The most that the process may put into a file, when that is bounded.
    hard_limit: Option<u64>,
    /// `seq` of the first record in the active file; `None` while it has none of ours.
    first_seq: Option<u64>,
    looked_at: Option<Instant>,
    /// What happened to the file before, and what went with it, until it is told.
    disturbed: Option<(ReopenCause, Option<Gone>)>,
    /// Lines written since the file was last seen in its place.
    unseen_lines: u64,
}

impl Place {
    /// Opens the active file, and repairs it when its last line is torn.
    pub(super) fn open(shared: Arc<Shared>, name: FamilyName) -> io::Result<Place> {
        let mut place = Place {
            shared,
            name,
            active: None,
            parked: None,
            hard_limit: None,
            first_seq: None,
            looked_at: None,
            disturbed: None,
            unseen_lines: 0,
        };
        place.open_active()?;
        Ok(place)
    }

    pub(super) fn name(&self) -> &FamilyName {
        &self.name
    }

    /// Bytes of whole lines in the file.
    pub(super) fn whole(&self) -> u64 {
        let parked = self.parked.as_ref().map_or(0, Parked::whole);
        self.active.as_ref().map_or(parked, Active::whole)
    }

    pub(super) fn hard_limit(&self) -> Option<u64> {
        self.hard_limit
    }

    /// Whether the file has a record of ours.
    pub(super) fn has_records(&self) -> bool {
        self.first_seq.is_some()
    }

    pub(super) fn is_open(&self) -> bool {
        self.active.is_some()
    }

    /// Writes `count` lines, the first of which has the number `first_seq`; says how many bytes of them rest in the
    /// file as whole lines. See [`Active::write`].
    pub(super) fn write(
        &mut self,
        lines: &[u8],
        count: u64,
        first_seq: Option<u64>,
    ) -> (usize, io::Result<()>) {
        if let Err(error) = self.look_after() {
            return (0, Err(error));
        }
        let Some(active) = &mut self.active else {
            return (0, Err(io::ErrorKind::NotFound.into()));
        };
        let (written, result) = active.write(&*self.shared.fs, lines);
        if written > 0 {
            let whole = written == lines.len();
            self.unseen_lines += if whole { count } else { count_lines(&lines[..written]) };
            self.first_seq = self.first_seq.or(first_seq);
        }
        if result.is_err() {
            self.looked_at = None;
        }
        (written, result)
    }

    /// Cuts a half-written line off the file; `false` when that failed.
    pub(super) fn cut_torn(&mut self) -> bool {
        let fs = &*self.shared.fs;
        self.active.as_mut().is_none_or(|active| active.cut_torn(fs))
    }

    /// Returns when the disk has what was written.
    pub(super) fn sync(&self) -> io::Result<()> {
        let fs = &*self.shared.fs;
        self.active.as_ref().map_or(Ok(()), |active| active.sync(fs))
    }

    /// Has the next look come at once.
    pub(super) fn look_again(&mut self) {
        self.looked_at = None;
    }

    /// Closes the file until it is needed.
    pub(super) fn park(&mut self) {
        // What can't be looked at stays open.
        if let Some(parked) = self.active.as_ref().and_then(|active| active.park().ok()?) {
            self.parked = Some(parked);
            self.active = None;
        }
    }

    pub(super) fn failed(&self, doing: &'static str, error: io::Error) {
        self.shared.reports.failed(doing, Some(&self.name), error);
    }

    /// Renames the active file to its sealed name. Lines that wait go into the next one.
    pub(super) fn seal(&mut self) -> io::Result<()> {
        self.look_at(Instant::now())?;
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

    /// Opens the file when there is none, or when it was removed, renamed or cut behind our back. Looks
    /// twice a second, and after an error.
    pub(super) fn look_after(&mut self) -> io::Result<()> {
        if self.active.is_none() {
            return self.reopen_active();
        }
        let now = Instant::now();
        let is_fresh = self.looked_at.is_some_and(|at| now.duration_since(at) < LOOK_EVERY);
        if is_fresh { Ok(()) } else { self.look_at(now) }
    }

    fn look_at(&mut self, now: Instant) -> io::Result<()> {
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
}

/// What can't be read any more is not counted. Of events that records in the file told of, nobody knows the level any
/// more; without them the account would not be whole.
fn gone_with(active: &Active) -> Gone {
    let contents = active.contents().unwrap_or_default();
    let mut by_level = contents.by_level;
    by_level[Level::Info as usize] += contents.told;
    Gone { by_level, seqs: contents.first_seq.zip(contents.last_seq) }
}

/// Renaming would replace what has the sealed name. A link planted there goes; a file is kept.
fn make_way(shared: &Shared, sealed: &Path) -> io::Result<()> {
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
