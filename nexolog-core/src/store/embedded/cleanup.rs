use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::store::names::{FamilyKind, FamilyName, SegmentName, SegmentState};
use crate::store::{CleanupReport, CleanupRequest, Order, Stop, StoreError};

use super::files;
use super::left_out::LeftOut;
use super::lines::Lines;
use super::segment::{Segment, Source};
use super::snapshot::Directory;

const MICROS_PER_DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// A sealed segment with its files; while it is compressed it has two.
struct Candidate {
    family: FamilyName,
    first_seq: u64,
    files: Vec<(String, u64)>,
    /// When its newest file was written, in microseconds since the Unix epoch.
    modified: Option<i64>,
}

/// See [`LogStore::cleanup`](crate::store::LogStore::cleanup).
pub(super) fn cleanup(
    root: &Path,
    main: &FamilyName,
    request: &CleanupRequest,
) -> Result<CleanupReport, StoreError> {
    let listing = |error| StoreError::new("listing the segments", error);
    let mut directories = vec![String::new()];
    directories.extend(files::instances(root).map_err(listing)?);
    let before = now().saturating_sub(i64::from(request.older_than_days) * MICROS_PER_DAY);
    let mut report = CleanupReport::default();
    for name in directories {
        let path = if name.is_empty() { root.to_owned() } else { root.join(&name) };
        let candidates = match candidates(&path, main, request) {
            Err(error) if name.is_empty() => return Err(listing(error)),
            // The directory of another instance that has just gone.
            result => result.unwrap_or_default(),
        };
        for candidate in candidates {
            let newest = newest_record(&path, &candidate);
            let written = newest.map(|(_, timestamp)| timestamp).or(candidate.modified);
            if written.is_none_or(|written| written > before) {
                continue;
            }
            remove(&path, &name, &candidate, request.dry_run, &mut report)?;
            if candidate.family == *main {
                // A segment that can't be read has its first record at least.
                let last = newest.map_or(candidate.first_seq, |(seq, _)| seq);
                let (from, to) = report.range.unwrap_or((candidate.first_seq, last));
                report.range = Some((from.min(candidate.first_seq), to.max(last)));
            }
        }
    }
    Ok(report)
}

/// The sealed segments of the families that the request names, oldest first.
fn candidates(
    path: &Path,
    main: &FamilyName,
    request: &CleanupRequest,
) -> io::Result<Vec<Candidate>> {
    let module = request.module.as_deref().map(FamilyName::module);
    let is_meant = |family: &FamilyName| match &module {
        Some(module) => family == module,
        // The main logs of other services are theirs.
        None => family == main || family.kind() == FamilyKind::Module,
    };
    let mut found: BTreeMap<(FamilyName, u64), Candidate> = BTreeMap::new();
    for (name, metadata) in files::segments(path)? {
        let file_name = name.file_name();
        let SegmentName { family, state: SegmentState::Sealed { first_seq, .. } } = name else {
            continue;
        };
        if !is_meant(&family) {
            continue;
        }
        let candidate = found.entry((family.clone(), first_seq)).or_insert_with(|| Candidate {
            family,
            first_seq,
            files: Vec::new(),
            modified: None,
        });
        candidate.modified = candidate.modified.max(metadata.modified().ok().map(micros));
        candidate.files.push((file_name, metadata.len()));
    }
    Ok(found.into_values().collect())
}

/// `seq` and time of the newest record in a segment, if one can be read.
fn newest_record(path: &Path, candidate: &Candidate) -> Option<(u64, i64)> {
    let segment = Segment { first_seq: Some(candidate.first_seq), source: Source::Sealed };
    let directory =
        Directory { name: String::new(), path: path.to_owned(), segments: vec![segment] };
    let mut lines = Lines::new(directory, candidate.family.clone(), Order::NewestFirst);
    let found = lines.next(&Stop::default(), false, &mut LeftOut::default())?;
    Some((found.seq, found.timestamp))
}

/// Removes the files of one segment, or says that it would.
fn remove(
    path: &Path,
    directory: &str,
    candidate: &Candidate,
    is_dry_run: bool,
    report: &mut CleanupReport,
) -> Result<(), StoreError> {
    for (file, bytes) in &candidate.files {
        let shown = if directory.is_empty() { file.clone() } else { format!("{directory}/{file}") };
        if !is_dry_run {
            match fs::remove_file(path.join(file)) {
                Ok(()) => {}
                // Retention, or the end of compressing, was first.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(&shown, report, error)),
            }
        }
        report.bytes += bytes;
        report.files.push(shown);
    }
    Ok(())
}

fn failed(file: &str, report: &CleanupReport, error: io::Error) -> StoreError {
    let removed = if report.files.is_empty() {
        "nothing was removed before".to_owned()
    } else {
        format!("removed before: {}", report.files.join(", "))
    };
    StoreError::new(format!("removing {file} ({removed})"), error)
}

fn now() -> i64 {
    micros(SystemTime::now())
}

fn micros(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros)
        }
    }
}
