//! Finds the segments of a directory whose index is missing, stale or damaged, and makes it again.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use super::builder::Place;
use super::facts::{SegmentFacts, Unusable};
use super::loader::Index;
use super::maker::Maker;
use super::noticed;
use super::sidecar::Unplaced;
use crate::store::names::FamilyName;
use crate::store::segments::{Segment, Segments};
use crate::store::shared::Shared;
use crate::store::tidying::Tidying;
use crate::store::whole_lines::WholeLines;

/// How often the heads of all indexes are looked at.
const CHECK_EVERY: Duration = Duration::from_secs(3600);

/// What is known of the indexes of one directory.
#[derive(Debug, Default)]
pub(in crate::store) struct Care {
    checked: Option<Instant>,
    /// Segments that can't have an index, until the next check.
    given_up: BTreeSet<u64>,
}

impl Care {
    /// Makes what is missing, or a part of it when other work waits: then it says that there is more. What fails is
    /// reported and tried again: at the next turn when the disk is full, else at the next check.
    pub(in crate::store) fn tend(
        &mut self,
        shared: &Shared,
        family: &FamilyName,
        segments: &mut Segments,
    ) -> bool {
        if !family.is_main() {
            return false;
        }
        let begun = Instant::now();
        let is_check = self.checked.is_none_or(|checked| checked.elapsed() >= CHECK_EVERY);
        if is_check {
            self.given_up.clear();
        }
        let noticed = noticed::of(&shared.path, family);
        let is_suspect = |segment: &&Segment| {
            let is_looked_at = is_check || !segment.index || noticed.contains(&segment.first_seq);
            is_looked_at && can_have_one(segment) && !self.given_up.contains(&segment.first_seq)
        };
        let suspects: Vec<Segment> = segments.iter().filter(is_suspect).cloned().collect();
        let mut has_made = false;
        for segment in suspects {
            let first_seq = segment.first_seq;
            if shared.work.must_stop() {
                return false;
            }
            if has_made && shared.work.is_wanted_beside(family) {
                return true;
            }
            let is_noticed = noticed.contains(&first_seq);
            match renew(shared, family, &segment, is_noticed) {
                Ok(Renewed::Made) => has_made = true,
                Ok(Renewed::NotNeeded) => {}
                Ok(Renewed::CanNot) => {
                    self.given_up.insert(first_seq);
                    continue;
                }
                Err(error) => {
                    let is_full = error.kind() == io::ErrorKind::StorageFull;
                    report(shared, family, error);
                    if is_full {
                        // The others would fail as well; all are tried at the next turn.
                        return false;
                    }
                    self.given_up.insert(first_seq);
                    continue;
                }
            }
            segments.look_at(&shared.path, family, first_seq);
            noticed::settle(&shared.path, family, |seq| seq == first_seq);
        }
        if is_check {
            // What was noticed of segments that are gone, too.
            noticed::settle(&shared.path, family, |seq| !self.given_up.contains(&seq));
            self.checked = Some(begun);
        }
        false
    }
}

fn report(shared: &Shared, family: &FamilyName, error: io::Error) {
    if !shared.work.must_stop() {
        shared.reports.failed("making the index of a segment", Some(family), error);
    }
}

/// What became of an index.
enum Renewed {
    Made,
    NotNeeded,
    /// The segment is damaged or not one of ours, or has gone.
    CanNot,
}

/// A plain segment is compressed first, where that can be; and where not, a compressed one can't be read.
fn can_have_one(segment: &Segment) -> bool {
    segment.plain != cfg!(feature = "compression")
}

/// Makes the index of a segment if it has no good one; also if its head is good but `is_noticed` to be bad.
fn renew(
    shared: &Shared,
    family: &FamilyName,
    segment: &Segment,
    is_noticed: bool,
) -> io::Result<Renewed> {
    let first_seq = segment.first_seq;
    let is_packed = !segment.plain;
    let name = if is_packed { family.compressed(first_seq) } else { family.sealed(first_seq) };
    let file = match shared.fs.open_read(&shared.path.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Renewed::CanNot),
        result => result?,
    };
    let facts = SegmentFacts::of(&file, first_seq)?;
    match Index::look(&shared.path, family, &facts) {
        // A later version of Nexolog will be glad to find it.
        Err(Unusable::Newer) => return Ok(Renewed::NotNeeded),
        Ok(_) if !is_noticed => return Ok(Renewed::NotNeeded),
        _ => {}
    }
    let Some(bytes) = make(shared, &file, facts, is_packed)? else { return Ok(Renewed::CanNot) };
    let Some(name) = family.index(first_seq) else { return Ok(Renewed::CanNot) };
    let index = Unplaced::write(shared, name, &bytes)?;
    // Somebody may remove the segment; its index must not outlive it.
    let tidying = Tidying::begin(&shared.log_directory, shared.work.stop_flag())?;
    let is_there = Segment::find(&shared.path, family, first_seq).is_some();
    if is_there {
        index.place()?;
    }
    drop(tidying);
    Ok(if is_there { Renewed::Made } else { Renewed::CanNot })
}

/// The index of an open segment; `None` when a part of it can't be read, or the sealer must stop.
fn make(
    shared: &Shared,
    file: &File,
    facts: SegmentFacts,
    is_packed: bool,
) -> io::Result<Option<Vec<u8>>> {
    let mut maker = Maker::new();
    let mut block = |text: &[u8], place: Place| {
        maker.block(text, place);
        !shared.work.must_stop()
    };
    let is_whole = if is_packed { unpack(file, &mut block)? } else { read(file, &mut block)? };
    Ok(if is_whole { maker.finish(facts, is_packed) } else { None })
}

fn read(file: &File, block: &mut dyn FnMut(&[u8], Place) -> bool) -> io::Result<bool> {
    let mut blocks = WholeLines::of(file);
    let mut start = 0;
    loop {
        let text = blocks.next()?;
        if text.is_empty() {
            return Ok(true);
        }
        let place = Place { start, length: u32::try_from(text.len()).unwrap_or(u32::MAX) };
        start += text.len() as u64;
        if !block(text, place) {
            return Ok(false);
        }
    }
}

#[cfg(feature = "compression")]
use super::unpack::unpack;

#[cfg(not(feature = "compression"))]
#[allow(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
fn unpack(_file: &File, _block: &mut dyn FnMut(&[u8], Place) -> bool) -> io::Result<bool> {
    Ok(false)
}
