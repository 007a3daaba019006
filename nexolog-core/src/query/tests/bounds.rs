use proptest::prelude::*;

use super::{now, read};
use crate::query::parser::parse_strict;

const LINE: &[u8] =
    br#"{"seq":1,"timestamp":"2026-11-05T11:30:00.250000Z","level":"INFO","message":"x"}"#;

/// Reads it, and asks it once: neither may panic.
fn survive(text: &str) {
    let parsed = read(text);
    let _ = parsed.filter.matches(LINE);
    assert!(parsed.warnings.len() <= 20);
    for warning in &parsed.warnings {
        assert!(text.is_char_boundary(warning.position), "{warning:?}");
    }
    assert_eq!(parse_strict(text, now()).is_ok(), parsed.warnings.is_empty());
    assert!(parsed.filter.clone() == parsed.filter);
}

proptest! {
    #[test]
    fn any_text_gives_a_filter(text: String) {
        survive(&text);
    }

    #[test]
    fn any_heap_of_signs_gives_a_filter(parts in prop::collection::vec(prop::sample::select(vec![
        "(", ")", "\"", "-", "NOT ", "OR ", " OR ", "AND ", " ", ":", ",", "..", ">", ">=", "<", "=", "*", "/", "\\",
        "level", "level:", "last:", "a:", "has:", "timestamp:", "5", "1h", "é", "“", "”", "error.", "fields.", "x",
    ]), 0..40)) {
        survive(&parts.concat());
    }
}

#[test]
fn fault_64_nesting_and_length_are_bounded() {
    for open in [
        "(", "-(", "NOT (", "(a OR ", "a:(", "a:(x OR ", "a:(>", "\"", "/", "-", "NOT ", "OR ",
        "a:", "a:,", "a.", "/x/ ", "“", "*",
    ] {
        let many = open.repeat(100_000);
        survive(&many);
        survive(&format!("{many}x{}", ")".repeat(100_000)));
    }
    let long = read(&"é".repeat(50_000));
    assert!(long.warnings.iter().any(|warning| warning.message.contains("65536 bytes")));
}

#[test]
fn depth_up_to_the_bound_is_understood() {
    let nested = |depth: usize| format!("{}x{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(read(&nested(64)).warnings, []);
    assert!(read(&nested(64)).filter.matches(LINE));
    let warnings = read(&nested(65)).warnings;
    assert!(warnings[0].message.contains("too deep"), "{warnings:?}");
}

#[test]
fn fault_63_hostile_expressions_are_refused_or_cheap() {
    for source in
        ["(a{1000}){1000}", "(((x{100}){100}){100}){100}", "\\p{L}{500}", "(", "[a", "\\w{5000}"]
    {
        let warnings = read(&format!("/{source}/")).warnings;
        assert_eq!(warnings.len(), 1, "{source}");
    }
    let warnings = read(&format!("/{}/", "a".repeat(100_000))).warnings;
    assert!(!warnings.is_empty());
    let nine = "/x/ ".repeat(9);
    let warnings = read(&nine).warnings;
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].position, 32);
}

#[test]
fn parts_beyond_the_bound_are_left_out_and_said_so_once() {
    let parsed = read(&"x ".repeat(300));
    assert_eq!(parsed.warnings.len(), 1, "{:?}", parsed.warnings);
    assert_eq!(parsed.warnings[0].position, 512);
    let list = format!("user_id:{}", vec!["u"; 20_000].join(","));
    assert_eq!(read(&list).warnings, []);
}

#[test]
fn keys_of_many_names_are_refused() {
    let key = "a.".repeat(1_000) + "a";
    let warnings = read(&format!("{key}:1")).warnings;
    assert!(warnings[0].message.contains("too long"), "{warnings:?}");
}
