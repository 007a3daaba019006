use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use super::age_clock::AgeClock;
use super::error::OpenError;
use super::family::Family;
use super::fs::{Disk, Fs, others_may_write};
#[cfg(feature = "api")]
use super::ground::Ground;
use super::instances::Caretaker;
use super::lock::{self, Claim};
use super::names::{FamilyKind, FamilyName};
use super::recover::{self, Start};
use super::report::{Opening, StoreReport};
use super::retention::Limits;
use super::sealer;
use super::sequence::{BLOCK, Sequence};
use super::shared::Shared;
use super::state::State;
use super::survey::{Survey, survey};

/// How long dropping a directory waits for the sealer, which stops at the next frame.
const DROP_PATIENCE: Duration = Duration::from_secs(2);

/// What to open.
#[derive(Clone, Debug)]
pub(crate) struct DirectoryOptions {
    /// The log directory.
    pub(crate) root: PathBuf,
    pub(crate) service: String,
    /// Of the main log.
    pub(crate) main: Limits,
    /// Of every module file, and of the error file.
    pub(crate) modules: Limits,
}

impl DirectoryOptions {
    pub(super) fn limits(&self, kind: FamilyKind) -> Limits {
        match kind {
            FamilyKind::Main => self.main.clone(),
            FamilyKind::Module => self.modules.clone(),
        }
    }
}

/// A directory that this Nexolog alone writes in: its files, its numbers, its sealer.
///
/// Dropping it without [`close`](Directory::close) counts as an unclean end.
#[derive(Debug)]
pub(crate) struct Directory {
    shared: Arc<Shared>,
    options: DirectoryOptions,
    main: FamilyName,
    id: String,
    sequence: Sequence,
    /// Families that are open; a family that is open twice would be rotated under itself.
    open: HashMap<FamilyName, Weak<()>>,
    sealer: Option<JoinHandle<()>>,
}

impl Directory {
    /// Opens the log directory, or one beneath it when another Nexolog has it; repairs what a crash left.
    pub(crate) fn open(options: DirectoryOptions) -> Result<(Directory, Opening), OpenError> {
        Directory::open_on(Arc::new(Disk), options)
    }

    /// As [`open`](Directory::open), on a disk of the caller's.
    pub(crate) fn open_on(
        fs: Arc<dyn Fs>,
        options: DirectoryOptions,
    ) -> Result<(Directory, Opening), OpenError> {
        // A process that changes its directory later must go on writing here.
        let root = std::path::absolute(&options.root).map_err(|error| {
            OpenError::new("can't resolve the log directory", &options.root, SET_LOG_DIR, error)
        })?;
        let main = FamilyName::main(&options.service);
        let Claim { path, instance, lock } = lock::claim(&*fs, &root)?;
        let found = survey(&*fs, &path, &main).map_err(|error| {
            OpenError::new(
                "can't read or repair the files in the log directory",
                &path,
                REMEDY,
                error,
            )
        })?;
        let state = State::read(&*fs, &path);
        let Start { id, next, recovered } = recover::decide(state, &found, &*fs, &path, &main);
        let mut directory = Directory {
            shared: Arc::new(Shared::new(fs, root, path, lock)),
            options,
            main,
            id,
            sequence: Sequence::new(next, next.saturating_add(BLOCK)),
            open: HashMap::new(),
            sealer: None,
        };
        directory.begin(&found, instance.is_none()).map_err(|error| {
            OpenError::new("can't write in the log directory", directory.path(), REMEDY, error)
        })?;
        let mut warnings = found.warnings;
        warnings.extend(directory.unsafe_permissions());
        Ok((directory, Opening { instance, recovered, warnings }))
    }

    /// Where the files are.
    pub(crate) fn path(&self) -> &Path {
        &self.shared.path
    }

    /// The directory, for who keeps a file of its own there.
    #[cfg(feature = "api")]
    pub(crate) fn ground(&self) -> Ground {
        Ground(Arc::clone(&self.shared))
    }

    /// Tells this directory from every other; with `seq`, the identity of a record.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Opens the service's main log.
    ///
    /// # Errors
    ///
    /// When its file can't be opened or repaired, or is open already.
    pub(crate) fn main(&mut self) -> io::Result<Family> {
        self.open_family(self.main.clone())
    }

    /// Opens the files of `module`, whatever its name; `error` gives the error file.
    ///
    /// # Errors
    ///
    /// As [`main`](Directory::main).
    pub(crate) fn module(&mut self, module: &str) -> io::Result<Family> {
        self.open_family(FamilyName::module(module))
    }

    /// The number for the next record. It never comes again, in this run or a later one.
    pub(crate) fn next_seq(&mut self) -> u64 {
        let (shared, id) = (&self.shared, &self.id);
        let (seq, reserved) = self.sequence.next(|bound| write_state(shared, id, bound, None));
        if let Err(error) = reserved {
            self.shared.reports.failed("reserving record numbers", None, error);
        }
        seq
    }

