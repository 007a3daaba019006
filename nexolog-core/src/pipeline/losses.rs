use std::io;

use super::sync::{AtomicU64, Ordering};
use crate::record::Level;

/// Why an event was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Cause {
    /// The queue to the writer was full.
    QueueFull,
    /// It was logged while an event of the same thread was being formatted, too many times over.
    Recursion,
    /// It was logged after `shutdown`.
    Late,
    /// The disk was full, or the user's share of it.
    DiskFull,
    /// The disk would not take it for another reason.
    WriteFailed,
    /// It was in a main log that somebody removed while it was written.
    FileRemoved,
    /// Writing it panicked.
    WriterPanicked,
    /// It was logged in a forked child of the process that the logger belongs to.
    Forked,
}

impl Cause {
    pub(crate) const ALL: [Cause; 8] = [
        Cause::QueueFull,
        Cause::Recursion,
        Cause::Late,
        Cause::DiskFull,
        Cause::WriteFailed,
        Cause::FileRemoved,
        Cause::WriterPanicked,
        Cause::Forked,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Cause::QueueFull => "queue_full",
            Cause::Recursion => "recursion",
            Cause::Late => "late",
            Cause::DiskFull => "disk_full",
            Cause::WriteFailed => "write_failed",
            Cause::FileRemoved => "file_removed",
            Cause::WriterPanicked => "writer_panicked",
            Cause::Forked => "forked",
        }
    }

    /// Why a disk that gave this error did not take an event.
    pub(super) fn of_disk(error: &io::Error) -> Cause {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Cause::DiskFull,
            _ => Cause::WriteFailed,
        }
    }
}

/// Every event that was logged and is not in the files, counted by cause and level.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    counts: [[AtomicU64; 6]; Cause::ALL.len()],
}

/// Losses up to some moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LossCounts {
    counts: [[u64; 6]; Cause::ALL.len()],
}

impl Losses {
    pub(crate) fn add(&self, cause: Cause, level: Level, count: u64) {
        self.counts[cause as usize][level as usize].fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn add_by_level(&self, cause: Cause, by_level: [u64; 6]) {
        for (level, count) in Level::ALL.into_iter().zip(by_level) {
            self.add(cause, level, count);
        }
    }

    pub(crate) fn total(&self, cause: Cause) -> u64 {
        self.counts[cause as usize].iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// Events lost since the start, by level.
    #[cfg(feature = "api")]
    pub(crate) fn by_level(&self, cause: Cause) -> [u64; 6] {
        self.counts[cause as usize].each_ref().map(|count| count.load(Ordering::Relaxed))
    }

    /// Events lost since the start, whatever the cause.
    pub(crate) fn sum(&self) -> u64 {
        Cause::ALL.into_iter().map(|cause| self.total(cause)).sum()
    }

    pub(super) fn now(&self) -> LossCounts {
        let load = |by_level: &[AtomicU64; 6]| {
            by_level.each_ref().map(|count| count.load(Ordering::Relaxed))
        };
        LossCounts { counts: self.counts.each_ref().map(load) }
    }
}

impl LossCounts {
    /// What was lost since `before`, by cause.
    pub(super) fn since(
        &self,
        before: &LossCounts,
    ) -> impl Iterator<Item = (Cause, [u64; 6])> + use<> {
        let (now, before) = (self.counts, before.counts);
        Cause::ALL.into_iter().filter_map(move |cause| {
            let (now, before) = (now[cause as usize], before[cause as usize]);
            let lost = std::array::from_fn(|level| now[level].saturating_sub(before[level]));
            lost.iter().any(|count| *count > 0).then_some((cause, lost))
        })
    }
}
