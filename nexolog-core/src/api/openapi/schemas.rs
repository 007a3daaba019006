//! The shapes that several answers share.

use serde_json::{Value, json};

use super::{Schema, refusals};
use crate::record::Level;

/// A line of the log.
const RECORD: &str = "Record";
/// A legal hold.
const HOLD: &str = "Hold";
const DURATIONS: &str = "Durations";
const LEVEL_COUNTS: &str = "LevelCounts";
const STORAGE: &str = "Storage";
const WARNING: &str = "Warning";
const PROBLEM: &str = "Problem";

/// All that have a name of their own.
pub(super) fn components() -> Value {
    [
        (RECORD, whole_record()),
        (HOLD, whole_hold()),
        (DURATIONS, whole_durations()),
        (LEVEL_COUNTS, whole_level_counts()),
        (STORAGE, whole_storage()),
        (WARNING, whole_warning()),
        (PROBLEM, refusals::problem()),
    ]
    .into_iter()
    .map(|(name, schema)| (name.to_owned(), schema.rule))
    .collect::<serde_json::Map<_, _>>()
    .into()
}

/// A stored line.
pub(in crate::api) fn record() -> Schema {
    Schema::reference(RECORD, whole_record().example)
}

/// A legal hold.
pub(in crate::api) fn hold() -> Schema {
    Schema::reference(HOLD, whole_hold().example)
}

/// How long things took.
pub(in crate::api) fn durations() -> Schema {
    Schema::reference(DURATIONS, whole_durations().example)
}

/// How many records each level has.
pub(in crate::api) fn level_counts() -> Schema {
    Schema::reference(LEVEL_COUNTS, whole_level_counts().example)
}

/// How much is stored.
pub(in crate::api) fn storage() -> Schema {
    Schema::reference(STORAGE, whole_storage().example)
}

/// Parts of `q` that could only be taken as text.
pub(in crate::api) fn warnings() -> Schema {
    Schema::list(Schema::reference(WARNING, whole_warning().example))
        .about("Parts of `q` that could not be read and were taken as text.")
        .such_as(json!([]))
}

/// The name of a level, as answers have it.
pub(in crate::api) fn level() -> Schema {
    Schema::choice(&Level::ALL.map(Level::as_str)).such_as("INFO")
}

fn whole_record() -> Schema {
    let text = |example: &str| Schema::text(example).optional();
    let error = Schema::object([
        ("type", text("CardRefused")),
        ("message", Schema::text("the card was refused")),
        (
            "chain",
            Schema::list(Schema::text("no money")).about("What its sources say, outermost first."),
        ),
        ("backtrace", text("0: shop::pay")),
    ]);
    let mut record = Schema::object([
        ("seq", Schema::count(1042).about("The order of records in their directory.")),
        ("timestamp", Schema::time().optional()),
        ("level", level().optional()),
        ("module", text("orders")),
        ("message", text("order placed")),
        ("request_id", text("0197a0c2-7b1e-7000-8000-000000000001")),
        ("trace_id", text("4bf92f3577b34da6a3ce929d0e0e4736")),
        ("span_id", text("00f067aa0ba902b7")),
        ("user_id", text("u1")),
        ("organization_id", text("acme")),
        ("operation", text("place_order")),
        ("outcome", text("success")),
        ("duration_ms", Schema::number(12.5).optional()),
        ("error", error.optional()),
        ("target", text("shop::orders")),
        ("file", text("src/orders.rs")),
        ("line", Schema::count(42).optional()),
        ("thread", text("tokio-runtime-worker")),
        (
            "fields",
            Schema::of(json!({"type": "object"}), json!({"total": 3}))
                .about("What the service logged beside the keys above.")
                .optional(),
        ),
    ]);
    record.rule["description"] =
        json!("A line of the log, verbatim; keys that do not apply are absent.");
    // Whoever writes into the directory may add keys.
    record.rule["additionalProperties"] = json!(true);
    if let Some(example) = record.example.as_object_mut() {
        example.remove("error");
    }
    record
}

fn whole_hold() -> Schema {
    Schema::object([
        ("name", Schema::text("case-17")),
        ("reason", Schema::text("asked for by the court")),
        (
            "query",
            Schema::text("user_id:u1").about("What it holds; null when it holds times.").or_null(),
        ),
        ("from", Schema::time().about("From this time on.").or_null().such_as(Value::Null)),
        ("to", Schema::time().about("Before this time.").or_null().such_as(Value::Null)),
        ("created", Schema::time().or_null()),
    ])
}

fn whole_durations() -> Schema {
    Schema::object([
        ("count", Schema::count(3).about("How many were measured; with none, all below are 0.")),
        ("avg_ms", Schema::number(10.0)),
        ("p50_ms", Schema::number(8.0)),
        ("p95_ms", Schema::number(15.0)),
        ("p99_ms", Schema::number(15.0)),
        ("max_ms", Schema::number(15.0)),
    ])
}

fn whole_level_counts() -> Schema {
    Schema::object(Level::ALL.map(|level| (level.as_str(), Schema::count(1))))
}

fn whole_storage() -> Schema {
    Schema::object([
        ("files", Schema::count(12)),
        ("bytes", Schema::count(1_048_576)),
        ("oldest", Schema::time().about("How far back history reaches.").or_null()),
        ("free_bytes", Schema::count(10_000_000_000).about("Free on the disk.").or_null()),
    ])
}

fn whole_warning() -> Schema {
    Schema::object([
        ("position", Schema::count(8).about("Where in `q`, in bytes.")),
        ("message", Schema::text("there is no `)` for this `(`")),
    ])
}
