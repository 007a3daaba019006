use std::ops::ControlFlow;

use crate::insight::{PatternMiner, Sighting};
use crate::query::Filter;
use crate::store::{LogStore, Stop, StoreError};

/// What messages have in common.
#[derive(Clone, Debug)]
pub(crate) struct PatternsRequest {
    /// Which records.
    pub(crate) filter: Filter,
    /// Look at so many matching records at the most, the newest; `None` means all.
    pub(crate) sample: Option<u64>,
}

/// The answer to a [`PatternsRequest`].
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    /// What was found.
    pub(crate) miner: PatternMiner,
    /// Matching records that were looked into.
    pub(crate) records: u64,
    /// Whether those are all that match.
    pub(crate) is_whole: bool,
    /// Records that were looked at.
    pub(crate) scanned: u64,
    /// What this answer left out; `None` when it is complete.
    pub(crate) incomplete: Option<String>,
}

/// Reads the message of every line that matches.
pub(crate) fn patterns<S: LogStore + ?Sized>(
    store: &S,
    request: &PatternsRequest,
    stop: &Stop,
) -> Result<Patterns, StoreError> {
    let mut patterns = Patterns { is_whole: true, ..Patterns::default() };
    let most = request.sample.unwrap_or(u64::MAX);
    let visited = store.visit(&request.filter, stop, &mut |line| {
        if patterns.records >= most {
            patterns.is_whole = false;
            return ControlFlow::Break(());
        }
        patterns.records += 1;
        let at = Sighting { micros: line.timestamp().unwrap_or(0), seq: line.seq().unwrap_or(0) };
        let message = line.message().unwrap_or_default();
        patterns.miner.add_record(&message, line.level(), at);
        ControlFlow::Continue(())
    })?;
    patterns.is_whole &= visited.incomplete.is_none();
    Ok(Patterns { scanned: visited.scanned, incomplete: visited.incomplete, ..patterns })
}
