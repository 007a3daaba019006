//! What an event becomes in the files.

use std::error::Error;
use std::fmt;

use crate::support::logged;
use serde_json::{Value, json};

const RESERVED: [&str; 19] = [
    "seq",
    "timestamp",
    "level",
    "module",
    "message",
    "request_id",
    "trace_id",
    "span_id",
    "user_id",
    "organization_id",
    "operation",
    "outcome",
    "duration_ms",
    "error",
    "target",
    "file",
    "line",
    "thread",
    "fields",
];

/// The keys of a line in the order they are written; our own, since `serde_json` sorts.
fn keys(line: &str) -> Vec<String> {
    let mut keys: Vec<(usize, String)> = Vec::new();
    let object: Value = serde_json::from_str(line).unwrap();
    for key in object.as_object().unwrap().keys() {
        keys.push((line.find(&format!("\"{key}\":")).unwrap(), key.clone()));
    }
    keys.sort();
    keys.into_iter().map(|(_, key)| key).collect()
}

#[test]
fn reserved_keys_come_first_and_in_their_order() {
    let all = logged(
        |builder| builder,
        |_| {
            tracing::info!(
                extra = 1,
                "error.type" = "io",
                error = "disk",
                duration_ms = 2.5,
                outcome = "error",
                operation = "save",
                organization_id = "acme",
                user_id = "u1",
                span_id = "00f067aa0ba902b7",
                trace_id = "4bf92f3577b34da6a3ce929d0e0e4736",
                request_id = "r1",
                module = "orders",
                "saved"
            );
        },
    );
    let text = std::fs::read_to_string(all.directory.path().join("orders.log")).unwrap();
    assert_eq!(keys(text.trim_end()), RESERVED);
    let record = all.record();
    assert_eq!(record["error"], json!({"type": "io", "message": "disk", "chain": []}));
    assert_eq!(record["fields"], json!({"extra": 1}));
    assert_eq!(record["duration_ms"], 2.5);
    let timestamp = record["timestamp"].as_str().unwrap();
    assert_eq!(timestamp.len(), 27);
    assert!(timestamp.parse::<jiff::Timestamp>().is_ok());
}

#[test]
fn absent_keys_are_left_out() {
    let record = logged(|builder| builder, |_| tracing::info!("plain")).record();
    let object = record.as_object().unwrap();
    let mut present: Vec<&str> = object.keys().map(String::as_str).collect();
    present.sort_unstable();
    assert_eq!(
        present,
        ["file", "level", "line", "message", "module", "seq", "target", "thread", "timestamp"]
    );
    assert_eq!(record["module"], "it", "an unknown module is the crate's name");
}

#[test]
fn a_value_whose_type_does_not_fit_a_reserved_key_goes_into_fields() {
    let record = logged(
        |builder| builder,
        |_| {
            tracing::info!(
                outcome = "splendid",
                duration_ms = "long",
                operation = 7,
                user_id = 42,
                level = "x",
                seq = 1,
                "odd"
            );
        },
    )
    .record();
    assert_eq!(record["user_id"], "42", "numbers are taken for ids");
    assert_eq!(
        record["fields"],
        json!({"outcome": "splendid", "duration_ms": "long", "operation": 7, "level": "x", "seq": 1})
    );
    assert_eq!(record["level"], "INFO");
    assert!(record.get("outcome").is_none());
}

#[derive(Debug)]
struct Outer(std::io::Error);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("order not saved")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn an_error_tells_its_whole_chain() {
    let error = Outer(std::io::Error::other("disk on fire"));
    let log = |_: &_| tracing::error!(error = &error as &dyn Error, "failed");
    let all = logged(|builder| builder, log);
    assert_eq!(
        all.record()["error"],
        json!({"message": "order not saved", "chain": ["disk on fire"]})
    );
    assert_eq!(all.file("error.log").len(), 1);
}

#[test]
fn values_of_secret_keys_are_masked_but_numbers_are_not() {
    let record = logged(
        |builder| builder,
        |_| tracing::info!(password = "hunter2", access_token = ?Some("abc"), token_count = 3, "login"),
    )
    .record();
    assert_eq!(
        record["fields"],
        json!({"password": "***", "access_token": "***", "token_count": 3})
    );
}

