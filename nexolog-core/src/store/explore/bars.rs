use std::collections::BTreeMap;

use crate::record::Level;

use super::Bar;

/// Most bars with something in them; with more, bars become twice as wide.
const MOST: usize = 4_096;

/// Counts over time, in bars of one width.
#[derive(Clone, Debug)]
pub(super) struct Bars {
    width: u64,
    /// By number of the bar since the Unix epoch.
    bars: BTreeMap<i64, [u64; 6]>,
}

impl Bars {
    /// `width` is in microseconds.
    pub(super) fn new(width: u64) -> Bars {
        Bars { width: width.clamp(1, 1 << 60), bars: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, timestamp: i64, level: Level) {
        let bar = self.bars.entry(timestamp.div_euclid(self.signed_width())).or_default();
        if let Some(count) = bar.get_mut(level as usize) {
            *count += 1;
        }
        while self.bars.len() > MOST {
            self.widen();
        }
    }

    /// The width, and the bars by time.
    pub(super) fn finish(self) -> (u64, Vec<Bar>) {
        let width = self.signed_width();
        let bars = self
            .bars
            .into_iter()
            .map(|(number, by_level)| Bar { start: number.saturating_mul(width), by_level });
        (self.width, bars.collect())
    }

    fn signed_width(&self) -> i64 {
        i64::try_from(self.width).unwrap_or(i64::MAX)
    }

    fn widen(&mut self) {
        let mut joined: BTreeMap<i64, [u64; 6]> = BTreeMap::new();
        for (number, counts) in std::mem::take(&mut self.bars) {
            let bar = joined.entry(number.div_euclid(2)).or_default();
            for (sum, count) in bar.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        self.bars = joined;
        self.width = self.width.saturating_mul(2);
    }
}
