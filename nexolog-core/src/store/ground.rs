use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fs::{Disk, Fs, is_in_place, is_unlinked, write_all};
use super::repair::repair;
use super::report::ReopenCause;
use super::shared::Shared;

/// A directory that is ours, for who keeps a file of its own there. The lock is held as long as this lives.
#[derive(Clone, Debug)]
pub(crate) struct Ground(pub(super) Arc<Shared>);

impl Ground {
    pub(crate) fn path(&self) -> &Path {
        &self.0.path
    }

    /// The configured directory: this one, or the one that it lies in.
    pub(crate) fn log_directory(&self) -> &Path {
        &self.0.log_directory
    }

    /// Opens the file `name` to read it.
    pub(crate) fn read(&self, name: &str) -> io::Result<File> {
        self.0.fs.open_read(&self.0.path.join(name))
    }

    /// Opens the file `name` to append to it. What follows its last whole line is set aside.
    pub(crate) fn open(&self, name: &str) -> io::Result<Opened> {
        self.0.ensure_in_place()?;
        let path = self.0.path.join(name);
        let was_there = std::fs::symlink_metadata(&path).is_ok();
        let file = self.0.fs.open_append(&path)?;
        let repaired = repair(&*self.0.fs, &file, &path)?;
        if !was_there {
            // Or a cut of the power could take the name of a file whose content is safe.
            self.0.fs.sync_names(&self.0.path)?;
        }
        let kept = Kept { ground: self.clone(), file, path, whole: repaired.whole, is_torn: false };
        Ok(Opened { kept, torn_bytes: repaired.torn })
    }
}

/// Opens a regular file to read it, never through a symbolic link.
pub(crate) fn open_read(path: &Path) -> io::Result<File> {
    Disk.open_read(path)
}

/// A file that was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) kept: Kept,
    /// Bytes that were set aside.
    pub(crate) torn_bytes: u64,
}

/// A file in which whole lines are kept for certain.
#[derive(Debug)]
pub(crate) struct Kept {
    ground: Ground,
    file: File,
    path: PathBuf,
    /// Bytes that are on the disk for certain.
    whole: u64,
    /// Bytes of an append that failed may follow them.
    is_torn: bool,
}

impl Kept {
    /// Bytes that are on the disk for certain.
    pub(crate) fn len(&self) -> u64 {
        self.whole
    }

    /// Appends whole lines and returns when they are on the disk. After an error the file is as it was before, as far
    /// as the disk allows.
    pub(crate) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let fs = &*self.ground.0.fs;
        if self.is_torn {
            fs.truncate(&self.file, self.whole)?;
            self.is_torn = false;
        }
        let written = write_all(fs, &self.file, lines).and_then(|()| fs.sync(&self.file));
        match written {
            Ok(()) => self.whole += lines.len() as u64,
            Err(_) => self.is_torn = fs.truncate(&self.file, self.whole).is_err(),
        }
        written
    }

    /// What happened to the file behind our back, if anything.
    pub(crate) fn disturbance(&self) -> io::Result<Option<ReopenCause>> {
        let file = self.file.metadata()?;
        if is_unlinked(&file) {
            return Ok(Some(ReopenCause::Removed));
        }
        match std::fs::symlink_metadata(&self.path) {
            Ok(path) if is_in_place(&file, &path) => {}
            Ok(_) => return Ok(Some(ReopenCause::Renamed)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Some(ReopenCause::Renamed));
            }
            Err(error) => return Err(error),
        }
        Ok(match file.len() {
            len if len < self.whole => Some(ReopenCause::Truncated),
            len if len > self.whole && !self.is_torn => Some(ReopenCause::Extended),
            _ => None,
        })
    }
}
