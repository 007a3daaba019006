use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Call;
use super::facets::{of_sample, sample};
use super::histogram::counts;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema, level_counts, warnings};
use crate::api::problem::Problem;
use crate::api::request::{FILTERS, rfc3339};
use crate::api::service::Api;
use crate::insight::{Pattern, Sighting};
use crate::store::Patterns;

/// Records whose messages are read when nobody says how many.
const DEFAULT_SAMPLE: u64 = 100_000;

const DEFAULT_LIMIT: u64 = 50;
const MOST: u64 = 1_000;

pub(in crate::api) static PATTERNS: Operation = Operation {
    id: "patterns",
    summary: "What messages have in common once the values in them are left out",
    about: "Those with most records come first. The same pattern has the same id wherever it is found.",
    query: &[
        FILTERS,
        &[
            Parameter::new(
                "limit",
                Kind::Number(1, MOST),
                "50",
                "Most patterns, those with most records first; 50 when absent.",
            ),
            Parameter::new(
                "sample",
                Kind::Sample,
                "100000",
                "How many of the newest matching records are read, or `all`; 100000 when absent.",
            ),
        ],
    ],
    gives: &[Gives::Json(found_patterns)],
    ..Operation::NEW
};

fn found_patterns() -> Schema {
    let seen =
        || Schema::object([("seq", Schema::count(7)), ("timestamp", Schema::time().or_null())]);
    let pattern = Schema::object([
        ("id", Schema::text("4f0c2be1a09d7e35")),
        ("pattern", Schema::text("order <*> shipped in <*>").about("`<*>` stands for a value.")),
        ("count", Schema::count(12).about("Records of it.")),
        ("levels", level_counts()),
        ("first", seen().about("The earliest record of it that was read.")),
        ("last", seen().about("The latest.")),
        (
            "example",
            Schema::text("order 17 shipped in 3 days")
                .about("One of the messages, at most 512 bytes of it."),
        ),
    ]);
    Schema::answer([
        ("patterns", Schema::list(pattern)),
        ("distinct", Schema::count(1).about("How many patterns there are.")),
        ("unplaced", Schema::count(0).about("Records of no pattern, as there were too many.")),
        ("records", Schema::count(12).about("Records that were read.")),
        (
            "exact",
            Schema::flag(true).about("Whether those are all that match, each in its pattern."),
        ),
        ("scanned", Schema::count(12).about("Lines that were looked at.")),
        ("warnings", warnings()),
    ])
}

/// `GET patterns`: what messages have in common once the values in them are left out.
///
/// ```json
/// {"patterns": [{"id": "4f0c2be1a09d7e35", "pattern": "order <*> shipped in <*>", "count": 12, "levels": {"TRACE": 0, "DEBUG": 0, "INFO": 12, "WARNING": 0, "ERROR": 0, "CRITICAL": 0},
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
    let params = call.params()?;
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
    json!({
        "id": pattern.id(),
        "pattern": pattern.text(),
        "count": pattern.count(),
        "levels": counts(pattern.by_level),
        "first": sighting(pattern.first),
        "last": sighting(pattern.last),
        "example": pattern.example(),
    })
}

fn sighting(at: Sighting) -> Value {
    json!({"seq": at.seq, "timestamp": rfc3339(at.micros)})
}
