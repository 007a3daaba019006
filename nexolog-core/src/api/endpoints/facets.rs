use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Call;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema, warnings};
use crate::api::problem::Problem;
use crate::api::request::{FILTERS, Params};
use crate::api::service::Api;
use crate::query::KeyPath;
use crate::store::{Facet, Facets};

/// Keys when nobody names any.
const DEFAULT_KEYS: [&str; 4] = ["level", "module", "operation", "outcome"];
const MOST_KEYS: usize = 20;

const DEFAULT_VALUES: u64 = 10;
const MOST_VALUES: u64 = 100;

/// Records that are counted when nobody says how many.
const DEFAULT_SAMPLE: u64 = 100_000;

pub(in crate::api) static FACETS: Operation = Operation {
    id: "facets",
    summary: "Which values keys have, with counts",
    about: "A record counts once for each value that it has.",
    query: &[
        FILTERS,
        &[
            Parameter::new(
                "keys",
                Kind::Names(MOST_KEYS),
                "module,status",
                "Keys as filters name them: reserved ones, or fields by their path; level, module, operation and \
                 outcome when absent.",
            ),
            Parameter::new(
                "limit",
                Kind::Number(1, MOST_VALUES),
                "10",
                "Most values of each, the most frequent first; 10 when absent.",
            ),
            Parameter::new(
                "sample",
                Kind::Sample,
                "100000",
                "How many of the newest matching records are counted, or `all`; 100000 when absent. Levels and modules \
                 are counted over all.",
            ),
        ],
    ],
    gives: &[Gives::Json(values_of_keys)],
    ..Operation::NEW
};

fn values_of_keys() -> Schema {
    let value = [("value", Schema::text("orders")), ("count", Schema::count(12))];
    let facet = Schema::object([
        ("key", Schema::text("module")),
        ("values", Schema::list(Schema::object(value))),
        ("distinct", Schema::count(4).about("How many values there are.")),
        ("distinct_exact", Schema::flag(true)),
        ("other", Schema::count(2).about("How often a value came that is not listed.")),
        ("missing", Schema::count(0).about("Records without the key.")),
        ("records", Schema::count(17).about("Records that were counted.")),
        ("exact", Schema::flag(true).about("Whether counts are those of all matching records.")),
    ]);
    Schema::answer([
        ("facets", Schema::list(facet)),
        ("scanned", Schema::count(0).about("Lines that were looked at.")),
        ("warnings", warnings()),
    ])
}

/// `GET facets`: which values keys have, with counts.
///
/// ```json
/// {"facets": [{"key": "module", "values": [{"value": "orders", "count": 12}, {"value": "auth", "count": 3}],
///              "distinct": 4, "distinct_exact": true, "other": 2, "missing": 0, "records": 17, "exact": true}],
///  "scanned": 0, "warnings": [], "complete": true, "took_ms": 0.8}
/// ```
///
/// `keys` (level, module, operation and outcome) are keys as filters name them: reserved ones, or fields by their path; `limit` (10) is how many
/// values of each are listed, the most frequent first. `sample` (100000, or `all`) is how many matching records are counted, the newest; levels and
/// modules, which are known without reading, are counted over all. `records` is how many were counted for a key, `missing` how many of them
/// have no such key, `other` how often a value came that is not listed; `exact` says whether counts are those of all matching records.
/// A record counts once for each value that it has.
pub(in crate::api) async fn facets(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let question = call.question(&params, Timestamp::now())?;
    let warnings = question.warnings();
    let keys = keys(&params)?;
    let limit = params.number("limit", 1..=MOST_VALUES)?.unwrap_or(DEFAULT_VALUES);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let sample = sample(&params, DEFAULT_SAMPLE)?;
    let facets =
        api.ask(move |reader| reader.facets(&question.filter, keys, limit, sample)).await?;
    Ok(answer(&facets, warnings).finish(call.started))
}

fn keys(params: &Params) -> Result<Vec<KeyPath>, Problem> {
    let mut names = params.many("keys")?;
    if names.is_empty() {
        names = DEFAULT_KEYS.to_vec();
    }
    if let Some(name) = names.get(MOST_KEYS) {
        let accepted = format!("at most {MOST_KEYS} keys, and this is one more");
        return Err(Problem::bad_parameter("keys", name, &accepted));
    }
    names
        .into_iter()
        .map(|name| {
            KeyPath::of(name).map_err(|why| {
                Problem::bad_parameter("keys", name, &format!("names of keys; {why}"))
            })
        })
        .collect()
}

/// How many records to look into; `None` is all.
pub(super) fn sample(params: &Params, default: u64) -> Result<Option<u64>, Problem> {
    match params.one("sample")? {
        None => Ok(Some(default)),
        Some("all") => Ok(None),
        Some(value) => match value.parse() {
            Ok(sample @ 1..) => Ok(Some(sample)),
            _ => Err(Problem::bad_parameter(
                "sample",
                value,
                "a number of records from 1 on, or `all`",
            )),
        },
    }
}

/// Says that only the newest records were looked into, and how to go on.
pub(super) fn of_sample(records: u64) -> String {
    format!(
        "only the newest {records} matching records were looked into; `sample=all` takes all, a shorter range of time fewer"
    )
}

fn answer(facets: &Facets, warnings: Value) -> Answer {
    let sampled = facets.keys.iter().find(|facet| !facet.is_whole);
    let sampled = sampled.filter(|_| facets.incomplete.is_none());
    Answer::new()
        .with("facets", facets.keys.iter().map(facet).collect::<Value>())
        .with("scanned", facets.scanned)
        .with("warnings", warnings)
        .incomplete(facets.incomplete.clone())
        .incomplete(sampled.map(|facet| of_sample(facet.records)))
}

fn facet(facet: &Facet) -> Value {
    let values: Value =
        facet.values.iter().map(|(value, count)| json!({"value": value, "count": count})).collect();
    json!({
        "key": facet.key,
        "values": values,
        "distinct": facet.distinct,
        "distinct_exact": facet.is_distinct_exact && facet.is_whole,
        "other": facet.other,
        "missing": facet.missing,
        "records": facet.records,
        "exact": facet.is_exact,
    })
}
