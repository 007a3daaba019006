use proptest::prelude::*;
use serde_json::Value;

use super::arbitrary::{record, render, render_foreign};
use super::stamp::read_stamp;
use super::{Head, Key, Line, Raw};

/// Compares everything that a line says with what `serde_json` says of the same bytes.
fn assert_reads_as_parsed(text: &str) {
    let parsed: Value = serde_json::from_str(text).unwrap();
    let line = Line::parse(text.as_bytes()).unwrap();
    for key in Key::ALL {
        let expected = parsed.get(key.name()).filter(|value| !value.is_null());
        let found = line.raw(key).map(|raw| serde_json::from_str(raw.as_str()).unwrap());
        assert_eq!(found.as_ref(), expected, "{}", key.name());
        assert_eq!(line.text(key).as_deref(), expected.and_then(Value::as_str), "{}", key.name());
    }
    assert_eq!(line.seq(), parsed["seq"].as_u64());
    assert_eq!(line.duration_ms(), parsed["duration_ms"].as_f64());
    let fields: Vec<(String, Value)> = line
        .fields()
        .map(|(key, value)| {
            (key.decoded().into_owned(), serde_json::from_str(value.as_str()).unwrap())
        })
        .collect();
    let expected: Vec<(String, Value)> = match &parsed["fields"] {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        _ => Vec::new(),
    };
    assert_eq!(fields, expected);
    let stamp: jiff::Timestamp = parsed["timestamp"].as_str().unwrap().parse().unwrap();
    assert_eq!(line.timestamp(), Some(stamp.as_microsecond()));
    assert_eq!(line.level().unwrap().as_str(), parsed["level"].as_str().unwrap());
}

proptest! {
    #[test]
    fn a_line_says_what_a_json_parser_says(seq: u64, record in record()) {
        let text = render(seq, &record);
        assert_reads_as_parsed(&text);
        let head = Head::read(text.as_bytes()).unwrap();
        let line = Line::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(head.seq, seq);
        prop_assert_eq!(Some(head.timestamp), line.timestamp());
        prop_assert_eq!(Some(head.level), line.level());
        let module = line.module().unwrap();
        prop_assert_eq!(head.module.is_none(), module.contains(['"', '\\']));
        prop_assert!(head.module.is_none_or(|found| found == module));
    }

    #[test]
    fn a_line_of_another_writer_says_the_same(seq: u64, record in record()) {
        assert_reads_as_parsed(&render_foreign(seq, &record));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Head::read(&bytes);
        if let Some(line) = Line::parse(&bytes) {
            let _ = (line.seq(), line.timestamp(), line.level(), line.fields().count(), line.others().count());
        }
    }

    #[test]
    fn a_damaged_line_is_read_or_refused(
        record in record(), at: prop::sample::Index, byte: u8, cut: prop::sample::Index,
    ) {
        let mut bytes = render(7, &record).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(cut.index(bytes.len()) + 1);
        let _ = Head::read(&bytes);
        if let Some(line) = Line::parse(&bytes) {
            for key in Key::ALL {
                let _ = line.text(key);
                let _ = line.raw(key).map(|raw| raw.scalars().filter_map(Raw::scalar_text).count());
            }
            let _ = (line.field("a.b.c"), line.error().map(|error| error.chain().count()));
        }
    }

    #[test]
    fn a_time_is_read_as_by_the_calendar_library(micros in -62_000_000_000_000_000_i64..250_000_000_000_000_000) {
        let stamp = jiff::Timestamp::from_microsecond(micros).unwrap();
        prop_assert_eq!(read_stamp(&format!("{stamp:.6}")), Some(micros));
    }
}

#[test]
fn impossible_times_are_refused() {
    for text in [
        "2026-02-29T00:00:00.000000Z",
        "2026-13-01T00:00:00.000000Z",
        "2026-01-00T00:00:00.000000Z",
        "2026-01-01T24:00:00.000000Z",
        "2026-01-01T00:60:00.000000Z",
        "2026-01-01T00:00:00.00000xZ",
        "",
    ] {
        assert_eq!(read_stamp(text), None, "{text}");
    }
    assert_eq!(read_stamp("2024-02-29T00:00:00.000000Z"), Some(1_709_164_800_000_000));
    assert_eq!(read_stamp("1970-01-01T01:00:00+01:00"), Some(0));
}

#[test]
fn escapes_that_json_does_not_know_lose_only_themselves() {
    let line = Line::parse(br#"{"message":"a\xb\ud800c\u12","module":"\ud83d\ude00"}"#).unwrap();
    assert_eq!(line.message().unwrap(), "a\u{fffd}b\u{fffd}c\u{fffd}12");
    assert_eq!(line.module().unwrap(), "😀");
}

#[test]
fn fault_41_ten_thousand_brackets_are_stepped_over_flat() {
    let deep =
        format!("{{\"seq\":1,\"fields\":{{\"a\":{}1{}}}}}", "[".repeat(10_000), "]".repeat(10_000));
    let line = Line::parse(deep.as_bytes()).unwrap();
    assert_eq!(line.raw(Key::Fields).unwrap().scalars().count(), 1);
    let open = format!("{{\"a\":{}", "[".repeat(100_000));
    assert!(Line::parse(open.as_bytes()).is_none());
}

#[test]
fn the_last_of_two_equal_keys_counts() {
    let text = r#"{"seq":1,"seq":2,"module":"a","timestamp":"x","module":"b"}"#;
    let line = Line::parse(text.as_bytes()).unwrap();
    let parsed: Value = serde_json::from_str(text).unwrap();
    assert_eq!(line.seq(), parsed["seq"].as_u64());
    assert_eq!(line.module().as_deref(), parsed["module"].as_str());
}

#[test]
fn a_field_is_found_by_its_name_or_its_path() {
    let text = r#"{"seq":1,"fields":{"a":{"b":{"c":1},"b.c":2},"x.y":3,"a.d":{"e":4}}}"#;
    let line = Line::parse(text.as_bytes()).unwrap();
    let value = |key| line.field(key).map(Raw::as_str);
    assert_eq!(value("a.b.c"), Some("1"));
    assert_eq!(value("x.y"), Some("3"));
    assert_eq!(value("a.d.e"), Some("4"));
    assert_eq!(value("x"), None);
    assert_eq!(value("a.b.c.d"), None);
}

#[test]
fn what_is_no_object_is_no_line() {
    for text in
        ["", "1", "[]", "{", "}", "{}x", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":}", "{,}", "null"]
    {
        assert!(Line::parse(text.as_bytes()).is_none(), "{text}");
    }
    assert!(Line::parse(b"{}").is_some());
}
