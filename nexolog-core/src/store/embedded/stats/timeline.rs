use std::collections::BTreeMap;

use crate::record::Level;
use crate::store::TimelineBar;
use crate::store::rollup::{NARROWEST, OverTime, signed, wider};

/// Most bars when the width is ours to choose.
const MOST_CHOSEN: u64 = 120;
/// Most bars when the width was asked for.
const MOST_ASKED: u64 = 2_000;
/// Most bars with something in them while counting, when the width is ours to choose.
const MOST_KEPT: usize = 2_000;

/// Counts over time, in bars as wide as they need be.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    asked: Option<u64>,
    width: u64,
    /// By number of the bar since the Unix epoch.
    bars: BTreeMap<i64, [u64; 6]>,
}

impl Timeline {
    /// `asked` is the width in seconds that somebody wants.
    pub(super) fn new(asked: Option<u64>) -> Timeline {
        let asked = asked.map(|width| width.clamp(1, 1 << 40));
        Timeline { asked, width: asked.unwrap_or(NARROWEST), bars: BTreeMap::new() }
    }

    /// Counts a record; `timestamp` is in microseconds since the Unix epoch.
    pub(super) fn add(&mut self, timestamp: i64, level: Level) {
        let second = timestamp.div_euclid(1_000_000);
        let mut one = [0; 6];
        if let Some(count) = one.get_mut(level as usize) {
            *count = 1;
        }
        self.add_to_bar(second.div_euclid(signed(self.width)), one);
    }

    /// Whether counts that are so many seconds wide can be told apart well enough; bars become wider if ours to choose.
    pub(super) fn takes(&mut self, width: u64) -> bool {
        while self.asked.is_none() && self.width < width {
            self.widen();
        }
        self.width.is_multiple_of(width)
    }

    /// Counts records that somebody else has counted, if it [takes](Timeline::takes) their width.
    pub(super) fn add_over_time(&mut self, counts: &OverTime) {
        // They will be that wide at the end.
        if let (None, [first, .., last]) = (self.asked, counts.slots.as_slice()) {
            let number = |second: i64, width| second.div_euclid(signed(width));
            while number(last.second, self.width).abs_diff(number(first.second, self.width))
                >= MOST_CHOSEN
            {
                self.widen();
            }
        }
        let mut slots = counts.slots.iter().peekable();
        while let Some(first) = slots.next() {
            let number = first.second.div_euclid(signed(self.width));
            let mut sum = first.by_level;
            // Slots are by time, so those of one bar follow each other.
            let end = number.saturating_add(1).saturating_mul(signed(self.width));
            while let Some(slot) = slots.next_if(|slot| slot.second < end) {
                add(&mut sum, slot.by_level);
            }
            self.add_to_bar(number, sum);
        }
    }

    fn add_to_bar(&mut self, number: i64, counts: [u64; 6]) {
        add(self.bars.entry(number).or_default(), counts);
        while self.bars.len() > MOST_KEPT {
            self.widen();
        }
    }

    /// The width in seconds, and all bars from the first to the last, the empty ones in between too.
    pub(super) fn finish(mut self, remarks: &mut Vec<String>) -> (u64, Vec<TimelineBar>) {
        let most = if self.asked.is_some() { MOST_ASKED } else { MOST_CHOSEN };
        while self.span() > most {
            self.widen();
        }
        if let Some(asked) = self.asked.filter(|asked| *asked != self.width) {
            remarks.push(format!(
                "bars of {asked} s would be more than {MOST_ASKED}; they are {} s wide",
                self.width
            ));
        }
        let (Some((first, _)), Some((last, _))) =
            (self.bars.first_key_value(), self.bars.last_key_value())
        else {
            return (self.width, Vec::new());
        };
        let bars = (*first..=*last).map(|number| TimelineBar {
            start: number.saturating_mul(signed(self.width)),
            by_level: self.bars.get(&number).copied().unwrap_or_default(),
        });
        (self.width, bars.collect())
    }

    /// Bars from the first to the last.
    fn span(&self) -> u64 {
        match (self.bars.first_key_value(), self.bars.last_key_value()) {
            (Some((first, _)), Some((last, _))) => last.abs_diff(*first) + 1,
            _ => 0,
        }
    }

    fn widen(&mut self) {
        let wider =
            if self.asked.is_none() { wider(self.width) } else { self.width.saturating_mul(2) };
        let factor = signed(wider / self.width);
        let mut joined: BTreeMap<i64, [u64; 6]> = BTreeMap::new();
        for (number, counts) in std::mem::take(&mut self.bars) {
            let bar = joined.entry(number.div_euclid(factor)).or_default();
            add(bar, counts);
        }
        self.bars = joined;
        self.width = wider;
    }
}

fn add(sums: &mut [u64; 6], counts: [u64; 6]) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum = sum.saturating_add(count);
    }
}
