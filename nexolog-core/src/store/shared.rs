use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::fs::Fs;
use super::lock::{lock_is_in_place, try_lock};
use super::report::Reports;
use super::work::Work;

/// What a directory, its families and the sealer hold together. The lock is freed with the last of them.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) fs: Arc<dyn Fs>,
    pub(super) path: PathBuf,
    pub(super) reports: Reports,
    pub(super) work: Work,
    lock: Mutex<File>,
    state_lost: AtomicBool,
}

impl Shared {
    pub(super) fn new(fs: Arc<dyn Fs>, path: PathBuf, lock: File) -> Shared {
        Shared {
            fs,
            path,
            reports: Reports::default(),
            work: Work::default(),
            lock: Mutex::new(lock),
            state_lost: AtomicBool::new(false),
        }
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
