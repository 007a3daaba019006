use std::borrow::Cow;

use crate::query::{Filter, OverHeads};
use crate::record::Level;
use crate::store::rollup::{Chooses, FileFacts, OverTime, Rollup, Totals};

use super::super::left_out::LeftOut;
use super::fold::Fold;

/// What is known of a file without reading its lines. `None` means that it can't be told after all.
pub(super) trait Known {
    fn facts(&mut self) -> Option<FileFacts>;
    /// The sums; with those by which users of some levels or modules are told, if asked for.
    fn totals(&mut self, with_people: bool) -> Option<Cow<'_, Totals>>;
    fn over_time(&mut self) -> Option<OverTime>;
    fn chosen_over_time(&mut self, chooses: &dyn Chooses) -> Option<OverTime>;
}

/// A rollup in memory.
pub(super) struct InMemory<'a>(pub(super) &'a mut Rollup);

impl Known for InMemory<'_> {
    fn facts(&mut self) -> Option<FileFacts> {
        Some(self.0.facts)
    }

    fn totals(&mut self, _with_people: bool) -> Option<Cow<'_, Totals>> {
        Some(Cow::Borrowed(&self.0.totals))
    }

    fn over_time(&mut self) -> Option<OverTime> {
        Some(self.0.over_time())
    }

    fn chosen_over_time(&mut self, chooses: &dyn Chooses) -> Option<OverTime> {
        self.0.chosen_over_time(chooses)
    }
}

/// A filter that what is known of files can answer: it asks for nothing but time, level and module.
#[derive(Debug)]
pub(super) struct Question {
    over: OverHeads,
}

impl Chooses for OverHeads {
    fn has(&self, level: Option<Level>, module: Option<&str>) -> bool {
        OverHeads::has(self, level, module)
    }
}

impl Question {
    pub(super) fn of(filter: &Filter) -> Option<Question> {
        filter.over_heads().map(|over| Question { over })
    }

    /// Whether every record matches.
    pub(super) fn is_for_all(&self) -> bool {
        self.over.is_all() && self.over.from.is_none() && self.over.to.is_none()
    }

    /// Adds what matches in a file to `fold`; `false`, and nothing added, when only its lines can tell.
    pub(super) fn ask(
        &self,
        known: &mut dyn Known,
        fold: &mut Fold,
        left_out: &mut LeftOut,
    ) -> bool {
        let Some(facts) = known.facts() else { return false };
        let answered = match facts.span {
            Some((first, last)) if self.has_some(first, last) => {
                self.has_all(first, last) && self.add(known, fold).is_some()
            }
            // No record at all, or none whose time matches.
            _ => true,
        };
        if answered {
            left_out.damaged_lines += facts.damaged_lines;
            left_out.long_lines += facts.long_lines;
        }
        answered
    }

    fn has_some(&self, first: i64, last: i64) -> bool {
        self.over.from.is_none_or(|from| last >= from) && self.over.to.is_none_or(|to| first < to)
    }

    fn has_all(&self, first: i64, last: i64) -> bool {
        self.over.from.is_none_or(|from| first >= from) && self.over.to.is_none_or(|to| last < to)
    }

    fn add(&self, known: &mut dyn Known, fold: &mut Fold) -> Option<()> {
        let is_all = self.over.is_all();
        let over_time = self.over_time(known)?;
        fold.timeline.takes(over_time.width).then_some(())?;
        let totals = known.totals(!is_all)?;
        if is_all {
            fold.totals.add_all(&totals);
        } else {
            let names_modules = self.over.names_modules();
            fold.totals.add_chosen(&totals, &self.over, names_modules).then_some(())?;
        }
        fold.timeline.add_over_time(&over_time);
        Some(())
    }

    fn over_time(&self, known: &mut dyn Known) -> Option<OverTime> {
        if self.over.names_modules() {
            return known.chosen_over_time(&self.over);
        }
        let mut over_time = known.over_time()?;
        if !self.over.is_all() {
            let has = Level::ALL.map(|level| self.over.has(Some(level), None));
            for slot in &mut over_time.slots {
                let counts = slot.by_level.iter_mut().zip(has);
                counts.filter(|(_, has)| !has).for_each(|(count, _)| *count = 0);
            }
            over_time.slots.retain(|slot| slot.by_level != [0; 6]);
        }
        Some(over_time)
    }
}