#[test]
fn any_text_is_one_line_and_reads_back_as_it_was() {
    let hostile = "a\n\r\0\u{1b}[2J\u{7f}\u{9b}\u{2028}\u{202e}\"\\ é漢😀 ${jndi:x} {} %s";
    let record = logged(
        |builder| builder,
        |_| tracing::info!(text = hostile, debug = ?hostile, module = hostile, "{hostile}"),
    )
    .record();
    assert_eq!(record["message"], hostile);
    assert_eq!(record["module"], hostile);
    assert_eq!(record["fields"]["text"], hostile);
    assert_eq!(record["fields"]["debug"], format!("{hostile:?}"));
}

#[test]
fn long_values_are_cut_and_their_length_is_told() {
    let long = "é".repeat(100_000);
    let record =
        logged(|builder| builder, |_| tracing::info!(text = %long, raw = long, "{long}")).record();
    assert_eq!(record["message"].as_str().unwrap().len(), 64 << 10);
    assert_eq!(record["fields"]["text"].as_str().unwrap().len(), 16 << 10);
    assert_eq!(
        record["fields"]["truncated"],
        json!({"message": 200_000, "text": 200_000, "raw": 200_000})
    );
}

#[test]
fn a_field_of_the_name_under_which_cuts_are_told_stays_its_own() {
    let long = "x".repeat(20_000);
    let fields = |truncated: &str| {
        let all = logged(|builder| builder, |_| tracing::info!(long, truncated, "a line"));
        all.record()["fields"].clone()
    };
    assert_eq!(fields("by hand")["truncated"], "by hand");
    assert_eq!(fields("by hand")["truncated_"], json!({"long": 20_000}));
    assert_eq!(fields(&long)["truncated_"], json!({"long": 20_000, "truncated": 20_000}));
}

#[test]
fn a_line_is_bounded_even_when_every_character_must_be_escaped() {
    let hostile = "\u{1}".repeat(100_000);
    let all = logged(
        |builder| builder,
        |_| tracing::info!(a = hostile, b = hostile, c = hostile, d = hostile, "{hostile}"),
    );
    let text = std::fs::read_to_string(all.directory.path().join("it.log")).unwrap();
    assert!(text.len() < (256 << 10) + 4096, "{}", text.len());
    assert_eq!(all.record()["fields"]["truncated"]["message"], 100_000);
}

#[test]
fn extreme_numbers_are_valid_json() {
    let record = logged(
        |builder| builder,
        |_| {
            tracing::info!(
                nan = f64::NAN,
                inf = f64::INFINITY,
                zero = -0.0,
                max = u64::MAX,
                min = i64::MIN,
                big = u128::MAX,
                "n"
            );
        },
    )
    .record();
    let fields = &record["fields"];
    assert_eq!(fields["nan"], "NaN");
    assert_eq!(fields["inf"], "Infinity");
    assert_eq!(fields["max"], u64::MAX);
    assert_eq!(fields["min"], i64::MIN);
    assert_eq!(fields["big"], u128::MAX.to_string());
}

struct Panics;

const PANICKED: &str = "<panicked while formatting>";

impl fmt::Debug for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no debug for you")
    }
}

impl fmt::Display for Panics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half of it, \"")?;
        panic!("no display either")
    }
}

impl Error for Panics {}

#[test]
fn fault_10_panicking_debug_display_and_errors_cost_one_value_each() {
    let records = logged(
        |builder| builder,
        |_| {
            tracing::info!(before = 1, bad = ?Panics, worse = %Panics, after = 2, "first");
            tracing::info!("second");
            tracing::info!(error = &Panics as &dyn Error, after = 3, "third");
            tracing::info!("{Panics}");
            tracing::info!("last");
        },
    )
    .records();
    assert_eq!(
        records[0]["fields"],
        json!({"before": 1, "bad": PANICKED, "worse": PANICKED, "after": 2})
    );
    assert_eq!(records[1]["message"], "second");
    let third = (&records[2]["error"]["message"], &records[2]["fields"]);
    assert_eq!(third, (&json!(PANICKED), &json!({ "after": 3 })));
    assert_eq!(
        (&records[3]["message"], &records[4]["message"]),
        (&json!(PANICKED), &json!("last"))
    );
}

#[test]
fn critical_is_a_level_of_its_own() {
    let all =
        logged(|builder| builder, |_| nexolog_core::critical!(shard = 3, "no {} left", "replica"));
    let record = all.record();
    assert_eq!(
        (&record["level"], &record["message"]),
        (&json!("CRITICAL"), &json!("no replica left"))
    );
    assert_eq!(record["fields"], json!({"shard": 3}));
    assert_eq!(all.file("error.log").len(), 1);
}
