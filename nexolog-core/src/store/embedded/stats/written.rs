use std::borrow::Cow;
use std::path::Path;

use crate::store::index::{Heads, Index, Section};
use crate::store::names::FamilyName;
use crate::store::rollup::{
    Chooses, FileFacts, OverTime, Totals, Unpacker, read_chosen_over_time, read_facts,
    read_over_time, read_totals,
};

use super::super::indexed::Indexed;
use super::known::Known;

/// What the index of a sealed segment says of it.
pub(super) struct Written<'a> {
    index: Index,
    totals: Vec<u8>,
    unpacker: &'a mut Unpacker,
}

impl<'a> Written<'a> {
    /// `None` when the segment has no index that can be used, or one that says nothing.
    pub(super) fn open(
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
        heads: &Heads,
        unpacker: &'a mut Unpacker,
    ) -> Option<Written<'a>> {
        // While it is being compressed there are two files; the index is of one of them.
        let names = [family.sealed(first_seq), family.compressed(first_seq)];
        let index = names.into_iter().find_map(|name| {
            Indexed::open(directory, family, first_seq, &name, heads).ok()?.index
        })?;
        let totals = index.section(Section::RollupTotals).ok()??;
        Some(Written { index, totals, unpacker })
    }

    fn slots(&self) -> Option<Vec<u8>> {
        self.index.section(Section::RollupMinutes).ok()?
    }
}

impl Known for Written<'_> {
    fn facts(&mut self) -> Option<FileFacts> {
        read_facts(&self.totals)
    }

    fn totals(&mut self, with_people: bool) -> Option<Cow<'_, Totals>> {
        read_totals(&self.totals, with_people, self.unpacker).map(Cow::Owned)
    }

    fn over_time(&mut self) -> Option<OverTime> {
        read_over_time(&self.slots()?, self.unpacker)
    }

    fn chosen_over_time(&mut self, chooses: &dyn Chooses) -> Option<OverTime> {
        read_chosen_over_time(&self.slots()?, chooses, self.unpacker)
    }
}
