use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use crate::store::contents::Contents;
use crate::store::fs::Disk;
use crate::store::holds::Holds;
use crate::store::names::{FamilyKind, FamilyName, parse_instance_directory};
use crate::store::removal::{Outcome, Remover};
use crate::store::segments::{Segment, Segments};
use crate::store::{CleanupReport, CleanupRequest, HeldBack, RemovalCause, Removed, StoreError};

use super::files;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A sealed segment that the request is about.
struct Candidate {
    /// Name of its directory beneath the log directory; empty for that itself.
    directory: String,
    family: FamilyName,
    segment: Segment,
    /// When it or one before it was last written: a family's order also where a clock was set back.
    written: Option<SystemTime>,
}

/// See [`LogStore::cleanup`](crate::store::LogStore::cleanup).
pub(super) fn cleanup(
    root: &Path,
    main: &FamilyName,
    holds: &Holds,
    request: &CleanupRequest,
    tell: &mut dyn FnMut(Removed),
) -> Result<CleanupReport, StoreError> {
    let families = families(root, main, request)?;
    let mut cleaner = Cleaner { root, holds, request, tell, report: CleanupReport::default() };
    let mut left = Vec::new();
    for candidates in families {
        left.extend(cleaner.remove_old(candidates)?);
    }
    cleaner.remove_until_small(left)?;
    Ok(cleaner.report)
}

struct Cleaner<'a> {
    root: &'a Path,
    holds: &'a Holds,
    request: &'a CleanupRequest,
    tell: &'a mut dyn FnMut(Removed),
    report: CleanupReport,
}

impl Cleaner<'_> {
    /// Removes what is too old of one family, oldest first; gives back what no hold keeps and is to stay.
    fn remove_old(&mut self, candidates: Vec<Candidate>) -> Result<Vec<Candidate>, StoreError> {
        let Some(days) = self.request.older_than_days else { return Ok(candidates) };
        let before = SystemTime::now().checked_sub(DAY * days);
        let mut candidates = candidates.into_iter();
        // Ending with the first one that stays, as retention does: a segment is at least as new as all before it.
        while let Some(candidate) = candidates.next() {
            let contents = self.contents(&candidate)?;
            // Where no record can be read, the file's time must do.
            let newest = contents.newest.or(candidate.segment.modified);
            let is_old = newest.is_some_and(|newest| before.is_some_and(|before| newest <= before));
            if !is_old {
                return Ok([candidate].into_iter().chain(candidates).collect());
            }
            self.remove(&candidate, Some(contents))?;
        }
        Ok(Vec::new())
    }

    /// Removes the oldest of what is left until the rest is small enough. What a hold keeps is kept besides.
    fn remove_until_small(&mut self, mut left: Vec<Candidate>) -> Result<(), StoreError> {
        let Some(most) = self.request.max_bytes else { return Ok(()) };
        left.sort_by_key(|candidate| candidate.written);
        let mut total: u64 = left.iter().map(|candidate| candidate.segment.bytes).sum();
        for candidate in left {
            if total <= most {
                break;
            }
            self.remove(&candidate, None)?;
            total -= candidate.segment.bytes;
        }
        Ok(())
    }

    fn remove(&mut self, candidate: &Candidate, known: Option<Contents>) -> Result<(), StoreError> {
        let Candidate { directory, family, segment, .. } = candidate;
        let shown =
            |file: String| if directory.is_empty() { file } else { format!("{directory}/{file}") };
        let file = || shown(segment.file_names(family).last().unwrap_or_default());
        let path = self.path(directory);
        let outcome = self
            .remover(&path)
            .remove(family, segment.first_seq, RemovalCause::Cleanup, known)
            .map_err(|error| self.failed(&file(), error))?;
        match outcome {
            Outcome::Gone => {}
            Outcome::Held(by) => {
                let back = HeldBack { file: file(), bytes: segment.bytes, hold: by.to_string() };
                self.report.held.push(back);
            }
            Outcome::Removed(removed, files) => {
                self.report.add(files.into_iter().map(shown), &removed);
                if !self.request.dry_run {
                    let instance = Some(parse_instance_directory(directory).unwrap_or(0));
                    (self.tell)(Removed { instance, ..removed });
                }
            }
        }
        Ok(())
    }

    fn contents(&self, candidate: &Candidate) -> Result<Contents, StoreError> {
        let path = self.path(&candidate.directory);
        let contents = self.remover(&path).contents(&candidate.family, &candidate.segment);
        contents.map_err(|error| StoreError::new("reading a segment", error))
    }

    fn remover<'a>(&'a self, directory: &'a Path) -> Remover<'a> {
        static GO_ON: AtomicBool = AtomicBool::new(false);
        Remover {
            fs: &Disk,
            log_directory: self.root,
            directory,
            holds: self.holds,
            stop: &GO_ON,
            dry_run: self.request.dry_run,
        }
    }

    fn path(&self, directory: &str) -> PathBuf {
        if directory.is_empty() { self.root.to_owned() } else { self.root.join(directory) }
    }

    fn failed(&self, file: &str, error: io::Error) -> StoreError {
        let removed = if self.report.files.is_empty() {
            "nothing was removed before".to_owned()
        } else {
            format!("removed before: {}", self.report.files.join(", "))
        };
        StoreError::new(format!("removing {file} ({removed})"), error)
    }
}

impl CleanupReport {
    fn add(&mut self, files: impl Iterator<Item = String>, removed: &Removed) {
        self.files.extend(files);
        self.bytes += removed.bytes;
        self.records += removed.count - removed.own;
        if removed.family.is_main() {
            let (from, to) = self.range.unwrap_or((removed.first_seq, removed.last_seq));
            self.range = Some((from.min(removed.first_seq), to.max(removed.last_seq)));
        }
    }
}

/// The sealed segments that the request is about, each family's by themselves and oldest first.
fn families(
    root: &Path,
    main: &FamilyName,
    request: &CleanupRequest,
) -> Result<Vec<Vec<Candidate>>, StoreError> {
    let failed = |error| StoreError::new("listing the segments", error);
    let mut families = Vec::new();
    in_directory(root, "", main, request, &mut families).map_err(failed)?;
    for name in files::instances(root).map_err(failed)? {
        // The directory of another instance may just have gone.
        let _ = in_directory(&root.join(&name), &name, main, request, &mut families);
    }
    Ok(families)
}

fn in_directory(
    path: &Path,
    name: &str,
    main: &FamilyName,
    request: &CleanupRequest,
    families: &mut Vec<Vec<Candidate>>,
) -> io::Result<()> {
    let module = request.module.as_deref().map(FamilyName::module);
    let is_meant = |family: &FamilyName| match &module {
        Some(module) => family == module,
        // The main logs of other services are theirs.
        None => family == main || family.kind() == FamilyKind::Module,
    };
    for (family, segments) in Segments::by_family(&Disk, path, is_meant)? {
        let mut written = None;
        let candidate = |segment: &Segment| {
            written = written.max(segment.modified);
            let (directory, family) = (name.to_owned(), family.clone());
            Candidate { directory, family, segment: segment.clone(), written }
        };
        families.push(segments.iter().map(candidate).collect());
    }
    Ok(())
}
