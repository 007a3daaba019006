use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use memchr::{memchr, memrchr};

use crate::store::Stop;
use crate::store::index::{Census, read_at};
use crate::store::rollup::Rollup;

use super::plain::LONGEST_LINE;

/// Most files that are followed: one a directory is written to.
const MOST_FILES: usize = 8;

/// Bytes in which the end of a long line is looked for.
const BLOCK: u64 = 256 << 10;

/// Bytes before the place that was reached, by which a file is known again.
const KNOWN_AGAIN: u64 = 256;

/// What is gathered from a file that grows.
pub(super) trait Gather: Default {
    /// Bytes read at a time.
    const STEP: u64;
    /// What is less than that at the end of the file is left for the next time.
    const LEAST: u64;

    /// Takes in whole lines.
    fn text(&mut self, text: &[u8]);
    /// Steps over a line of so many bytes, which is longer than any of ours.
    fn long_line(&mut self, length: u64);
    /// How many records were taken in, where they are counted.
    fn records(&self) -> u64;
}

impl Gather for Rollup {
    const STEP: u64 = 256 << 10;
    const LEAST: u64 = 1;

    fn text(&mut self, text: &[u8]) {
        self.add_text(text);
    }

    fn long_line(&mut self, _length: u64) {
        self.facts.long_lines += 1;
    }

    fn records(&self) -> u64 {
        self.records
    }
}

impl Gather for Census {
    const STEP: u64 = 64 << 10;
    const LEAST: u64 = Census::STEP;

    fn text(&mut self, text: &[u8]) {
        Census::text(self, text);
    }

    fn long_line(&mut self, length: u64) {
        Census::long_line(self, length);
    }

    fn records(&self) -> u64 {
        0
    }
}

/// What is known of files that grow, so that only what is new in them is read for the next question.
///
/// Nothing is written for it, and the writer need not be in this process. At most eight files are followed; the one that was asked
/// for the longest time ago makes room for another.
#[derive(Debug)]
pub(super) struct Followed<T> {
    /// The one asked for last comes last.
    files: Mutex<Vec<(PathBuf, Shared<T>)>>,
}

/// Asked by several questions at once.
type Shared<T> = Arc<Mutex<FollowedFile<T>>>;

#[derive(Debug, Default)]
struct FollowedFile<T> {
    identity: Option<Identity>,
    /// How much was taken in: whole lines.
    reached: u64,
    /// The last bytes before that.
    tail: Vec<u8>,
    gathered: T,
}

impl<T> Default for Followed<T> {
    fn default() -> Followed<T> {
        Followed { files: Mutex::default() }
    }
}

impl<T: Gather> Followed<T> {
    /// Calls `ask` with what was gathered from the first `length` bytes of `file`, the active one in `directory`, or from more of
    /// them; `scanned` grows by the records that were read for it.
    ///
    /// # Errors
    ///
    /// When the file can't be read, or `stop` says so.
    pub(super) fn with<A>(
        &self,
        directory: &Path,
        file: &File,
        length: u64,
        stop: &Stop,
        scanned: &mut u64,
        ask: impl FnOnce(&mut T) -> A,
    ) -> io::Result<A> {
        let followed = self.of(directory);
        // Who panicked while counting left a count that is not whole.
        let mut followed = match followed.lock() {
            Ok(followed) => followed,
            Err(poisoned) => {
                followed.clear_poison();
                let mut followed = poisoned.into_inner();
                *followed = FollowedFile::default();
                followed
            }
        };
        followed.follow(file, length, stop, scanned)?;
        Ok(ask(&mut followed.gathered))
    }

    fn of(&self, directory: &Path) -> Shared<T> {
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

impl<T: Gather> FollowedFile<T> {
    /// Takes in what is new.
    fn follow(
        &mut self,
        file: &File,
        length: u64,
        stop: &Stop,
        scanned: &mut u64,
    ) -> io::Result<()> {
        let identity = Identity::of(&file.metadata()?);
        if self.identity != Some(identity) || !self.is_known_again(file)? {
            *self = FollowedFile { identity: Some(identity), ..FollowedFile::default() };
        }
        let mut text = Vec::new();
        while length.saturating_sub(self.reached) >= T::LEAST {
            // Until a block is counted the file is where it was; so a question that is stopped here loses nothing.
            if stop.now() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let before = self.gathered.records();
            let reached = if read_lines(file, self.reached, length, T::STEP, &mut text)? {
                self.gathered.text(&text);
                self.reached + text.len() as u64
            } else {
                let reached = after_newline(file, self.reached, length, stop)?;
                self.gathered.long_line(reached - self.reached);
                reached
            };
            *scanned += self.gathered.records() - before;
            self.reach(file, reached)?;
        }
        Ok(())
    }

    fn reach(&mut self, file: &File, reached: u64) -> io::Result<()> {
        self.reached = reached;
        self.tail = tail(file, reached)?;
        Ok(())
    }

    /// Whether the file still has what was counted: it may have been cut, or written anew.
    fn is_known_again(&self, file: &File) -> io::Result<bool> {
        if file.metadata()?.len() < self.reached {
            return Ok(false);
        }
        Ok(tail(file, self.reached)? == self.tail)
    }
}

/// Reads the whole lines that begin at `start`, some of them; `false`, and none, when the first is longer than any of ours.
fn read_lines(
    file: &File,
    start: u64,
    end: u64,
    step: u64,
    text: &mut Vec<u8>,
) -> io::Result<bool> {
    for most in [step, LONGEST_LINE as u64 + 1] {
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
fn after_newline(file: &File, mut start: u64, end: u64, stop: &Stop) -> io::Result<u64> {
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
fn read(file: &File, start: u64, end: u64, most: u64, text: &mut Vec<u8>) -> io::Result<()> {
    let wanted = most.min(end.saturating_sub(start));
    text.resize(usize::try_from(wanted).unwrap_or(0), 0);
    // Fails when the file was cut short meanwhile.
    read_at(file, text, start)
}

/// The last bytes before `end`.
fn tail(file: &File, end: u64) -> io::Result<Vec<u8>> {
    let start = end.saturating_sub(KNOWN_AGAIN);
    let mut tail = Vec::new();
    read(file, start, end, KNOWN_AGAIN, &mut tail)?;
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
