//! Looking around in the store; see [`explore`](crate::store).

use super::{Forced, Reader};
use crate::api::problem::Problem;
use crate::query::KeyPath;
use crate::store::{
    Cursor, Facets, FacetsRequest, Fields, FieldsRequest, Histogram, HistogramRequest, Order,
    SearchPage, Sought,
};

/// As for [`search`](Reader::search), `scanned` is 0 for who has a scope.
impl Reader<'_> {
    /// Counts over time of the records that match, in bars of `width` microseconds.
    pub(in crate::api) fn histogram(
        &self,
        filter: &Forced,
        width: u64,
    ) -> Result<Histogram, Problem> {
        let request = HistogramRequest { filter: filter.filter(), width };
        let mut histogram = self.backend.store.histogram(&request, self.stop)?;
        histogram.scanned *= u64::from(filter.is_whole());
        Ok(histogram)
    }

    /// The values of keys of the records that match, or of the newest `sample` of them.
    pub(in crate::api) fn facets(
        &self,
        filter: &Forced,
        keys: Vec<KeyPath>,
        limit: usize,
        sample: Option<u64>,
    ) -> Result<Facets, Problem> {
        let request = FacetsRequest { filter: filter.filter(), keys, limit, sample };
        let mut facets = self.backend.store.facets(&request, self.stop)?;
        facets.scanned *= u64::from(filter.is_whole());
        Ok(facets)
    }

    /// The keys of the records that match, or of the newest `sample` of them.
    pub(in crate::api) fn fields(
        &self,
        filter: &Forced,
        sample: Option<u64>,
    ) -> Result<Fields, Problem> {
        let request = FieldsRequest { filter: filter.filter(), sample };
        let mut fields = self.backend.store.fields(&request, self.stop)?;
        fields.scanned *= u64::from(filter.is_whole());
        Ok(fields)
    }

    /// As [`search`](Reader::search), with a cursor to go on only if something more matches, or not all was looked at.
    pub(in crate::api) fn page(
        &self,
        filter: &Forced,
        order: Order,
        limit: usize,
        cursor: Option<Cursor>,
    ) -> Result<SearchPage, Problem> {
        let mut page = self.search(filter, order, limit.saturating_add(1), cursor.clone())?;
        if page.records.len() > limit {
            page.records.truncate(limit);
            let last = page.records.last().map(|(place, _)| place.clone());
            page.next_cursor = last.or(cursor);
        }
        Ok(page)
    }

    /// Looks for one record. For who may not see it there is none, and never was.
    ///
    /// Who has a scope is not told either what was removed: that is known by what is before all that is stored, of others too.
    pub(in crate::api) fn find(
        &self,
        within: &Forced,
        directory: &str,
        seq: u64,
    ) -> Result<Sought, Problem> {
        Ok(match self.backend.store.find(directory, seq, self.stop)? {
            Sought::Found(_, line) if !within.matches(line.as_bytes()) => Sought::Missing,
            Sought::Removed if !within.is_whole() => Sought::Missing,
            sought => sought,
        })
    }
}
