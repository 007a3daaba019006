use std::ops::ControlFlow;

use crate::query::Filter;
use crate::store::{LogStore, Stop, StoreError};

use super::bars::Bars;

/// Counts of records over time.
#[derive(Clone, Debug)]
pub(crate) struct HistogramRequest {
    /// Which records.
    pub(crate) filter: Filter,
    /// Width of one bar in microseconds; bars begin at multiples of it since the Unix epoch.
    pub(crate) width: u64,
}

/// The answer to a [`HistogramRequest`]. Every count is exact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Histogram {
    /// As asked for, or a multiple of it when bars would have been thousands.
    pub(crate) width: u64,
    /// By time; those without records are left out.
    pub(crate) bars: Vec<Bar>,
    /// Records that were looked at. Sums that are kept with files need none.
    pub(crate) scanned: u64,
    /// What this answer left out; `None` when it is complete.
    pub(crate) incomplete: Option<String>,
}

/// Records within one stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bar {
    /// Its beginning, in microseconds since the Unix epoch.
    pub(crate) start: i64,
    /// Records by level, in the order of [`Level::ALL`](crate::record::Level::ALL).
    pub(crate) by_level: [u64; 6],
}

/// Counts every line that matches.
pub(crate) fn histogram<S: LogStore + ?Sized>(
    store: &S,
    request: &HistogramRequest,
    stop: &Stop,
) -> Result<Histogram, StoreError> {
    let mut bars = Bars::new(request.width);
    let visited = store.visit(&request.filter, stop, &mut |line| {
        if let (Some(timestamp), Some(level)) = (line.timestamp(), line.level()) {
            bars.add(timestamp, level);
        }
        ControlFlow::Continue(())
    })?;
    let (width, bars) = bars.finish();
    Ok(Histogram { width, bars, scanned: visited.scanned, incomplete: visited.incomplete })
}
