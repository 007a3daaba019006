//! Finds a directory that nobody else writes in.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::OpenError;
use super::fs::{Fs, is_in_place};
use super::names::{LOCK_FILE, instance_directory};

/// More processes than ever share one log directory; past them something is wrong.
const MOST_INSTANCES: u32 = 64;

/// A directory of our own.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) path: PathBuf,
    /// Set when it lies beneath the log directory because another has that one.
    pub(super) instance: Option<u32>,
    /// The lock; the system frees it when the file is closed, also by SIGKILL.
    pub(super) lock: File,
}

/// Claims `root`, or the first directory beneath it that is free.
pub(super) fn claim(fs: &dyn Fs, root: &Path) -> Result<Claim, OpenError> {
    make_directory(fs, root)?;
    if let Some(lock) = lock_for_opening(fs, root)? {
        return Ok(Claim { path: root.to_owned(), instance: None, lock });
    }
    for number in 1..=MOST_INSTANCES {
        let path = root.join(instance_directory(number));
        if is_taken_by_something_else(&path) {
            continue;
        }
        make_directory(fs, &path)?;
        if let Some(lock) = lock_for_opening(fs, &path)? {
            return Ok(Claim { path, instance: Some(number), lock });
        }
    }
    Err(OpenError::new(
        "too many processes write in the log directory",
        root,
        "give some of them another one with LOG_DIR",
        io::ErrorKind::QuotaExceeded.into(),
    ))
}

/// Takes the lock of `directory`; `None` when another has it.
pub(super) fn try_lock(fs: &dyn Fs, directory: &Path) -> io::Result<Option<File>> {
    let path = directory.join(LOCK_FILE);
    for _ in 0..8 {
        let file = fs.open_append(&path)?;
        match file.try_lock() {
            Ok(()) if lock_is_in_place(&file, directory) => return Ok(Some(file)),
            // Between opening and locking it was removed: the lock of a file without a name guards nothing.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::other("the lock file comes and goes while it is locked"))
}

/// Whether `lock` still is the lock file of `directory`, which others would try.
pub(super) fn lock_is_in_place(lock: &File, directory: &Path) -> bool {
    match (lock.metadata(), fs::symlink_metadata(directory.join(LOCK_FILE))) {
        (Ok(file), Ok(path)) => is_in_place(&file, &path),
        _ => false,
    }
}

fn lock_for_opening(fs: &dyn Fs, directory: &Path) -> Result<Option<File>, OpenError> {
    try_lock(fs, directory).map_err(|error| {
        OpenError::new(
            "can't take the lock in the log directory",
            directory,
            "let the service's user write there, on a local disk, or set LOG_DIR to another directory",
            error,
        )
    })
}

fn make_directory(fs: &dyn Fs, path: &Path) -> Result<(), OpenError> {
    fs.create_dir(path).map_err(|error| {
        OpenError::new(
            "can't make the log directory",
            path,
            "let the service's user make it, or set LOG_DIR to a directory that it can write",
            error,
        )
    })
}

/// A file or a symbolic link planted where an instance's directory would be.
fn is_taken_by_something_else(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_dir())
}
