use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Call;
use super::facets::{of_sample, sample};
use crate::api::answer::Answer;
use crate::api::problem::Problem;
use crate::api::request::{FILTERS, rfc3339};
use crate::api::service::Api;
use crate::insight::{Pattern, Sighting};
use crate::record::Level;
use crate::store::Patterns;

/// Records whose messages are read when nobody says how many.
const DEFAULT_SAMPLE: u64 = 100_000;

const DEFAULT_LIMIT: u64 = 50;
const MOST: u64 = 1_000;

/// `GET patterns`: what messages have in common once the values in them are left out.
///
/// ```json
/// {"patterns": [{"id": "4f0c2be1a09d7e35", "pattern": "order <*> shipped in <*>", "count": 12, "levels": {"INFO": 12},
///                "first": {"seq": 7, "timestamp": "2026-01-02T03:04:05.678901Z"},
///                "last": {"seq": 90, "timestamp": "2026-01-02T03:09:05.678901Z"}, "example": "order 17 shipped in 3 days"}],
///  "distinct": 1, "unplaced": 0, "records": 12, "exact": true, "scanned": 12, "warnings": [], "complete": true,
///  "took_ms": 0.4}
/// ```
///
/// Those with most records come first; `limit` (50) is how many are listed, `distinct` how many there are. `id` is the same for the same
/// pattern wherever it is found. `sample` (100000, or `all`) is how many matching records are read, the newest; `first` and
/// `last` are the earliest and latest of these. `unplaced` is how many were of no pattern because 4,096 are told apart.
pub(in crate::api) async fn patterns(api: &Api, call: Call) -> Result<Response, Problem> {
    let accepted = [FILTERS.as_slice(), &["limit", "sample"]].concat();
    let params = call.params(&accepted)?;
    let question = call.question(&params, Timestamp::now())?;
    let warnings = question.warnings();
    let limit = params.number("limit", 1..=MOST)?.unwrap_or(DEFAULT_LIMIT);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let sample = sample(&params, DEFAULT_SAMPLE)?;
    let found = api.ask(move |reader| reader.patterns(&question.filter, sample)).await?;
    Ok(answer(&found, limit, warnings).finish(call.started))
}

fn answer(found: &Patterns, limit: usize, warnings: Value) -> Answer {
    let is_sample = !found.is_whole && found.incomplete.is_none();
    let unplaced = found.miner.unplaced();
    let too_many = format!(
        "{unplaced} records are of no pattern, as there are more patterns than are told apart; narrow the filter"
    );
    let patterns = found.miner.patterns();
    Answer::new()
        .with("patterns", patterns.iter().take(limit).map(|it| pattern(it)).collect::<Value>())
        .with("distinct", patterns.len())
        .with("unplaced", unplaced)
        .with("records", found.records)
        .with("exact", found.is_whole && unplaced == 0)
        .with("scanned", found.scanned)
        .with("warnings", warnings)
        .incomplete(found.incomplete.clone())
        .incomplete(is_sample.then(|| of_sample(found.records)))
        .incomplete((unplaced > 0).then_some(too_many))
}

fn pattern(pattern: &Pattern) -> Value {
    let levels = Level::ALL.into_iter().zip(pattern.by_level).filter(|(_, count)| *count > 0);
    let levels: Map<String, Value> =
        levels.map(|(level, count)| (level.as_str().to_owned(), json!(count))).collect();
    json!({
        "id": pattern.id(),
        "pattern": pattern.text(),
        "count": pattern.count(),
        "levels": levels,
        "first": sighting(pattern.first),
        "last": sighting(pattern.last),
        "example": pattern.example(),
    })
}

fn sighting(at: Sighting) -> Value {
    json!({"seq": at.seq, "timestamp": rfc3339(at.micros)})
}
