use std::time::{Duration, Instant};

use super::clock;
use super::losses::{Cause, LossCounts, Losses};
use super::own_record::OwnRecord;
use super::reports;

/// Losses are told at most this often.
const EVERY: Duration = Duration::from_secs(1);

/// Knows which losses the log tells already.
#[derive(Debug)]
pub(super) struct LossTeller {
    told: LossCounts,
    told_at: Option<Instant>,
    /// When nothing was lost yet that is not told, in microseconds since the Unix epoch.
    clear_at: i64,
    /// Numbers that were given to lines which the disk did not take, by cause.
    seqs: [Option<(u64, u64)>; Cause::ALL.len()],
}

impl LossTeller {
    pub(super) fn new() -> LossTeller {
        LossTeller {
            told: LossCounts::default(),
            told_at: None,
            clear_at: clock::now_micros(),
            seqs: [None; Cause::ALL.len()],
        }
    }

    /// Notes that lines with the numbers from `first` to `last` were lost.
    pub(super) fn note_seqs(&mut self, cause: Cause, first: u64, last: u64) {
        let seqs = &mut self.seqs[cause as usize];
        *seqs = Some(seqs.map_or((first, last), |(from, to)| (from.min(first), to.max(last))));
    }

    /// Whether something was lost that is not told.
    pub(super) fn has_untold(&self, losses: &Losses) -> bool {
        losses.now() != self.told
    }

    /// What is to be told now, where telling `is_possible` at all. What is `urgent` does not wait until a second
    /// has passed.
    pub(super) fn due(
        &mut self,
        losses: &Losses,
        is_possible: bool,
        is_urgent: bool,
    ) -> Vec<OwnRecord> {
        let now = losses.now();
        if now == self.told {
            self.clear_at = clock::now_micros();
            return Vec::new();
        }
        let waits = !is_urgent && self.told_at.is_some_and(|at| at.elapsed() < EVERY);
        if waits || !is_possible {
            return Vec::new();
        }
        let to = clock::now_micros();
        let told = std::mem::replace(&mut self.told, now);
        let records = now.since(&told).map(|(cause, by_level)| {
            reports::lost(cause, by_level, (self.clear_at, to), self.seqs[cause as usize].take())
        });
        let records = records.collect();
        self.clear_at = to;
        self.told_at = Some(Instant::now());
        records
    }
}
