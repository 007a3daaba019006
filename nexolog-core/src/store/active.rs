use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use memchr::memrchr;

use super::contents::{self, Contents};
use super::fs::{Fs, is_in_place, is_unlinked};
use super::parked::Parked;
use super::repair::repair;
use super::report::ReopenCause;
use super::tail;

/// The file that a family writes now.
#[derive(Debug)]
pub(super) struct Active {
    file: File,
    path: PathBuf,
    /// Bytes of whole lines in the file.
    whole: u64,
    /// Bytes of a half-written line after them, which the next write goes on with.
    torn: usize,
}

impl Active {
    /// Opens the file at `path`, sets a torn last line aside, and says how many bytes that were.
    pub(super) fn open(fs: &dyn Fs, path: PathBuf) -> io::Result<(Active, u64)> {
        let file = fs.open_append(&path)?;
        let repaired = repair(fs, &file, &path)?;
        Ok((Active { file, path, whole: repaired.whole, torn: 0 }, repaired.torn))
    }

    /// Opens a file again that was closed as `parked`; or says what happened to it meanwhile.
    pub(super) fn resume(
        fs: &dyn Fs,
        path: PathBuf,
        parked: &Parked,
    ) -> io::Result<Result<Active, ReopenCause>> {
        let file = fs.open_append(&path)?;
        Ok(match parked.disturbance(&file)? {
            Some(cause) => Err(cause),
            None => Ok(Active { file, path, whole: parked.whole(), torn: 0 }),
        })
    }

    /// What must be known to [`resume`](Active::resume); `None` while a line is half written.
    pub(super) fn park(&self) -> io::Result<Option<Parked>> {
        (self.torn == 0).then(|| Parked::of(&self.file, self.whole)).transpose()
    }

    /// What the file holds, also when it has no name any more.
    pub(super) fn contents(&self) -> io::Result<Contents> {
        contents::of_open_file(&self.file)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn whole(&self) -> u64 {
        self.whole
    }

    /// `seq` of its first record; `None` when it has none.
    pub(super) fn first_seq(&self) -> io::Result<Option<u64>> {
        Ok(tail::first_head(&self.file)?.map(|head| head.seq))
    }

    /// Writes `lines`, which begin with the line that is half-written if there is one.
    ///
    /// Returns how many bytes of them now rest in the file as whole lines. After an error the file ends in a
    /// whole line if it can be cut there; otherwise the half-written line is gone on with next time.
    pub(super) fn write(&mut self, fs: &dyn Fs, lines: &[u8]) -> (usize, io::Result<()>) {
        let mut done = self.torn.min(lines.len());
        let mut result = Ok(());
        while let Some(rest) = lines.get(done..).filter(|rest| !rest.is_empty()) {
            match fs.write(&self.file, rest) {
                Ok(0) => result = Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => done += written,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => result = Err(error),
            }
            if result.is_err() {
                break;
            }
        }
        let done = done.min(lines.len());
        let whole = memrchr(b'\n', &lines[..done]).map_or(0, |newline| newline + 1);
        self.whole += whole as u64;
        self.torn = done - whole;
        self.cut_torn(fs);
        (whole, result)
    }

    /// Cuts a half-written line off; `false` when that failed and it is still there.
    pub(super) fn cut_torn(&mut self, fs: &dyn Fs) -> bool {
        if self.torn > 0 && fs.truncate(&self.file, self.whole).is_ok() {
            self.torn = 0;
        }
        self.torn == 0
    }

    pub(super) fn sync(&self, fs: &dyn Fs) -> io::Result<()> {
        fs.sync(&self.file)
    }

    /// What happened to the file behind our back, if anything.
    pub(super) fn disturbance(&self) -> io::Result<Option<ReopenCause>> {
        let file = self.file.metadata()?;
        if is_unlinked(&file) {
            return Ok(Some(ReopenCause::Removed));
        }
        match fs::symlink_metadata(&self.path) {
            Ok(path) if is_in_place(&file, &path) => {}
            Ok(_) => return Ok(Some(ReopenCause::Renamed)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Some(ReopenCause::Renamed));
            }
            Err(error) => return Err(error),
        }
        let expected = self.whole + self.torn as u64;
        Ok(match file.len() {
            len if len < expected => Some(ReopenCause::Truncated),
            len if len > expected => Some(ReopenCause::Extended),
            _ => None,
        })
    }
}
