use crate::query::{Filter, Needs, Probes};
use crate::store::Order;

/// What is asked of every line, made ready once for all segments and blocks.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) filter: Filter,
    /// What an index can be asked.
    pub(super) needs: Needs,
    /// What the bytes of a block can be asked.
    pub(super) probes: Option<Probes>,
    pub(super) order: Order,
    /// Whether several directories are merged by time; then the times of all lines count, not those of matching ones only.
    pub(super) is_merging: bool,
    /// Whether the text of blocks is wanted in which nothing matches.
    pub(super) keeps_texts: bool,
}

impl Question {
    pub(super) fn new(filter: Filter, order: Order) -> Question {
        let (needs, probes) = (filter.needs(), filter.probes());
        Question { filter, needs, probes, order, is_merging: false, keeps_texts: false }
    }

    pub(super) fn merging(self, is_merging: bool) -> Question {
        Question { is_merging, ..self }
    }
}
