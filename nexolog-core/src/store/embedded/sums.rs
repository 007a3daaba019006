//! Looking around with what files add up to, where that can tell.

use crate::query::KeyPath;
use crate::record::{Key, Level};
use crate::store::explore;
use crate::store::rollup::{LONGEST_NAME, OTHER};
use crate::store::{
    Bar, Facet, Facets, FacetsRequest, Histogram, HistogramRequest, LogStore, Stats, StatsRequest,
    Stop, StoreError,
};

use super::EmbeddedStore;

const SECOND: u64 = 1_000_000;

/// Counts over time: from sums if the filter asks for what they are kept by, and else from lines.
pub(super) fn histogram(
    store: &EmbeddedStore,
    request: &HistogramRequest,
    stop: &Stop,
) -> Result<Histogram, StoreError> {
    let is_in_seconds = request.width.is_multiple_of(SECOND);
    if !is_in_seconds || request.filter.over_heads().is_none() {
        return explore::histogram(store, request, stop);
    }
    let interval = Some(request.width / SECOND);
    let stats = store.stats(&StatsRequest { filter: request.filter.clone(), interval }, stop)?;
    let bars = stats.timeline.iter().filter(|bar| bar.by_level != [0; 6]).map(|bar| {
        let start = bar.start.saturating_mul(SECOND.cast_signed());
        Bar { start, by_level: bar.by_level }
    });
    Ok(Histogram {
        width: stats.interval.saturating_mul(SECOND),
        bars: bars.collect(),
        scanned: stats.scanned,
        incomplete: stats.incomplete,
    })
}

/// Values of keys: those that sums are kept by are counted by them, so that they cost nothing and tell of all records.
pub(super) fn facets(
    store: &EmbeddedStore,
    request: &FacetsRequest,
    stop: &Stop,
) -> Result<Facets, StoreError> {
    let summed = request.keys.iter().any(is_summed);
    if !summed || request.filter.over_heads().is_none() {
        return explore::facets(store, request, stop);
    }
    let stats_request = StatsRequest { filter: request.filter.clone(), interval: None };
    let stats = store.stats(&stats_request, stop)?;
    let known: Vec<Option<Facet>> =
        request.keys.iter().map(|key| known(key, &stats, request.limit)).collect();
    let keys = request.keys.iter().zip(&known);
    let rest: Vec<KeyPath> =
        keys.filter(|(_, known)| known.is_none()).map(|(key, _)| key.clone()).collect();
    let mut answer = if rest.is_empty() {
        Facets::default()
    } else {
        explore::facets(store, &FacetsRequest { keys: rest, ..request.clone() }, stop)?
    };
    let mut read = answer.keys.into_iter();
    answer.keys = known.into_iter().filter_map(|known| known.or_else(|| read.next())).collect();
    answer.scanned += stats.scanned;
    answer.incomplete = answer.incomplete.or(stats.incomplete);
    Ok(answer)
}

fn is_summed(key: &KeyPath) -> bool {
    matches!(key.reserved(), Some(Key::Level | Key::Module))
}

/// What statistics say of a key; `None` when only lines can tell.
fn known(key: &KeyPath, stats: &Stats, limit: usize) -> Option<Facet> {
    let mut values: Vec<(String, u64)> = match key.reserved()? {
        Key::Level => {
            let levels = stats.by_level.iter().filter(|(_, count)| *count > 0);
            levels.map(|(level, count)| (Level::as_str(*level).to_owned(), *count)).collect()
        }
        Key::Module => {
            let is_told_apart = |name: &str| name != OTHER && name.len() <= LONGEST_NAME;
            let modules = stats.by_module.iter();
            let modules = modules.map(|counted| (counted.module.clone(), counted.count));
            modules
                .map(|module| is_told_apart(&module.0).then_some(module))
                .collect::<Option<_>>()?
        }
        _ => return None,
    };
    let counted: u64 = values.iter().map(|(_, count)| count).sum();
    if counted != stats.total {
        // Records of other writers may have it in another place.
        return None;
    }
    values.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then_with(|| a.cmp(b)));
    let distinct = values.len() as u64;
    values.truncate(limit);
    let listed: u64 = values.iter().map(|(_, count)| count).sum();
    let is_whole = stats.incomplete.is_none();
    Some(Facet {
        key: key.name().to_owned(),
        values,
        distinct,
        is_distinct_exact: is_whole,
        other: counted - listed,
        missing: 0,
        records: stats.total,
        is_whole,
        is_exact: is_whole,
    })
}
