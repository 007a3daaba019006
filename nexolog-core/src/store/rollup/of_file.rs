use std::collections::HashMap;

use crate::record::Level;
use crate::store::read_line::ReadLine;

use super::facts::Facts;
use super::module::LEVELS;
use super::over_time::OverTime;
use super::slots::Slots;
use super::totals::{Chooses, Totals, bounded, level_of};

/// Most slots that are kept of a file, and counts in them. Ten megabytes of lines spread over hours are known to the minute.
const MOST_SLOTS: usize = 1_024;
const MOST_COUNTS: usize = 6_144;
/// By module and level, time is kept coarser, for there are many more counts.
const MOST_CELL_COUNTS: usize = 4_096;

/// Most modules whose lines are counted over time.
const MOST_MODULES: usize = 1_000;

/// What the lines of a file add up to, counted line after line.
#[derive(Clone, Debug)]
pub(in crate::store) struct Rollup {
    pub(in crate::store) facts: FileFacts,
    /// Lines that are records.
    pub(in crate::store) records: u64,
    pub(in crate::store) totals: Totals,
    /// By number of the level.
    pub(super) levels: Slots,
    /// By number of the module in `modules`, and level.
    pub(super) cells: Slots,
    pub(super) modules: Vec<Box<str>>,
    numbers: HashMap<Box<str>, usize>,
    /// Whether `cells` has every line.
    pub(super) has_all_cells: bool,
}

/// What is known of a file as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct FileFacts {
    /// Least and greatest time of its records, in microseconds since the Unix epoch.
    pub(in crate::store) span: Option<(i64, i64)>,
    /// Lines that are no records.
    pub(in crate::store) damaged_lines: u64,
    /// Lines that are longer than any of ours.
    pub(in crate::store) long_lines: u64,
}

impl Default for Rollup {
    fn default() -> Rollup {
        Rollup {
            facts: FileFacts::default(),
            records: 0,
            totals: Totals::default(),
            levels: Slots::new(MOST_SLOTS, MOST_COUNTS),
            cells: Slots::new(MOST_SLOTS, MOST_CELL_COUNTS),
            modules: Vec::new(),
            numbers: HashMap::new(),
            has_all_cells: true,
        }
    }
}

impl Rollup {
    /// Counts every line of `text`.
    pub(in crate::store) fn add_text(&mut self, text: &[u8]) {
        ReadLine::each(text, |line| self.add_line(line));
    }

    /// Counts one line for what a search would make of it.
    pub(in crate::store) fn add_line(&mut self, line: &ReadLine<'_>) {
        if line.is_long {
            self.facts.long_lines += 1;
        } else if self.add_record(line).is_none() {
            self.facts.damaged_lines += 1;
        }
    }

    fn add_record(&mut self, line: &ReadLine<'_>) -> Option<()> {
        let read = line.line()?;
        let (seq, timestamp) = line.identity()?;
        self.add(&Facts::of(read), seq, timestamp);
        Some(())
    }

    fn add(&mut self, facts: &Facts<'_>, seq: u64, timestamp: i64) {
        let (first, last) = self.facts.span.unwrap_or((timestamp, timestamp));
        self.facts.span = Some((first.min(timestamp), last.max(timestamp)));
        self.records += 1;
        self.totals.add(facts, seq, timestamp);
        let second = timestamp.div_euclid(1_000_000);
        let level = facts.level.map_or(LEVELS - 1, |level| level as usize);
        if level < Level::ALL.len() {
            self.levels.add(second, level);
        }
        match facts.module.as_deref().and_then(|module| self.number(&bounded(module))) {
            Some(module) => self.cells.add(second, module * LEVELS + level),
            None => self.has_all_cells = false,
        }
    }

    fn number(&mut self, module: &str) -> Option<usize> {
        if let Some(number) = self.numbers.get(module) {
            return Some(*number);
        }
        let number = self.modules.len();
        (number < MOST_MODULES).then_some(())?;
        self.modules.push(module.into());
        self.numbers.insert(module.into(), number);
        Some(number)
    }

    /// Records by level over time.
    pub(in crate::store) fn over_time(&mut self) -> OverTime {
        let (width, counts) = self.levels.finish();
        let mut over_time = OverTime::new(width);
        counts.for_each(|count| over_time.count(count, level_of(count.number)));
        over_time
    }

    /// The same of chosen records; `None` when that is not known.
    pub(in crate::store) fn chosen_over_time(&mut self, chooses: &dyn Chooses) -> Option<OverTime> {
        if !self.has_all_cells {
            return None;
        }
        let chosen = chosen_cells(self.modules.iter().map(|module| &**module), chooses);
        let (width, counts) = self.cells.finish();
        let mut over_time = OverTime::new(width);
        for count in counts {
            over_time.count(count, chosen.get(count.number).copied().flatten());
        }
        Some(over_time)
    }
}

/// For each cell of the modules its level, if it is chosen.
pub(super) fn chosen_cells<'a>(
    modules: impl Iterator<Item = &'a str>,
    chooses: &dyn Chooses,
) -> Vec<Option<Level>> {
    let cells = modules.flat_map(|module| (0..LEVELS).map(move |level| (module, level_of(level))));
    cells.map(|(module, level)| level.filter(|_| chooses.has(level, Some(module)))).collect()
}
