use std::sync::atomic::{AtomicU64, Ordering};

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
    /// The disk would not take it.
    WriteFailed,
}

impl Cause {
    pub(crate) const ALL: [Cause; 4] =
        [Cause::QueueFull, Cause::Recursion, Cause::Late, Cause::WriteFailed];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Cause::QueueFull => "queue_full",
            Cause::Recursion => "recursion",
            Cause::Late => "late",
            Cause::WriteFailed => "write_failed",
        }
    }
}

/// Every event that was logged and is not in the files, counted by cause and level.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    counts: [[AtomicU64; 6]; 4],
}

/// Losses since they were last told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LossCounts {
    counts: [[u64; 6]; 4],
}

impl Losses {
    pub(crate) fn add(&self, cause: Cause, level: Level, count: u64) {
        self.counts[cause as usize][level as usize].fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn total(&self, cause: Cause) -> u64 {
        self.counts[cause as usize].iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// What was lost since `told`, by cause; `told` is brought up to date.
    pub(crate) fn since(&self, told: &mut LossCounts) -> Vec<(Cause, [u64; 6])> {
        let mut news = Vec::new();
        for cause in Cause::ALL {
            let mut lost = [0; 6];
            for (level, lost) in lost.iter_mut().enumerate() {
                let now = self.counts[cause as usize][level].load(Ordering::Relaxed);
                *lost = now - std::mem::replace(&mut told.counts[cause as usize][level], now);
            }
            if lost.iter().any(|count| *count > 0) {
                news.push((cause, lost));
            }
        }
        news
    }
}
