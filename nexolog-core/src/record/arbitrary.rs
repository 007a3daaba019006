//! Random records, as trees and as lines, for the tests of every room that reads lines.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Key, Level};

/// Texts that break naive readers, and ordinary ones that filters can hit.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "timeout", "Timeout after 5 s", "connection refused", "payment", "Straße", "STRASSE",
            "ΟΔΥΣΣΕΥΣ", "οδυσσευς", "Kelvin \u{212a}", "ſtop", "a\"b", "c\\d", "tab\there",
            "line\nbreak", "\u{2028}", "\u{0}nul", "{\"seq\":1}", "500", "true", "", "u1", "U1",
            "/api/v1/orders", "key:value", "😀 smile", "İstanbul", "\u{1b}[31mred",
        ]).prop_map(String::from),
        2 => "[a-cA-C \"\\\\*.é]{0,6}",
        1 => any::<String>(),
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-3_i64..600).prop_map(|n| json!(n)),
        1 => any::<i64>().prop_map(|n| json!(n)),
        1 => any::<u64>().prop_map(|n| json!(n)),
        2 => (0.0..1_000.0_f64).prop_map(|n| json!(n)),
        1 => any::<f64>().prop_filter("JSON has no infinities", |n| n.is_finite()).prop_map(|n| json!(n)),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec![
            "a", "b", "a.b", "c", "status", "user", "message", "event.name", "ключ", "with space",
        ]).prop_map(String::from),
        1 => text(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::String),
        4 => number(),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::btree_map(key(), inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn error() -> impl Strategy<Value = Value> {
    (text(), text(), vec(text(), 0..3)).prop_map(
        |(kind, message, chain)| json!({ "type": kind, "message": message, "chain": chain }),
    )
}

/// The values of a record without `seq`, by reserved key.
pub(crate) fn record() -> impl Strategy<Value = Map<String, Value>> {
    let times = prop_oneof![4 => 1_760_000_000_i64..1_760_000_100, 1 => 0_i64..4_000_000_000];
    let module = prop::sample::select(vec!["auth", "database", "api", "Ünï", "a\"b"]);
    let head = (times, 0_i64..1_000_000, prop::sample::select(Level::ALL.to_vec()), module, text());
    let ids = vec(weighted(0.3, text()), 7);
    let rest = (
        weighted(0.5, 0.0..2_000.0_f64),
        weighted(0.3, error()),
        vec(weighted(0.3, text()), 3),
        weighted(0.3, 1_u64..9_999),
        weighted(0.8, prop::collection::btree_map(key(), value(), 0..4)),
    );
    (head, ids, rest).prop_map(|((second, micro, level, module, message), ids, rest)| {
        let (duration, error, places, line, fields) = rest;
        let stamp = jiff::Timestamp::from_microsecond(second * 1_000_000 + micro).unwrap();
        let mut record = Map::new();
        record.insert("timestamp".into(), json!(format!("{stamp:.6}")));
        record.insert("level".into(), json!(level.as_str()));
        record.insert("module".into(), json!(module));
        record.insert("message".into(), json!(message));
        for (key, id) in Key::ALL[5..12].iter().zip(ids) {
            record.extend(id.map(|id| (key.name().to_owned(), json!(id))));
        }
        record.extend(duration.map(|millis| ("duration_ms".into(), json!(millis))));
        record.extend(error.map(|error| ("error".into(), error)));
        for (key, place) in ["target", "file", "thread"].into_iter().zip(places) {
            record.extend(place.map(|place| (key.into(), json!(place))));
        }
        record.extend(line.map(|line| ("line".into(), json!(line))));
        record.extend(
            fields.map(|fields| ("fields".into(), Value::Object(fields.into_iter().collect()))),
        );
        record
    })
}

/// The line of a record, in the order of our own writer.
pub(crate) fn render(seq: u64, record: &Map<String, Value>) -> String {
    let mut parts = vec![format!("\"seq\":{seq}")];
    for key in &Key::ALL[1..] {
        parts.extend(record.get(key.name()).map(|value| format!("\"{}\":{value}", key.name())));
    }
    format!("{{{}}}", parts.join(","))
}

/// The same record as another writer might have it: keys in another order, white space, all but ASCII escaped.
pub(crate) fn render_foreign(seq: u64, record: &Map<String, Value>) -> String {
    let mut parts: Vec<String> =
        record.iter().map(|(key, value)| format!("{} : {value}", json!(key))).collect();
    parts.insert(parts.len() / 2, format!("\"seq\":\t{seq}"));
    parts.reverse();
    let text = format!(" {{ {} }} ", parts.join(" , "));
    let escaped = text.encode_utf16().map(|unit| match u8::try_from(unit) {
        Ok(byte @ (b' '..=b'~' | b'\t')) => char::from(byte).to_string(),
        _ => format!("\\u{unit:04X}"),
    });
    escaped.collect()
}
