use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Call;
use super::facets::{of_sample, sample};
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema, warnings};
use crate::api::problem::Problem;
use crate::api::request::FILTERS;
use crate::api::service::Api;
use crate::store::{Field, Fields, TYPES};

/// Records that are looked into when nobody says how many.
const DEFAULT_SAMPLE: u64 = 10_000;

pub(in crate::api) static FIELDS: Operation = Operation {
    id: "fields",
    summary: "Which keys there are, with the types of their values",
    about: "Keys are named as filters take them, the most frequent first.",
    query: &[
        FILTERS,
        &[Parameter::new(
            "sample",
            Kind::Sample,
            "10000",
            "How many of the newest matching records are looked into, or `all`; 10000 when absent.",
        )],
    ],
    gives: &[Gives::Json(known_keys)],
    ..Operation::NEW
};

fn known_keys() -> Schema {
    let types = TYPES.map(|name| (name, Schema::count(1).optional()));
    let field = Schema::object([
        ("key", Schema::text("status")),
        ("types", Schema::object(types).about("How many values are of each type.")),
        ("count", Schema::count(42).about("Records that have it.")),
        ("examples", Schema::list(Schema::text("200")).about("Up to three short values.")),
    ]);
    Schema::answer([
        ("fields", Schema::list(field)),
        ("records", Schema::count(60).about("Records that were looked into.")),
        ("exact", Schema::flag(true).about("Whether those are all, with all their keys.")),
        ("scanned", Schema::count(60).about("Lines that were looked at.")),
        ("warnings", warnings()),
    ])
}

/// `GET fields`: which keys there are, with the types of their values.
///
/// ```json
/// {"fields": [{"key": "status", "types": {"number": 40, "string": 2}, "count": 42, "examples": ["200", "404", "503"]}],
///  "records": 60, "exact": true, "scanned": 60, "warnings": [], "complete": true, "took_ms": 0.9}
/// ```
///
/// Keys are named as filters take them (`fields.module` where `module` would mean the reserved key, `user.plan` for what is inside of
/// `user`), the most frequent first; `examples` are up to three short values. `sample` (10000, or `all`) is how many matching records are looked
/// into, the newest; `records` is how many were, and `exact` says whether those are all, with all their keys.
pub(in crate::api) async fn fields(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let question = call.question(&params, Timestamp::now())?;
    let warnings = question.warnings();
    let sample = sample(&params, DEFAULT_SAMPLE)?;
    let fields = api.ask(move |reader| reader.fields(&question.filter, sample)).await?;
    Ok(answer(&fields, warnings).finish(call.started))
}

fn answer(fields: &Fields, warnings: Value) -> Answer {
    let is_sample = !fields.is_whole && fields.incomplete.is_none();
    let too_many = "there are more keys than are told apart; narrow the filter";
    Answer::new()
        .with("fields", fields.keys.iter().map(field).collect::<Value>())
        .with("records", fields.records)
        .with("exact", fields.is_whole && fields.are_all_keys)
        .with("scanned", fields.scanned)
        .with("warnings", warnings)
        .incomplete(fields.incomplete.clone())
        .incomplete(is_sample.then(|| of_sample(fields.records)))
        .incomplete((!fields.are_all_keys).then(|| too_many.to_owned()))
}

fn field(field: &Field) -> Value {
    let types = TYPES.iter().zip(field.types).filter(|(_, count)| *count > 0);
    let types: Map<String, Value> =
        types.map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
    json!({"key": field.key, "types": types, "count": field.count, "examples": field.examples})
}
