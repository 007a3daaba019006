use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::oracle::Ask;
use super::read;
use crate::record::arbitrary::{record, render, render_foreign, text};

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "module",
        "message",
        "request_id",
        "user_id",
        "operation",
        "outcome",
        "duration_ms",
        "line",
        "target",
        "error",
        "error.type",
        "error.message",
        "error.chain",
        "a",
        "b",
        "c",
        "a.b",
        "a.b.c",
        "status",
        "user",
        "fields.message",
        "fields.a",
        "event.name",
    ])
    .prop_map(String::from)
}

fn wild_word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "time*", "*out", "c*f*d", "Stra*E", "a*b", "5*0", "*", "u*", "*σ*", "k*n",
    ])
    .prop_map(String::from)
}

fn leaf() -> impl Strategy<Value = Ask> {
    let sign = prop::sample::select(vec![">", ">=", "<", "<="]);
    let level_sign = prop::sample::select(vec!["", ">", ">=", "<", "<="]);
    let letters = prop::sample::select(vec!["time", "re", "k", "s", "zz"]).prop_map(String::from);
    prop_oneof![
        4 => text().prop_map(Ask::Text),
        1 => wild_word().prop_filter("a lone star is everything", |word| word != "*").prop_map(Ask::Wild),
        1 => letters.prop_map(Ask::Regex),
        4 => (key(), vec(text(), 1..3)).prop_map(|(key, values)| Ask::Is(key, values)),
        1 => (key(), (-3_i64..600)).prop_map(|(key, n)| Ask::Is(key, vec![n.to_string()])),
        2 => (key(), wild_word()).prop_map(|(key, word)| match word.as_str() {
            "*" => Ask::Has(key),
            _ => Ask::Like(key, word),
        }),
        1 => key().prop_map(Ask::Has),
        2 => (key(), sign, -3_i64..600).prop_map(|(key, sign, n)| Ask::Compare(key, sign, n)),
        1 => (key(), -3_i64..600, -3_i64..600).prop_map(|(key, a, b)| Ask::Range(key, a, b)),
        2 => (level_sign, 0_usize..6).prop_map(|(sign, level)| Ask::Level(sign, level)),
    ]
}

pub(crate) fn ask() -> impl Strategy<Value = Ask> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|ask| Ask::Not(Box::new(ask))),
            vec(inner.clone(), 1..4).prop_map(Ask::And),
            vec(inner, 1..4).prop_map(Ask::Or),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_matches_what_the_oracle_says(record in record(), ask in ask()) {
        let written = ask.write();
        let parsed = read(&written);
        prop_assert_eq!(&parsed.warnings, &[], "{}", written);
        let line = render(1, &record);
        let tree: Value = serde_json::from_str(&line).unwrap();
        let expected = ask.says_yes_to(&tree);
        prop_assert_eq!(parsed.filter.matches(line.as_bytes()), expected, "{} on {}", written, line);
        let line = render_foreign(1, &record);
        prop_assert_eq!(parsed.filter.matches(line.as_bytes()), expected, "{} on {}", written, line);
    }
}
