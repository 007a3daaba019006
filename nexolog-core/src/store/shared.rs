use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::fs::Fs;
use super::holds::Holds;
use super::lock::{lock_is_in_place, try_lock};
use super::removal::Remover;
use super::report::Reports;
use super::work::Work;

/// What a directory, its families and the sealer hold together. The lock is freed with the last of them.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) fs: Arc<dyn Fs>,
    /// The directory that was configured: this one, or the one that it lies in.
    pub(super) log_directory: PathBuf,
    pub(super) path: PathBuf,
    pub(super) holds: Arc<Holds>,
    pub(super) reports: Reports,
    pub(super) work: Arc<Work>,
    lock: Mutex<File>,
    /// The process that took the lock.
    process: u32,
    state_lost: AtomicBool,
}

impl Shared {
    pub(super) fn new(
        fs: Arc<dyn Fs>,
        log_directory: PathBuf,
        path: PathBuf,
        lock: File,
    ) -> Shared {
        let holds = Arc::new(Holds::new(log_directory.clone()));
        Shared::with(fs, log_directory, path, lock, holds, Work::default())
    }

    /// A directory beneath this one, whose lock was taken to tend it.
    pub(super) fn beneath(&self, path: PathBuf, lock: File) -> Shared {
        let (fs, holds) = (Arc::clone(&self.fs), Arc::clone(&self.holds));
        Shared::with(fs, self.log_directory.clone(), path, lock, holds, self.work.beneath())
    }

    fn with(
        fs: Arc<dyn Fs>,
        log_directory: PathBuf,
        path: PathBuf,
        lock: File,
        holds: Arc<Holds>,
        work: Work,
    ) -> Shared {
        Shared {
            fs,
            log_directory,
            path,
            holds,
            reports: Reports::default(),
            work: Arc::new(work),
            lock: Mutex::new(lock),
            process: std::process::id(),
            state_lost: AtomicBool::new(false),
        }
    }

    /// Removes segments of this directory.
    pub(super) fn remover(&self) -> Remover<'_> {
        Remover {
            fs: &*self.fs,
            log_directory: &self.log_directory,
            directory: &self.path,
            holds: &self.holds,
            stop: self.work.stop_flag(),
            dry_run: false,
        }
    }

    /// Whether this process took the lock; a forked child did not.
    pub(super) fn is_ours(&self) -> bool {
        self.process == std::process::id()
    }

    /// Makes the directory and the lock again when somebody removed them.
    ///
    /// # Errors
    ///
    /// Also when another process was quicker and has the directory now: two must never write the same files.
    pub(super) fn ensure_in_place(&self) -> io::Result<()> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock_is_in_place(&lock, &self.path) {
            return Ok(());
        }
        self.fs.create_dir(&self.path)?;
        let Some(new) = try_lock(&*self.fs, &self.path)? else {
            return Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                "another process took the log directory after it was removed; restart this one",
            ));
        };
        *lock = new;
        self.state_lost.store(true, Ordering::Release);
        Ok(())
    }

    /// Whether the state file went with the directory; asked once.
    pub(super) fn take_state_lost(&self) -> bool {
        self.state_lost.load(Ordering::Relaxed) && self.state_lost.swap(false, Ordering::AcqRel)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Closing alone would leave the lock to a child that is between fork and exec just now. But a forked
        // child that drops what it inherited must leave its parent's lock alone.
        if self.is_ours() {
            let lock = self.lock.get_mut().unwrap_or_else(PoisonError::into_inner);
            let _ = lock.unlock();
        }
    }
}
