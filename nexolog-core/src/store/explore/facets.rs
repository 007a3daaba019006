use std::ops::ControlFlow;

use crate::query::{Filter, KeyPath};
use crate::record::{Key, Line};
use crate::store::{LogStore, Stop, StoreError};

use super::values::Values;

/// Which values keys have.
#[derive(Clone, Debug)]
pub(crate) struct FacetsRequest {
    /// Which records.
    pub(crate) filter: Filter,
    /// Which keys.
    pub(crate) keys: Vec<KeyPath>,
    /// Most values of each key.
    pub(crate) limit: usize,
    /// Look at so many matching records at the most, the newest; `None` means all.
    pub(crate) sample: Option<u64>,
}

/// The answer to a [`FacetsRequest`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facets {
    /// In the order of the keys that were asked for.
    pub(crate) keys: Vec<Facet>,
    /// Records that were looked at. Sums that are kept with files need none.
    pub(crate) scanned: u64,
    /// What this answer left out; `None` when it is complete.
    pub(crate) incomplete: Option<String>,
}

/// The values of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facet {
    /// The key as it was asked for.
    pub(crate) key: String,
    /// The most frequent, each with the number of records that have it; most first.
    pub(crate) values: Vec<(String, u64)>,
    /// How many different values there are.
    pub(crate) distinct: u64,
    /// Whether that is exact; else its standard error is 1.6 %.
    pub(crate) is_distinct_exact: bool,
    /// How often came a value that is not listed: it is not among the first, or is longer than 256 bytes.
    pub(crate) other: u64,
    /// Matching records without the key.
    pub(crate) missing: u64,
    /// Matching records that were counted.
    pub(crate) records: u64,
    /// Whether those are all that match.
    pub(crate) is_whole: bool,
    /// Whether the counts are exact for the records that were counted.
    pub(crate) is_exact: bool,
}

/// Counts the values of every line that matches.
pub(crate) fn facets<S: LogStore + ?Sized>(
    store: &S,
    request: &FacetsRequest,
    stop: &Stop,
) -> Result<Facets, StoreError> {
    let mut counting: Vec<Counting<'_>> = request.keys.iter().map(Counting::new).collect();
    let most = request.sample.unwrap_or(u64::MAX);
    let mut records = 0_u64;
    let mut is_whole = true;
    let visited = store.visit(&request.filter, stop, &mut |line| {
        if records >= most {
            is_whole = false;
            return ControlFlow::Break(());
        }
        records += 1;
        for counting in &mut counting {
            counting.add(line);
        }
        ControlFlow::Continue(())
    })?;
    is_whole &= visited.incomplete.is_none();
    let keys = counting.into_iter().map(|counting| {
        let facet = counting.finish(request.limit);
        Facet { records, is_whole, is_exact: facet.is_exact && is_whole, ..facet }
    });
    Ok(Facets { keys: keys.collect(), scanned: visited.scanned, incomplete: visited.incomplete })
}

/// The values of one key in the making.
struct Counting<'a> {
    key: &'a KeyPath,
    values: Values,
    missing: u64,
    /// What the line at hand has.
    found: Vec<String>,
}

impl<'a> Counting<'a> {
    fn new(key: &'a KeyPath) -> Counting<'a> {
        Counting { key, values: Values::default(), missing: 0, found: Vec::new() }
    }

    fn add(&mut self, line: &Line<'_>) {
        if self.key.reserved() == Some(Key::Level)
            && let Some(level) = line.level()
        {
            // `WARN` is `WARNING`, as filters have it.
            self.values.add(level.as_str());
            return;
        }
        self.found.clear();
        self.key.each_text(line, &mut |text| self.found.push(text.to_owned()));
        // A record counts once for each of its values, however often it has it.
        self.found.sort_unstable();
        self.found.dedup();
        self.missing += u64::from(self.found.is_empty());
        self.found.iter().for_each(|value| self.values.add(value));
    }

    fn finish(self, limit: usize) -> Facet {
        let counted = self.values.finish(limit);
        let (distinct, is_distinct_exact) = counted.distinct;
        Facet {
            key: self.key.name().to_owned(),
            values: counted.values,
            distinct,
            is_distinct_exact,
            other: counted.other,
            missing: self.missing,
            is_exact: counted.is_exact,
            ..Facet::default()
        }
    }
}
