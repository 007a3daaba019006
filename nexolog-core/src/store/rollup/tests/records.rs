//! Random lines that statistics have something to count in.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::record::Level;
use crate::record::arbitrary::{self, render};

fn duration() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => (0_u32..2_000_000).prop_map(|micros| json!(f64::from(micros) / 1_000.0)),
        2 => (0.0..60_000.0_f64).prop_map(|millis| json!(millis)),
        1 => (0_u32..9).prop_map(|millis| json!(millis)),
        1 => prop::sample::select(vec![json!(-1), json!("5"), json!(null), json!(1e300), json!(-0.0), json!(1e-12)]),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec!["place_order", "GET /orders", "slack", "other", "7:a", ""]).prop_map(String::from),
        1 => arbitrary::text(),
        1 => Just("é".repeat(200)),
    ]
}

fn fields() -> impl Strategy<Value = Value> {
    let status = prop_oneof![
        4 => prop::sample::select(vec![json!(200), json!(201), json!(302), json!(404), json!(500), json!(503)]),
        1 => prop::sample::select(vec![json!("500"), json!(99), json!(700), json!(500.0), json!(u64::MAX)]),
    ];
    let request = (weighted(0.9, status), weighted(0.8, duration())).prop_map(|(status, time)| {
        let mut fields = Map::from_iter([("event.name".to_owned(), json!("request"))]);
        fields.extend(status.map(|status| ("status".to_owned(), status)));
        fields.extend(time.map(|time| ("time_to_headers_ms".to_owned(), time)));
        Value::Object(fields)
    });
    let call = weighted(0.9, name()).prop_map(|service| {
        let mut fields = Map::from_iter([("event.name".to_owned(), json!("external_call"))]);
        fields.extend(service.map(|service| ("service".to_owned(), json!(service))));
        Value::Object(fields)
    });
    prop_oneof![
        3 => request,
        2 => call,
        1 => Just(json!({"event": {"name": "user_login"}})),
        1 => prop::sample::select(vec!["user_login", "user_logout", "else"]).prop_map(|name| json!({"event.name": name})),
        1 => Just(json!({})),
    ]
}

/// A record without its `seq`.
pub(in crate::store) fn record() -> impl Strategy<Value = Map<String, Value>> {
    let module = prop_oneof![
        8 => prop::sample::select(vec!["auth", "database", "api", "other"]).prop_map(String::from),
        1 => arbitrary::text(),
    ];
    // Some seconds, some hours, all of time.
    let second = prop_oneof![
        4 => 1_760_000_000_i64..1_760_000_100,
        4 => 1_760_000_000_i64..1_760_100_000,
        1 => 0_i64..4_000_000_000,
    ];
    let level = prop::sample::select(Level::ALL.to_vec());
    let outcome = prop::sample::select(vec!["success", "error", "panic", "timeout", ""]);
    let user = (0_u32..40).prop_map(|number| format!("user-{number}"));
    let rest = (
        weighted(0.5, user),
        weighted(0.6, name()),
        weighted(0.7, outcome),
        weighted(0.7, duration()),
        weighted(0.2, prop::sample::select(vec!["body", "other"])),
        weighted(0.7, fields()),
    );
    ((second, 0_i64..1_000_000), level, weighted(0.97, module), rest).prop_map(
        |((second, micro), level, module, (user, operation, outcome, duration, error, fields))| {
            let stamp = jiff::Timestamp::from_microsecond(second * 1_000_000 + micro).unwrap();
            let mut record = Map::new();
            record.insert("timestamp".into(), json!(format!("{stamp:.6}")));
            record.insert("level".into(), json!(level.as_str()));
            let optional = [
                ("module", module.map(Value::String)),
                ("user_id", user.map(Value::String)),
                ("operation", operation.map(Value::String)),
                ("outcome", outcome.map(|outcome| json!(outcome))),
                ("duration_ms", duration),
                ("error", error.map(|kind| json!({"type": kind, "message": "x"}))),
                ("fields", fields),
            ];
            for (key, value) in optional {
                record.extend(value.map(|value| (key.to_owned(), value)));
            }
            record
        },
    )
}

/// Lines, numbered from 1.
pub(in crate::store) fn lines(most: usize) -> impl Strategy<Value = Vec<String>> {
    vec(record(), 0..most).prop_map(|records| {
        records.iter().zip(1..).map(|(record, seq)| render(seq, record)).collect()
    })
}
