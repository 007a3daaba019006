use jiff::Timestamp;

use super::{cursor_text, identity, parse_cursor, parse_span, parse_time, rfc3339};
use crate::store::{Cursor, Order};

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

#[test]
fn times_mean_what_they_say() {
    for (text, expected) in [
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000000Z"),
        ("2026-11-23T10:00:00.123456Z", "2026-11-23T10:00:00.123456Z"),
        ("2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00.000000Z"),
        ("2026-11-23T10:00:00 01:00", "2026-11-23T09:00:00.000000Z"),
        ("2026-11-23", "2026-11-23T00:00:00.000000Z"),
        ("1795428000", "2026-11-23T10:00:00.000000Z"),
        ("1795428000123", "2026-11-23T10:00:00.123000Z"),
        ("now", "2026-11-23T12:00:00.000000Z"),
        ("-15m", "2026-11-23T11:45:00.000000Z"),
        ("now-2h", "2026-11-23T10:00:00.000000Z"),
        ("now 5m", "2026-11-23T12:05:00.000000Z"),
        (" -1d ", "2026-11-22T12:00:00.000000Z"),
    ] {
        let time = parse_time(text, now()).and_then(rfc3339);
        assert_eq!(time.as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_no_time_is_refused() {
    for text in [
        "",
        "soon",
        "-",
        "--5m",
        "-5",
        "-5y",
        "now+",
        "2026-13-01",
        "2026-11-23T25:00:00Z",
        "1e9",
        "99999999999999999999",
        "-99999999999999999999d",
        "٣",
    ] {
        assert_eq!(parse_time(text, now()), None, "{text}");
    }
}

#[test]
fn spans_are_read_in_seconds() {
    for (text, expected) in
        [("90", 90), ("30s", 30), ("5m", 300), ("1h", 3600), ("1d", 86400), ("2w", 1_209_600)]
    {
        assert_eq!(parse_span(text), Some(expected), "{text}");
    }
    for text in ["", "s", "5x", "-5m", "1.5h", "99999999999999999999", "18446744073709551615w", "é"]
    {
        assert_eq!(parse_span(text), None, "{text}");
    }
}

#[test]
fn a_cursor_is_read_as_it_was_written() {
    for directory in ["", "instance-2"] {
        let cursor = Cursor { seq: 42, timestamp: -7, directory: directory.to_owned() };
        assert_eq!(parse_cursor(&cursor_text(&cursor), Order::NewestFirst), Some(cursor.clone()));
        let named = parse_cursor(&identity(&cursor), Order::NewestFirst).unwrap();
        assert_eq!((named.seq, named.directory), (42, directory.to_owned()));
    }
}

#[test]
fn without_a_time_other_instances_begin_anew() {
    let time = |order| parse_cursor("42", order).unwrap().timestamp;
    assert_eq!(time(Order::NewestFirst), i64::MAX);
    assert_eq!(time(Order::OldestFirst), i64::MIN);
}

#[test]
fn a_cursor_never_leads_out_of_the_directory() {
    for text in [
        "",
        "x",
        "+1",
        "-1",
        "1.",
        "1..",
        "1../x",
        "1.a/b",
        "1.a\\b",
        "1.%2e",
        "1.a b",
        "1.\0",
        "1.é",
        "18446744073709551616",
        "1@",
        "1@x",
        "1.a@",
        "@5",
    ] {
        assert_eq!(parse_cursor(text, Order::NewestFirst), None, "{text:?}");
    }
    let long = format!("1.{}", "a".repeat(65));
    assert_eq!(parse_cursor(&long, Order::NewestFirst), None);
}
