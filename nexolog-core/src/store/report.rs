//! What the store did, or failed at, on its own account; the pipeline turns it into records and health.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::names::FamilyName;

/// The most failures that wait to be asked for; later ones say the same again.
const MOST_FAILURES: usize = 64;

/// What opening a directory found.
#[derive(Debug)]
pub(crate) struct Opening {
    /// Set when another Nexolog has the log directory: the number in `instance-<n>`, where this one writes.
    pub(crate) instance: Option<u32>,
    /// Set when the last run did not end cleanly.
    pub(crate) recovered: Option<Recovered>,
    /// What somebody should look at, in words.
    pub(crate) warnings: Vec<String>,
}

/// What was repaired after an unclean end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recovered {
    /// First and last of the numbers that are in no file: given out and lost, or skipped.
    pub(crate) gap: Option<(u64, u64)>,
    /// Bytes of torn lines that were set aside.
    pub(crate) torn_bytes: u64,
}

/// Something that the store did, or failed at.
#[derive(Debug)]
pub(crate) enum StoreReport {
    /// Retention removed a segment.
    Removed(Removed),
    /// Retention would have removed segments that a legal hold keeps.
    Held {
        family: FamilyName,
        /// See [`Removed::instance`].
        instance: Option<u32>,
        held: Held,
    },
    /// The active file had to be opened anew.
    Reopened {
        family: FamilyName,
        cause: ReopenCause,
        /// Lines written since it was last seen in its place; they are in no file of ours unless it was renamed.
        lines: u64,
        /// Torn bytes that were set aside in the file found at the name.
        torn_bytes: u64,
        /// What a main log held that has no name any more.
        gone: Option<Gone>,
    },
    /// Something failed. It is tried again, and no line is lost by it.
    Failed {
        /// What was tried: "compressing a segment".
        doing: &'static str,
        family: Option<FamilyName>,
        error: io::Error,
    },
}

/// A segment that was removed on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Removed {
    pub(crate) family: FamilyName,
    /// Where it was, when not in the directory of who tells: the number in `instance-<n>`, 0 for the log directory
    /// itself.
    pub(crate) instance: Option<u32>,
    pub(crate) first_seq: u64,
    /// Its last record; the first when it could not be read.
    pub(crate) last_seq: u64,
    /// Records in it. 0 for a module file, whose records are copies of the main log's.
    pub(crate) count: u64,
    /// How many of them were Nexolog's about itself.
    pub(crate) own: u64,
    /// Events that are in no file, as told by records that were in it: that they were lost, suppressed or removed
    /// before. Without counting them here nobody could account for them any more.
    pub(crate) told: u64,
    /// The first number that was removed before, as told by such records.
    pub(crate) gone_from: Option<u64>,
    /// Set when a part of it could not be read, so that `count` may be too low.
    pub(crate) damaged: bool,
    pub(crate) cause: RemovalCause,
    /// What it took on the disk.
    pub(crate) bytes: u64,
}

/// Segments of one family that are kept although they are due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) segments: u64,
    pub(crate) bytes: u64,
    /// Whether the family takes more of the disk than it may because of them, or has more files.
    pub(crate) over_limits: bool,
    /// Names of the holds.
    pub(crate) holds: BTreeSet<Arc<str>>,
}

/// Records that went with a file that somebody removed, Nexolog's own not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) by_level: [u64; 6],
    /// First and last number in the file.
    pub(crate) seqs: Option<(u64, u64)>,
}

/// Why a segment was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RemovalCause {
    /// More segments than are kept.
    Count,
    /// Its newest record was too old.
    Age,
    /// The family was larger than allowed.
    Size,
    /// The family was larger than its share of the free disk.
    Disk,
    /// Somebody asked for a clean-up.
    #[cfg(feature = "api")]
    Cleanup,
}

impl RemovalCause {
    /// The word in a record.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            RemovalCause::Count => "count",
            RemovalCause::Age => "age",
            RemovalCause::Size => "size",
            RemovalCause::Disk => "disk",
            #[cfg(feature = "api")]
            RemovalCause::Cleanup => "cleanup",
        }
    }
}

/// What happened to an active file behind our back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReopenCause {
    /// It was removed.
    Removed,
    /// It was renamed, or another file put in its place.
    Renamed,
    /// It was cut short.
    Truncated,
    /// Somebody else wrote to it.
    Extended,
}

impl ReopenCause {
    /// The word in a record.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            ReopenCause::Removed => "file_removed",
            ReopenCause::Renamed => "file_renamed",
            ReopenCause::Truncated => "file_truncated",
            ReopenCause::Extended => "file_extended",
        }
    }
}

/// Reports that wait to be asked for.
#[derive(Debug, Default)]
pub(super) struct Reports {
    waiting: Mutex<Vec<StoreReport>>,
}

impl Reports {
    pub(super) fn push(&self, report: StoreReport) {
        let mut waiting = self.waiting();
        let is_failure = matches!(report, StoreReport::Failed { .. });
        if is_failure && waiting.len() >= MOST_FAILURES {
            return;
        }
        waiting.push(report);
    }

    pub(super) fn failed(
        &self,
        doing: &'static str,
        family: Option<&FamilyName>,
        error: io::Error,
    ) {
        self.push(StoreReport::Failed { doing, family: family.cloned(), error });
    }

    pub(super) fn take(&self) -> Vec<StoreReport> {
        std::mem::take(&mut *self.waiting())
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<StoreReport>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
