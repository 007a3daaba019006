//! Removes whole sealed segments, oldest first, until a family is within its limits.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use super::contents::Contents;
use super::names::FamilyName;
use super::removal::{Outcome, Remover};
use super::report::{Held, RemovalCause, Removed};
use super::segments::{Segment, Segments};

/// How much of a family is kept. The active file is never removed, and not counted; nor is what a hold keeps although
/// it is due.
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

/// Text of which nothing else is known is not expected to become smaller than by this. A segment must not go for its size
/// when it would have fitted once it is compressed.
const BEST_COMPRESSION: u64 = 16;

/// Removes what is over the limits; `is_sealing` says that plain segments are going to be compressed yet, and `now` is a time that no jump of the clock brings forward. What is removed, and what
/// a hold keeps although it is due, is told through `tell`.
pub(super) fn retain(
    remover: &Remover<'_>,
    family: &FamilyName,
    segments: &mut Segments,
    limits: &Limits,
    is_sealing: bool,
    now: SystemTime,
    mut tell: impl FnMut(Removed),
) -> io::Result<Held> {
    let mut count = Count::of(remover, family, segments, is_sealing);
    let mut held = Held::default();
    let oldest_first: Vec<Segment> = segments.iter().cloned().collect();
    // Ending with the first one that stays: a segment is at least as new as all before it, also when the clock was
    // wrong while it was written.
    for segment in &oldest_first {
        if remover.stop.load(Ordering::Relaxed) {
            break;
        }
        let first_seq = segment.first_seq;
        if let Some(by) = remover.holds.remembered(remover.directory, family, first_seq) {
            held.add(segment, count.over(limits), by);
        } else {
            let Some((cause, known)) = due(remover, family, segment, limits, &count, now)? else {
                break;
            };
            match remover.remove(family, first_seq, cause, known)? {
                Outcome::Held(by) => held.add(segment, Some(cause), by),
                Outcome::Gone => segments.remove(first_seq),
                Outcome::Removed(gone, _) => {
                    segments.remove(first_seq);
                    tell(gone);
                }
            }
        }
        // What a hold keeps is kept besides: it must not push out what is newer.
        count.take(segment);
    }
    Ok(held)
}

/// What counts towards the limits.
#[derive(Clone, Copy)]
struct Count {
    segments: usize,
    bytes: u64,
    /// As `bytes`, with what waits to be compressed at what it may come to.
    size: u64,
    is_sealing: bool,
    /// A tenth of what would be free without the family's own segments, so that removing one does not move the mark.
    disk_share: Option<u64>,
}

impl Count {
    fn of(
        remover: &Remover<'_>,
        family: &FamilyName,
        segments: &Segments,
        is_sealing: bool,
    ) -> Count {
        let bytes = segments.bytes();
        let size = segments.iter().map(|segment| size(segment, is_sealing)).sum();
        let free = family.is_main().then(|| remover.fs.free_space(remover.directory)).flatten();
        let disk_share = free.map(|free| free.saturating_add(bytes) / SHARE_OF_DISK);
        Count { segments: segments.len(), bytes, size, is_sealing, disk_share }
    }

    fn take(&mut self, segment: &Segment) {
        self.segments = self.segments.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(segment.bytes);
        self.size = self.size.saturating_sub(size(segment, self.is_sealing));
    }

    /// Which limit on the disk's use is passed.
    fn over(&self, limits: &Limits) -> Option<RemovalCause> {
        let over_share = self.disk_share.is_some_and(|share| self.bytes > share);
        if limits.max_backups.is_some_and(|most| self.segments > most as usize) {
            Some(RemovalCause::Count)
        } else if limits.max_total_size.is_some_and(|most| self.size > most) {
            Some(RemovalCause::Size)
        } else {
            (over_share && self.segments > KEPT_ON_FULL_DISK).then_some(RemovalCause::Disk)
        }
    }
}

/// What a segment will take when it is compressed, if it still waits for that.
fn size(segment: &Segment, is_sealing: bool) -> u64 {
    let waits = is_sealing && segment.plain && !segment.compressed;
    if waits { segment.bytes / BEST_COMPRESSION } else { segment.bytes }
}

/// Why the oldest segment that counts has to go, if it has; with what it holds, where that had to be read.
fn due(
    remover: &Remover<'_>,
    family: &FamilyName,
    oldest: &Segment,
    limits: &Limits,
    count: &Count,
    now: SystemTime,
) -> io::Result<Option<(RemovalCause, Option<Contents>)>> {
    if let Some(cause) = count.over(limits) {
        return Ok(Some((cause, None)));
    }
    let old = too_old(remover, family, oldest, limits, now)?;
    Ok(old.map(|contents| (RemovalCause::Age, Some(contents))))
}

/// What a segment holds that is too old. Both the file's time and its records' must say so; the file's is asked first: it
/// costs nothing.
fn too_old(
    remover: &Remover<'_>,
    family: &FamilyName,
    segment: &Segment,
    limits: &Limits,
    now: SystemTime,
) -> io::Result<Option<Contents>> {
    let Some(max_age) = limits.max_age else { return Ok(None) };
    let is_old = |time: Option<SystemTime>| {
        time.is_some_and(|time| now.duration_since(time).is_ok_and(|age| age > max_age))
    };
    if !is_old(segment.modified) {
        return Ok(None);
    }
    let contents = remover.contents(family, segment)?;
    // Where no record can be read, the file's time alone must do.
    Ok((contents.newest.is_none() || is_old(contents.newest)).then_some(contents))
}

impl Held {
    fn add(&mut self, segment: &Segment, over: Option<RemovalCause>, by: Arc<str>) {
        self.segments += 1;
        self.bytes += segment.bytes;
        self.over_limits |= over.is_some_and(|cause| cause != RemovalCause::Age);
        self.holds.insert(by);
    }
}
