//! Makes the index of a segment beside the segment.

use std::io;
use std::path::PathBuf;

use super::builder::Place;
use super::facts::SegmentFacts;
use super::maker::Maker;
use crate::store::fs::{remove_if_there, write_all};
use crate::store::names::{FamilyName, TEMP_ENDING};
use crate::store::shared::Shared;

/// The index of a compressed segment that is being written, frame by frame. Families without indexes get none.
#[derive(Debug)]
pub(in crate::store) struct Sidecar {
    name: Option<String>,
    maker: Maker,
    facts: SegmentFacts,
}

impl Sidecar {
    pub(in crate::store) fn new(family: &FamilyName, first_seq: u64) -> Sidecar {
        Sidecar {
            name: family.index(first_seq),
            maker: Maker::new(),
            facts: SegmentFacts { first_seq, ..SegmentFacts::default() },
        }
    }

    /// Takes in the next frame.
    pub(in crate::store) fn block(&mut self, text: &[u8], packed: &[u8]) {
        if self.name.is_none() {
            return;
        }
        let length = u32::try_from(packed.len()).unwrap_or(u32::MAX);
        self.maker.block(text, Place { start: self.facts.length, length });
        self.facts.length += packed.len() as u64;
        if let Some(tail) = packed.last_chunk() {
            self.facts.tail = *tail;
        }
    }

    /// Writes the index, not yet under its name. A failure is reported: the segment does without, for a while.
    pub(in crate::store) fn write(self, shared: &Shared) -> Option<Unplaced<'_>> {
        let bytes = self.maker.finish(self.facts, true)?;
        Unplaced::write(shared, self.name?, &bytes).map_err(|error| report(shared, error)).ok()
    }
}

/// An index that is on the disk and has not got its name yet; dropped, it goes.
#[derive(Debug)]
pub(in crate::store) struct Unplaced<'a> {
    shared: &'a Shared,
    temp: PathBuf,
    path: PathBuf,
}

impl<'a> Unplaced<'a> {
    pub(super) fn write(
        shared: &'a Shared,
        name: String,
        bytes: &[u8],
    ) -> io::Result<Unplaced<'a>> {
        let temp = shared.path.join(format!("{name}{TEMP_ENDING}"));
        let unplaced = Unplaced { shared, temp, path: shared.path.join(name) };
        let fs = &*shared.fs;
        remove_if_there(fs, &unplaced.temp)?;
        let file = fs.create_new(&unplaced.temp)?;
        write_all(fs, &file, bytes)?;
        fs.sync(&file)?;
        Ok(unplaced)
    }

    /// Gives it its name.
    pub(super) fn place(self) -> io::Result<()> {
        self.shared.fs.rename(&self.temp, &self.path)
    }

    /// As [`place`](Unplaced::place); a failure is reported.
    pub(in crate::store) fn put_in_place(self, shared: &Shared) {
        if let Err(error) = self.place() {
            report(shared, error);
        }
    }
}

impl Drop for Unplaced<'_> {
    fn drop(&mut self) {
        // Under its name it is not found here any more. What can't be removed goes at the next start.
        let _ = remove_if_there(&*self.shared.fs, &self.temp);
    }
}

fn report(shared: &Shared, error: io::Error) {
    if !shared.work.must_stop() {
        shared.reports.failed("writing the index of a segment", None, error);
    }
}
