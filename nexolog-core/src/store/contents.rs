//! Counts what a sealed segment holds, before it is removed or when the state file was lost.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use super::fs::Fs;
use super::line_head::{Account, LineHead, LineHeads};
use super::names::FamilyName;
use super::segments::Segment;

const BLOCK: usize = 128 * 1024;

/// What a segment holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// Lines of ours.
    pub(super) records: u64,
    /// How many of them are Nexolog's about itself.
    pub(super) own: u64,
    /// Events that are in no file, as those of them tell that go with the segment.
    pub(super) told: u64,
    /// The first number that was removed before, as they tell.
    pub(super) gone_from: Option<u64>,
    /// The others by level.
    pub(super) by_level: [u64; 6],
    pub(super) first_seq: Option<u64>,
    pub(super) last_seq: Option<u64>,
    /// The latest time of any record.
    pub(super) newest: Option<SystemTime>,
    /// A part could not be read.
    pub(super) damaged: bool,
}

/// Reads a segment to its end, or to its first damage.
///
/// # Errors
///
/// When it can't be opened, or `stop` was set meanwhile.
pub(super) fn read(
    fs: &dyn Fs,
    directory: &Path,
    family: &FamilyName,
    segment: &Segment,
    stop: &AtomicBool,
) -> io::Result<Contents> {
    count(open(fs, directory, family, segment)?, stop)
}

/// Opens the text of a segment.
pub(super) fn open(
    fs: &dyn Fs,
    directory: &Path,
    family: &FamilyName,
    segment: &Segment,
) -> io::Result<Box<dyn Read>> {
    if segment.plain {
        return Ok(Box::new(fs.open_read(&directory.join(family.sealed(segment.first_seq)))?));
    }
    unpack(fs.open_read(&directory.join(family.compressed(segment.first_seq)))?)
}

#[cfg(feature = "compression")]
fn unpack(file: File) -> io::Result<Box<dyn Read>> {
    let mut decoder = zstd::stream::read::Decoder::new(file)?;
    // Our frames need less; a planted one must not claim gigabytes of memory.
    decoder.window_log_max(23)?;
    Ok(Box::new(decoder))
}

#[cfg(not(feature = "compression"))]
fn unpack(_file: File) -> io::Result<Box<dyn Read>> {
    // Written when the feature was on; without it nothing can be said about it.
    Err(io::ErrorKind::Unsupported.into())
}

/// What an open file holds, from its beginning.
pub(super) fn of_open_file(mut file: &File) -> io::Result<Contents> {
    file.seek(SeekFrom::Start(0))?;
    count(file, &AtomicBool::new(false))
}

fn count(mut reader: impl Read, stop: &AtomicBool) -> io::Result<Contents> {
    let mut block = vec![0; BLOCK];
    let mut heads = LineHeads::default();
    let mut contents = Contents::default();
    loop {
        if stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match reader.read(&mut block) {
            Ok(0) => return Ok(contents),
            Ok(read) => heads.feed(&block[..read], |line| contents.add(line)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Ok(Contents { damaged: true, ..contents }),
        }
    }
}

impl Contents {
    fn add(&mut self, line: &[u8]) {
        let Some(head) = LineHead::parse(line) else { return };
        self.records += 1;
        if head.own {
            self.own += 1;
            if let Some(account) = Account::parse(line) {
                self.told += account.count;
                let from = [self.gone_from, account.gone_from].into_iter().flatten().min();
                self.gone_from = from;
            }
        } else {
            self.by_level[head.level as usize] += 1;
        }
        self.first_seq.get_or_insert(head.seq);
        self.last_seq = self.last_seq.max(Some(head.seq));
        self.newest = self.newest.max(head.timestamp);
    }
}
