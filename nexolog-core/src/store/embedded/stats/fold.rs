use crate::record::Line;
use crate::store::Stats;
use crate::store::rollup::Totals;

use super::timeline::Timeline;

/// Statistics in the making.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) totals: Totals,
    pub(super) timeline: Timeline,
}

impl Fold {
    /// `interval` is the width that the timeline's bars should have, in seconds.
    pub(super) fn new(interval: Option<u64>) -> Fold {
        Fold { totals: Totals::default(), timeline: Timeline::new(interval) }
    }

    /// Adds a record.
    pub(super) fn add(&mut self, line: &Line<'_>, seq: u64, timestamp: i64) {
        self.totals.add_line(line, seq, timestamp);
        if let Some(level) = line.level() {
            self.timeline.add(timestamp, level);
        }
    }

    /// The statistics; `remarks` gets what they leave out.
    pub(super) fn finish(self, remarks: &mut Vec<String>) -> Stats {
        let (interval, timeline) = self.timeline.finish(remarks);
        Stats { timeline, interval, ..self.totals.stats() }
    }
}
