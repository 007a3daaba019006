use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use memchr::{memchr, memrchr};

use crate::store::Stop;
use crate::store::rollup::Rollup;

use super::super::plain::LONGEST_LINE;

/// Most files that are followed: one a directory is written to.
const MOST_FILES: usize = 8;

/// Bytes read at a time.
const BLOCK: u64 = 256 << 10;

/// Bytes before the place that was reached, by which a file is known again.
const KNOWN_AGAIN: usize = 256;

/// What files that grow add up to so far, so that only what is new in them is read for the next question.
///
/// Nothing is written for it, and the writer need not be in this process. At most eight files are followed; the one that was asked
/// for the longest time ago makes room for another.
#[derive(Debug, Default)]
pub(in crate::store::embedded) struct Followed {
    /// The one asked for last comes last.
    files: Mutex<Vec<(PathBuf, Arc<Mutex<FollowedFile>>)>>,
}

#[derive(Debug, Default)]
struct FollowedFile {
    identity: Option<Identity>,
    /// How much was counted: whole lines.
    reached: u64,
    /// The last bytes before that.
    tail: Vec<u8>,
    rollup: Rollup,
}

impl Followed {
    /// Calls `ask` with what the first `length` bytes of `file`, the active one in `directory`, add up to, or more of them; `scanned`
    /// grows by the records that were read for it.
    ///
    /// # Errors
    ///
    /// When the file can't be read, or `stop` says so.
    pub(super) fn with<T>(
        &self,
        directory: &Path,
        file: &File,
        length: u64,
        stop: &Stop,
        scanned: &mut u64,
        ask: impl FnOnce(&mut Rollup) -> T,
    ) -> io::Result<T> {
        let followed = self.of(directory);
        // Who panicked while counting left a count that is not whole.
        let mut followed = match followed.lock() {
            Ok(followed) => followed,
            Err(poisoned) => {
                let mut followed = poisoned.into_inner();
                *followed = FollowedFile::default();
                followed
            }
        };
        followed.follow(file, length, stop, scanned)?;
        Ok(ask(&mut followed.rollup))
    }

    fn of(&self, directory: &Path) -> Arc<Mutex<FollowedFile>> {
        let mut files: MutexGuard<'_, _> =
            self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let known = files.iter().position(|(path, _)| path == directory);
        let entry = match known {
            Some(at) => files.remove(at),
            None => (directory.to_owned(), Arc::default()),
        };
        let followed = Arc::clone(&entry.1);
        files.push(entry);
        if files.len() > MOST_FILES {
            files.remove(0);
        }
        followed
    }
}

impl FollowedFile {
    /// Counts what is new.
    fn follow(
        &mut self,
        file: &File,
        length: u64,
        stop: &Stop,
        scanned: &mut u64,
    ) -> io::Result<()> {
        let mut file = file.try_clone()?;
        let identity = Identity::of(&file.metadata()?);
        if self.identity != Some(identity) || !self.is_known_again(&mut file)? {
            *self = FollowedFile { identity: Some(identity), ..FollowedFile::default() };
        }
        if self.reached >= length {
            return Ok(());
        }
        let mut text = Vec::new();
        while self.reached < length {
            // Until a block is counted the file is where it was; so a question that is stopped here loses nothing.
            if stop.now() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let before = self.rollup.records;
            let has_whole = read_lines(&mut file, self.reached, length, &mut text)?;
            let reached = if has_whole {
                self.reached + text.len() as u64
            } else {
                self.rollup.facts.long_lines += 1;
                after_newline(&mut file, self.reached, length, stop)?
            };
            self.rollup.add_text(&text);
            *scanned += self.rollup.records - before;
            self.reach(&mut file, reached)?;
        }
        Ok(())
    }

    fn reach(&mut self, file: &mut File, reached: u64) -> io::Result<()> {
        self.reached = reached;
        self.tail = tail(file, reached)?;
        Ok(())
    }

    /// Whether the file still has what was counted: it may have been cut, or written anew.
    fn is_known_again(&self, file: &mut File) -> io::Result<bool> {
        if file.metadata()?.len() < self.reached {
            return Ok(false);
        }
        Ok(tail(file, self.reached)? == self.tail)
    }
}

/// Reads the whole lines that begin at `start`, some of them; `false`, and none, when the first is longer than any of ours.
fn read_lines(file: &mut File, start: u64, end: u64, text: &mut Vec<u8>) -> io::Result<bool> {
    for most in [BLOCK, LONGEST_LINE as u64 + 1] {
        read(file, start, end, most, text)?;
        if let Some(newline) = memrchr(b'\n', text) {
            text.truncate(newline + 1);
            return Ok(true);
        }
    }
    text.clear();
    Ok(false)
}

/// Where the line ends that holds `start`.
fn after_newline(file: &mut File, mut start: u64, end: u64, stop: &Stop) -> io::Result<u64> {
    let mut text = Vec::new();
    while start < end && !stop.now() {
        read(file, start, end, BLOCK, &mut text)?;
        match memchr(b'\n', &text) {
            Some(newline) => return Ok(start + newline as u64 + 1),
            None if text.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
            None => start += text.len() as u64,
        }
    }
    if start < end { Err(io::ErrorKind::Interrupted.into()) } else { Ok(end) }
}

/// Reads up to `most` bytes from `start`, but none from `end` on.
fn read(file: &mut File, start: u64, end: u64, most: u64, text: &mut Vec<u8>) -> io::Result<()> {
    text.clear();
    file.seek(SeekFrom::Start(start))?;
    let wanted = most.min(end.saturating_sub(start));
    if file.take(wanted).read_to_end(text)? as u64 == wanted {
        return Ok(());
    }
    // Cut short meanwhile.
    Err(io::ErrorKind::UnexpectedEof.into())
}

/// The last bytes before `end`.
fn tail(file: &mut File, end: u64) -> io::Result<Vec<u8>> {
    let start = end.saturating_sub(KNOWN_AGAIN as u64);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(end - start).read_to_end(&mut tail)?;
    Ok(tail)
}

/// What tells one file from another of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity(Option<(u64, u64)>);

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Identity {
        use std::os::unix::fs::MetadataExt as _;

        Identity(Some((metadata.dev(), metadata.ino())))
    }

    /// The bytes alone tell.
    #[cfg(not(unix))]
    fn of(_metadata: &Metadata) -> Identity {
        Identity(None)
    }
}
