use std::cmp::Ordering;

use proptest::prelude::*;
use serde_json::Value;

use super::differential::ask;
use super::oracle::{fold, follow, leaves, order};
use super::{now, read};
use crate::query::{Needs, parse};
use crate::record::arbitrary::{record, render};
use crate::record::{Key, Level};

/// What needs mean, said in the plainest way, on a tree.
fn holds(needs: &Needs, record: &Value) -> bool {
    match needs {
        Needs::Nothing => true,
        Needs::Never => false,
        Needs::All(parts) => parts.iter().all(|part| holds(part, record)),
        Needs::Any(parts) => parts.iter().any(|part| holds(part, record)),
        Needs::Levels(levels) => {
            record["level"].as_str().unwrap().parse::<Level>().is_ok_and(|level| levels.has(level))
        }
        Needs::Times(times) => {
            let stamp: jiff::Timestamp = record["timestamp"].as_str().unwrap().parse().unwrap();
            let micros = stamp.as_microsecond();
            times.from.is_none_or(|from| from <= micros) && times.to.is_none_or(|to| micros < to)
        }
        Needs::Module(test) => record["module"].as_str().is_none_or(|module| test.accepts(module)),
        Needs::Text(text) => values(record).iter().any(|value| fold(value).contains(text)),
        Needs::Value(text) => values(record).iter().any(|value| fold(value) == *text),
        Needs::Number(number) => {
            let number = i64::try_from(*number).unwrap();
            values(record).iter().any(|value| order(value, number) == Some(Ordering::Equal))
        }
        Needs::Key(path) => {
            let mut found = Vec::new();
            if let Some(fields) = record.get("fields").and_then(Value::as_object) {
                follow(fields, path, &mut found);
            }
            !found.is_empty()
        }
    }
}

/// The scalars that a bare word is looked for in.
fn values(record: &Value) -> Vec<String> {
    const OTHERS: [Key; 5] = [Key::Seq, Key::Timestamp, Key::Level, Key::DurationMs, Key::Line];
    let mut found = Vec::new();
    for (key, value) in record.as_object().unwrap() {
        if !OTHERS.iter().any(|other| other.name() == key) {
            leaves(value, &mut found);
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn what_matches_has_what_it_needs(record in record(), ask in ask()) {
        let written = ask.write();
        let filter = read(&written).filter;
        let line = render(1, &record);
        if filter.matches(line.as_bytes()) {
            let tree: Value = serde_json::from_str(&line).unwrap();
            let needs = filter.needs();
            prop_assert!(holds(&needs, &tree), "{written} on {line}: {needs:?}");
        }
    }
}

fn needs(text: &str) -> Needs {
    read(text).filter.needs()
}

#[test]
fn words_values_and_keys_are_asked_for() {
    let text = |text: &str| Needs::Text(text.into());
    let value = |text: &str| Needs::Value(text.into());
    let key = |name: &str| Needs::Key(name.into());
    let cases = [
        ("", Needs::Nothing),
        ("Timeout", text("timeout")),
        ("-timeout", Needs::Nothing),
        ("timeout OR -x", Needs::Nothing),
        ("user_id:U1", value("u1")),
        ("user_id:a,b", Needs::Any(vec![value("a"), value("b")])),
        ("pay*refused", Needs::All(vec![text("pay"), text("refused")])),
        ("plan:Pro", Needs::All(vec![key("plan"), value("pro")])),
        (
            "status:503",
            Needs::All(vec![key("status"), Needs::Any(vec![value("503"), Needs::Number(503)])]),
        ),
        ("status:>=500", key("status")),
        ("has:a.b", key("a.b")),
        ("duration_ms:5", Needs::Nothing),
        ("message:refused", text("refused")),
        ("operation:=place", value("place")),
        (
            "/conn(ection)? refused.*by Peer/",
            Needs::All(vec![text("conn"), text(" refused"), text("by peer")]),
        ),
        ("/(a|b)c?/", Needs::Nothing),
    ];
    for (written, wanted) in cases {
        assert_eq!(needs(written), wanted, "{written}");
    }
}

#[test]
fn a_list_that_nothing_is_in_matches_nothing() {
    let nobody = crate::query::Filter::one_of("user_id", []);
    assert_eq!(nobody.needs(), Needs::Never);
}

#[test]
fn hostile_filters_ask_boundedly_much() {
    let many = (0..4_000).map(|number| format!("u{number}")).collect::<Vec<_>>().join(",");
    assert_eq!(needs(&format!("user_id:{many}")), Needs::Nothing);
    let level = needs("level:error");
    assert_eq!(parse(&format!("level:error user_id:{many}"), now()).filter.needs(), level);
}