    /// The number given last; 0 before the first.
    pub(crate) fn newest_seq(&self) -> u64 {
        self.sequence.peek().saturating_sub(1)
    }

    /// What the store did or failed at since this was last asked.
    pub(crate) fn take_reports(&mut self) -> Vec<StoreReport> {
        if self.shared.take_state_lost()
            && let Err(error) = write_state(&self.shared, &self.id, self.sequence.reserved(), None)
        {
            self.shared.reports.failed("writing the state of the directory", None, error);
        }
        self.shared.reports.take()
    }

    /// Has the sealer leave what it does to the next start. When it has ended, nothing more is reported; `false` when
    /// it still runs at `deadline`.
    pub(crate) fn stop_sealer(&mut self, deadline: Instant) -> bool {
        self.shared.work.stop();
        if self.sealer.is_none() || !self.shared.work.wait_until_ended(deadline) {
            return self.sealer.is_none();
        }
        self.join_sealer(deadline)
    }

    /// Ends cleanly: the next run goes on with the next number. Call it when every family is written out.
    ///
    /// Compression that is under way is left to the next start.
    ///
    /// # Errors
    ///
    /// When the state can't be written, or the sealer does not stop before `deadline`. The next run then
    /// begins as after a crash, or waits for the lock beside this directory; no record is lost by it.
    pub(crate) fn close(&mut self, deadline: Instant) -> io::Result<()> {
        self.shared.work.stop();
        let next = self.sequence.peek();
        let marked = write_state(&self.shared, &self.id, self.sequence.reserved(), Some(next));
        let ended = self.join_sealer(deadline);
        marked?;
        if ended {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the compression of a segment did not stop in time",
        ))
    }

    /// The number that [`next_seq`](Directory::next_seq) gives next.
    #[cfg(test)]
    pub(super) fn sequence_peek(&self) -> u64 {
        self.sequence.peek()
    }

    /// Waits until the sealer has nothing to do.
    #[cfg(test)]
    pub(super) fn wait_for_sealer(&self) {
        self.shared.work.wait_until_idle();
    }

    fn open_family(&mut self, name: FamilyName) -> io::Result<Family> {
        if self.open.get(&name).is_some_and(|claim| claim.strong_count() > 0) {
            return Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                format!("`{}` is open already; write through that one", name.active()),
            ));
        }
        let limits = self.options.limits(name.kind());
        let max_file_size = limits.max_file_size;
        let claim = Arc::new(());
        self.open.retain(|_, claim| claim.strong_count() > 0);
        self.open.insert(name.clone(), Arc::downgrade(&claim));
        self.shared.work.register(&name, limits);
        Family::open(Arc::clone(&self.shared), name, max_file_size, claim)
    }

    /// Reserves the first numbers and starts the sealer on what the last run left.
    fn begin(&mut self, found: &Survey, is_root: bool) -> io::Result<()> {
        write_state(&self.shared, &self.id, self.sequence.reserved(), None)?;
        for (name, family) in &found.families {
            // The main log of another service in this directory is that service's to tend.
            let is_ours = name.kind() == FamilyKind::Module || *name == self.main;
            if is_ours && family.newest_sealed.is_some() {
                self.shared.work.register(name, self.options.limits(name.kind()));
            }
        }
        let caretaker = is_root.then(|| Caretaker::new(self.main.clone(), self.options.clone()));
        if is_root {
            // So that the sealer comes to look around soon.
            self.shared.work.register(&self.main, self.options.limits(FamilyKind::Main));
        }
        let clock = AgeClock::start(SystemTime::now(), Instant::now(), found.newest());
        self.sealer = Some(sealer::start(Arc::clone(&self.shared), clock, caretaker)?);
        Ok(())
    }

    fn unsafe_permissions(&self) -> Option<String> {
        let metadata = std::fs::metadata(self.path()).ok()?;
        others_may_write(&metadata).then(|| {
            let path = self.path().display();
            format!("other users may write in `{path}`; take that away with `chmod go-w`")
        })
    }

    /// `false` when the sealer still runs at `deadline`; it ends by itself.
    fn join_sealer(&mut self, deadline: Instant) -> bool {
        let Some(sealer) = self.sealer.take() else { return true };
        if !self.shared.work.wait_until_ended(deadline) {
            return false;
        }
        // A panic in it would have been reported by the panic hook; nothing is left to do about it.
        let _ = sealer.join();
        true
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if !self.shared.is_ours() {
            // A forked child has no sealer to wait for, and its locks may be held for ever.
            return;
        }
        self.shared.work.stop();
        self.join_sealer(Instant::now() + DROP_PATIENCE);
    }
}

const SET_LOG_DIR: &str = "set LOG_DIR to an absolute path";
const REMEDY: &str =
    "give the service's user the right to read and write it, or set LOG_DIR to another directory";

fn write_state(
    shared: &Shared,
    id: &str,
    reserved: u64,
    clean_next: Option<u64>,
) -> io::Result<()> {
    let state = State { id: id.to_owned(), reserved, clean_next };
    state.write(&*shared.fs, &shared.path)
}
