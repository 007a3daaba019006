//! Removes whole sealed segments, oldest first, until a family is within its limits.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, SystemTime};

use super::contents::{self, Contents};
use super::fs::remove_if_there;
use super::names::{FamilyKind, FamilyName};
use super::report::{RemovalCause, StoreReport};
use super::segments::Segment;
use super::shared::Shared;

/// How much of a family is kept. The active file is never removed, and not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_field_names, reason = "they are the names of the settings")]
pub(crate) struct Limits {
    /// The size at which the active file is sealed.
    pub(crate) max_file_size: u64,
    /// Sealed segments.
    pub(crate) max_backups: Option<u32>,
    /// A segment goes when its newest record is older.
    pub(crate) max_age: Option<Duration>,
    /// Bytes of all sealed segments on the disk.
    pub(crate) max_total_size: Option<u64>,
}

/// The main log takes at most this part of the disk that it and others have not filled.
const SHARE_OF_DISK: u64 = 10;

/// Segments that a disk filled by others does not take from us: the night it happens they are needed most.
const KEPT_ON_FULL_DISK: usize = 5;

/// Removes what is over the limits; `now` is a time that no jump of the clock brings forward.
pub(super) fn retain(
    shared: &Shared,
    family: &FamilyName,
    segments: Vec<Segment>,
    limits: &Limits,
    now: SystemTime,
) -> io::Result<()> {
    let mut kept: VecDeque<Segment> = segments.into();
    let mut total: u64 = kept.iter().map(|segment| segment.bytes).sum();
    let disk_share = disk_share(shared, family, total);
    // Oldest first, ending with the first one that stays: a segment is at least as new as all before it,
    // also when the clock was wrong while it was written.
    while let Some(oldest) = kept.front() {
        if shared.work.must_stop() {
            return Ok(());
        }
        let over_disk = disk_share.is_some_and(|share| total > share);
        let cause = if limits.max_backups.is_some_and(|most| kept.len() > most as usize) {
            RemovalCause::Count
        } else if limits.max_total_size.is_some_and(|most| total > most) {
            RemovalCause::Size
        } else if over_disk && kept.len() > KEPT_ON_FULL_DISK {
            RemovalCause::Disk
        } else if is_too_old(shared, family, oldest, limits, now)? {
            RemovalCause::Age
        } else {
            break;
        };
        remove(shared, family, oldest, cause)?;
        total -= oldest.bytes;
        kept.pop_front();
    }
    Ok(())
}

/// A tenth of what would be free without the family's own segments, so that removing one does not move the mark.
fn disk_share(shared: &Shared, family: &FamilyName, own: u64) -> Option<u64> {
    let is_main = family.kind() == FamilyKind::Main;
    let free = is_main.then(|| shared.fs.free_space(&shared.path))??;
    Some(free.saturating_add(own) / SHARE_OF_DISK)
}

/// Both the file's time and its records' must say so. The file's is asked first: it costs nothing.
fn is_too_old(
    shared: &Shared,
    family: &FamilyName,
    segment: &Segment,
    limits: &Limits,
    now: SystemTime,
) -> io::Result<bool> {
    let Some(max_age) = limits.max_age else { return Ok(false) };
    let is_old = |time: Option<SystemTime>| {
        time.is_some_and(|time| now.duration_since(time).is_ok_and(|age| age > max_age))
    };
    if !is_old(segment.modified) {
        return Ok(false);
    }
    let newest = read(shared, family, segment)?.newest;
    // Where no record can be read, the file's time alone must do.
    Ok(newest.is_none() || is_old(newest))
}

fn remove(
    shared: &Shared,
    family: &FamilyName,
    segment: &Segment,
    cause: RemovalCause,
) -> io::Result<()> {
    let first_seq = segment.first_seq;
    let contents = match family.kind() {
        FamilyKind::Main => read(shared, family, segment)?,
        FamilyKind::Module => Contents::default(),
    };
    if let Some(index) = family.index(first_seq).filter(|_| segment.index) {
        remove_if_there(&*shared.fs, &shared.path.join(index))?;
    }
    // The plain one last: while it is there, a segment is found again after a crash.
    if segment.compressed {
        remove_if_there(&*shared.fs, &shared.path.join(family.compressed(first_seq)))?;
    }
    if segment.plain {
        remove_if_there(&*shared.fs, &shared.path.join(family.sealed(first_seq)))?;
    }
    shared.reports.push(StoreReport::Removed {
        family: family.clone(),
        instance: None,
        first_seq,
        last_seq: contents.last_seq.unwrap_or(first_seq),
        count: contents.records,
        own: contents.own,
        damaged: contents.damaged,
        cause,
        bytes: segment.bytes,
    });
    Ok(())
}

/// What can't be opened counts as damaged and goes all the same when it is due: limits are limits.
fn read(shared: &Shared, family: &FamilyName, segment: &Segment) -> io::Result<Contents> {
    match contents::read(&*shared.fs, &shared.path, family, segment, shared.work.stop_flag()) {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => {
            Ok(Contents { damaged: true, ..Contents::default() })
        }
        result => result,
    }
}
