use std::time::Duration;

use super::{Forced, Whole};
use crate::api::Backend;
use crate::api::problem::Problem;
use crate::query::Filter;
use crate::store::{Cursor, Order, SearchPage, SearchRequest, Stats, StatsRequest, Stop, Storage};

/// The store, for one question, on the thread that searches.
pub(in crate::api) struct Reader<'a> {
    pub(super) backend: &'a Backend,
    pub(super) stop: &'a Stop,
}

impl<'a> Reader<'a> {
    pub(in crate::api) fn new(backend: &'a Backend, stop: &'a Stop) -> Reader<'a> {
        Reader { backend, stop }
    }

    /// Makes everything logged before visible; waits at most `patience`.
    pub(in crate::api) fn flush(&self, patience: Duration) {
        self.backend.control.flush(patience);
    }

    /// A page of the records that match, at most `limit` of them.
    ///
    /// Who has a scope is not told how many records were looked at: 0 stands there. It would tell how much there is of
    /// others, and since an index leaves out what can't match, even whether a word is among it.
    pub(in crate::api) fn search(
        &self,
        filter: &Forced,
        order: Order,
        limit: usize,
        cursor: Option<Cursor>,
    ) -> Result<SearchPage, Problem> {
        let request = SearchRequest { filter: filter.filter(), order, limit, cursor };
        let mut page = self.backend.store.search(&request, self.stop)?;
        page.scanned *= u64::from(filter.is_whole());
        Ok(page)
    }

    /// What the records that match add up to. As for [`search`](Reader::search), `scanned` is 0 for who has a scope.
    pub(in crate::api) fn stats(
        &self,
        filter: &Forced,
        interval: Option<u64>,
    ) -> Result<Stats, Problem> {
        let request = StatsRequest { filter: filter.filter(), interval };
        let mut stats = self.backend.store.stats(&request, self.stop)?;
        stats.scanned *= u64::from(filter.is_whole());
        Ok(stats)
    }

    /// How much is stored.
    pub(in crate::api) fn storage(&self, _: Whole) -> Result<Storage, Problem> {
        Ok(self.backend.store.storage()?)
    }

    /// `seq` of the newest record that was written.
    pub(in crate::api) fn newest_seq(&self) -> u64 {
        self.backend.control.newest_seq()
    }

    /// Which record comes first after `cursor`, whoever may see it: its number says nothing of what is in it, and a
    /// stream must know whether there is a gap.
    pub(in crate::api) fn first_after(&self, cursor: Cursor) -> Result<Option<Cursor>, Problem> {
        let request = SearchRequest {
            filter: Filter::all(),
            order: Order::OldestFirst,
            limit: 1,
            cursor: Some(cursor),
        };
        let page = self.backend.store.search(&request, self.stop)?;
        Ok(page.records.into_iter().next().map(|(cursor, _)| cursor))
    }
}
