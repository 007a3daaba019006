//! A rollup as bytes: two sections, of which a question reads the first and, where time matters, the second.
//!
//! | section | holds |
//! |---|---|
//! | totals | version · time span · lines that are no records · chunk: totals · chunk: users by module and by level |
//! | slots | version · whether all lines are in the second chunk · chunk: counts by level · chunk: counts by module and level |
//!
//! A chunk is the length of its text, the length on disk (0: as it is), and the bytes. Numbers take seven bits a byte.

use crate::store::index::Section;

use super::bytes::{In, Out};
use super::chunk::{self, Unpacker};
use super::of_file::{FileFacts, Rollup, chosen_cells};
use super::over_time::OverTime;
use super::slots::WrittenSlots;
use super::totals::{Chooses, Totals, level_of};

/// What is written now; others are not read.
const VERSION: u64 = 1;

impl Rollup {
    /// What goes into the index of the file: nothing when it would be too big.
    pub(in crate::store) fn sections(self) -> Vec<(Section, Vec<u8>)> {
        self.encode().map_or_else(Vec::new, |(totals, slots)| {
            vec![(Section::RollupTotals, totals), (Section::RollupMinutes, slots)]
        })
    }

    /// The two sections, totals and slots; `None` when they would be too big.
    pub(in crate::store) fn encode(mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        self.totals.compact();
        Some((self.totals_section()?, self.slots_section()?))
    }

    fn totals_section(&self) -> Option<Vec<u8>> {
        let mut section = Out::default();
        section.number(VERSION);
        section.number(u64::from(self.facts.span.is_some()));
        if let Some((first, last)) = self.facts.span {
            section.signed(first);
            section.number(last.abs_diff(first));
        }
        section.number(self.facts.damaged_lines);
        section.number(self.facts.long_lines);
        let mut text = Out::default();
        self.totals.put(&mut text);
        chunk::put(&mut section, &text.bytes)?;
        text.bytes.clear();
        self.totals.put_people(&mut text);
        chunk::put(&mut section, &text.bytes)?;
        Some(section.bytes)
    }

    fn slots_section(&mut self) -> Option<Vec<u8>> {
        let mut section = Out::default();
        section.number(VERSION);
        section.number(u64::from(self.has_all_cells));
        let mut text = Out::default();
        self.levels.put(&mut text);
        chunk::put(&mut section, &text.bytes)?;
        text.bytes.clear();
        text.number(self.modules.len() as u64);
        self.modules.iter().for_each(|module| text.text(module));
        self.cells.put(&mut text);
        chunk::put(&mut section, &text.bytes)?;
        Some(section.bytes)
    }
}

/// What a file's totals section says without being unpacked.
pub(in crate::store) fn read_facts(section: &[u8]) -> Option<FileFacts> {
    facts(&mut In::new(section))
}

fn facts(input: &mut In<'_>) -> Option<FileFacts> {
    input.number().filter(|version| *version == VERSION)?;
    let has_span = input.number()? != 0;
    let span = if has_span {
        let first = input.signed()?;
        Some((first, first.checked_add_unsigned(input.number()?)?))
    } else {
        None
    };
    Some(FileFacts { span, damaged_lines: input.number()?, long_lines: input.number()? })
}

/// The totals; users by module and level only `with_people`.
pub(in crate::store) fn read_totals(
    section: &[u8],
    with_people: bool,
    unpacker: &mut Unpacker,
) -> Option<Totals> {
    let mut input = In::new(section);
    facts(&mut input)?;
    let mut text = In::new(chunk::take(&mut input, unpacker)?);
    let mut totals = Totals::take(&mut text)?;
    if with_people {
        let mut text = In::new(chunk::take(&mut input, unpacker)?);
        totals.take_people(&mut text)?;
    }
    Some(totals)
}

/// Records by level over time.
pub(in crate::store) fn read_over_time(
    section: &[u8],
    unpacker: &mut Unpacker,
) -> Option<OverTime> {
    let mut input = In::new(section);
    input.number().filter(|version| *version == VERSION)?;
    input.number()?;
    let slots = WrittenSlots::new(In::new(chunk::take(&mut input, unpacker)?))?;
    let mut over_time = OverTime::new(slots.width);
    slots.each(|count| over_time.count(count, level_of(count.number)))?;
    Some(over_time)
}

/// The same of chosen records; `None` also when that is not known.
pub(in crate::store) fn read_chosen_over_time(
    section: &[u8],
    chooses: &dyn Chooses,
    unpacker: &mut Unpacker,
) -> Option<OverTime> {
    let mut input = In::new(section);
    input.number().filter(|version| *version == VERSION)?;
    input.number().filter(|has_all_cells| *has_all_cells == 1)?;
    chunk::skip(&mut input)?;
    let mut text = In::new(chunk::take(&mut input, unpacker)?);
    let modules: Option<Vec<&str>> = (0..text.length()?).map(|_| text.text()).collect();
    let chosen = chosen_cells(modules?.into_iter(), chooses);
    let slots = WrittenSlots::new(text)?;
    let mut over_time = OverTime::new(slots.width);
    slots.each(|count| {
        over_time.count(count, chosen.get(count.number).copied().flatten());
    })?;
    Some(over_time)
}
