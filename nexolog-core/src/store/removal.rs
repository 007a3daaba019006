//! Removes one segment: never one that is held, never one that another removed, and says what went with it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::contents::{self, Contents};
use super::fs::{Fs, remove_if_there};
use super::holds::Holds;
use super::names::FamilyName;
use super::report::{RemovalCause, Removed};
use super::segments::Segment;
use super::tidying::Tidying;

/// Removes segments of one directory, or with `dry_run` says what it would remove.
#[derive(Clone, Copy)]
pub(super) struct Remover<'a> {
    pub(super) fs: &'a dyn Fs,
    /// The directory that was configured; the segments may lie beneath it.
    pub(super) log_directory: &'a Path,
    pub(super) directory: &'a Path,
    pub(super) holds: &'a Holds,
    pub(super) stop: &'a AtomicBool,
    pub(super) dry_run: bool,
}

/// What became of a segment that was to be removed.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It went, or would, with the files of these names.
    #[cfg_attr(not(feature = "api"), expect(dead_code, reason = "only a clean-up lists them"))]
    Removed(Removed, Vec<String>),
    /// A legal hold of this name keeps it.
    Held(Arc<str>),
    /// Somebody else was quicker.
    Gone,
}

impl Remover<'_> {
    /// Removes a segment; of the main log it says how many records went, for a module's are copies. What it holds
    /// is read unless it is `known`.
    ///
    /// # Errors
    ///
    /// When a file can't be removed, or `stop` was set meanwhile. As long as one of its data files is left, the segment is there.
    pub(super) fn remove(
        &self,
        family: &FamilyName,
        first_seq: u64,
        cause: RemovalCause,
        known: Option<Contents>,
    ) -> io::Result<Outcome> {
        let tidying = (!self.dry_run).then(|| Tidying::begin(self.log_directory, self.stop));
        let _tidying = tidying.transpose()?;
        let Some(segment) = Segment::find(self.directory, family, first_seq) else {
            return Ok(Outcome::Gone);
        };
        if let Some(hold) = self.holds.keeping(self, family, &segment)? {
            return Ok(Outcome::Held(hold));
        }
        let contents = match known {
            _ if !family.is_main() => Contents::default(),
            Some(contents) => contents,
            None => self.contents(family, &segment)?,
        };
        let files: Vec<String> = segment.file_names(family).collect();
        if !self.dry_run {
            for name in &files {
                remove_if_there(self.fs, &self.directory.join(name))?;
            }
        }
        let removed = Removed {
            family: family.clone(),
            instance: None,
            first_seq,
            last_seq: contents.last_seq.unwrap_or(first_seq),
            count: contents.records,
            own: contents.own,
            told: contents.told,
            gone_from: contents.gone_from,
            damaged: contents.damaged,
            cause,
            bytes: segment.bytes,
        };
        Ok(Outcome::Removed(removed, files))
    }

    /// What can't be opened counts as damaged and goes all the same when it is due: limits are limits.
    pub(super) fn contents(&self, family: &FamilyName, segment: &Segment) -> io::Result<Contents> {
        match contents::read(self.fs, self.directory, family, segment, self.stop) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                Ok(Contents { damaged: true, ..Contents::default() })
            }
            result => result,
        }
    }
}
