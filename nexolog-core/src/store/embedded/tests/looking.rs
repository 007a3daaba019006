//! Looking around, against trees that a real parser makes of the same lines.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::houses::{Form, House, build, houses, line, plain_lines};
use crate::query::KeyPath;
use crate::record::Level;
use crate::store::{
    Facet, FacetsRequest, FieldsRequest, HistogramRequest, LogStore as _, Sought, Stop, TYPES,
};

const FILTERS: [&str; 5] =
    ["", "level:>=error", "timeout", "has:error", "module:auth,api -level:info"];
const KEYS: [&str; 9] =
    ["level", "module", "user_id", "operation", "status", "a", "a.b", "error.type", "outcome"];

/// Every line that matches, as a tree.
fn trees(houses: &[House], text: &str) -> Vec<Value> {
    let filter = super::filter(text);
    let lines = houses.iter().flat_map(|house| house.lines.iter().map(|(_, line)| line));
    let matching = lines.filter(|line| filter.matches(line.as_bytes()));
    matching.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every value that a path leads to, names with dots in them included.
fn follow<'a>(tree: &'a Value, path: &str, found: &mut Vec<&'a Value>) {
    let Some(entries) = tree.as_object() else { return };
    for (name, value) in entries {
        if name == path {
            found.push(value);
        } else if let Some(inner) = path.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'))
        {
            follow(value, inner, found);
        }
    }
}

/// The texts of a key's values: the reserved one's, and else those of fields.
fn texts(tree: &Value, key: &str) -> BTreeSet<String> {
    let mut found = Vec::new();
    match key.strip_prefix("error.") {
        Some(part) if tree.get("error").is_some() => follow(&tree["error"], part, &mut found),
        _ => match tree.get(key) {
            Some(value) if !key.contains('.') => found.push(value),
            _ => follow(&tree["fields"], key, &mut found),
        },
    }
    let items = found.into_iter().flat_map(|value| match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    });
    items
        .filter_map(|value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) => Some(value.to_string()),
            _ => None,
        })
        .collect()
}

fn has_number(tree: &Value, key: &str) -> bool {
    let mut found = Vec::new();
    follow(&tree["fields"], key, &mut found);
    found.into_iter().any(|value| {
        value.is_number() || value.as_array().is_some_and(|all| all.iter().any(Value::is_number))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn bars_count_what_a_naive_scan_counts(
        houses in houses(false), text in prop::sample::select(FILTERS.to_vec()),
        width in prop::sample::select(vec![1_000_u64, 250_000, 1_000_000, 60_000_000, 3_600_000_000]),
    ) {
        let root = tempfile::tempdir().unwrap();
        let store = build(&houses, root.path());
        let request = HistogramRequest { filter: super::filter(text), width };
        let histogram = store.histogram(&request, &Stop::default()).unwrap();
        let width = i64::try_from(histogram.width).unwrap();
        let mut expected: BTreeMap<i64, [u64; 6]> = BTreeMap::new();
        for tree in trees(&houses, text) {
            let time: jiff::Timestamp = tree["timestamp"].as_str().unwrap().parse().unwrap();
            let level: Level = tree["level"].as_str().unwrap().parse().unwrap();
            let start = time.as_microsecond().div_euclid(width) * width;
            expected.entry(start).or_default()[level as usize] += 1;
        }
        let found: BTreeMap<i64, [u64; 6]> =
            histogram.bars.iter().map(|bar| (bar.start, bar.by_level)).collect();
        prop_assert_eq!(found, expected);
        prop_assert!(histogram.bars.is_sorted_by(|a, b| a.start < b.start));
        prop_assert!(histogram.width.is_multiple_of(request.width));
    }

    #[test]
    fn values_are_counted_as_a_naive_scan_counts_them(
        houses in houses(false), text in prop::sample::select(FILTERS.to_vec()), limit in 1_usize..8,
    ) {
        let root = tempfile::tempdir().unwrap();
        let store = build(&houses, root.path());
        let keys = KEYS.iter().map(|key| KeyPath::of(key).unwrap()).collect();
        let request = FacetsRequest { filter: super::filter(text), keys, limit, sample: None };
        let facets = store.facets(&request, &Stop::default()).unwrap();
        prop_assert_eq!(facets.incomplete, None);
        let trees = trees(&houses, text);
        for (key, facet) in KEYS.iter().zip(&facets.keys) {
            // Numbers have many spellings; another test looks at them.
            if trees.iter().any(|tree| has_number(tree, key)) {
                continue;
            }
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            let mut missing = 0;
            for tree in &trees {
                let texts = texts(tree, key);
                missing += u64::from(texts.is_empty());
                for text in texts {
                    *counts.entry(text).or_default() += 1;
                }
            }
            let total: u64 = counts.values().sum();
            let distinct = counts.len() as u64;
            let mut ranked: Vec<(String, u64)> = counts.into_iter().collect();
            ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            ranked.truncate(limit);
            let listed: u64 = ranked.iter().map(|(_, count)| count).sum();
            let expected = Facet {
                key: (*key).to_owned(),
                values: ranked,
                distinct,
                is_distinct_exact: true,
                other: total - listed,
                missing,
                records: trees.len() as u64,
                is_whole: true,
                is_exact: true,
            };
            prop_assert_eq!(facet, &expected);
        }
    }

    #[test]
    fn reserved_keys_and_flat_fields_are_counted_by_type(houses in houses(false)) {
        let root = tempfile::tempdir().unwrap();
        let store = build(&houses, root.path());
        let request = FieldsRequest { filter: super::filter(""), sample: None };
        let fields = store.fields(&request, &Stop::default()).unwrap();
        let trees = trees(&houses, "");
        prop_assert_eq!(fields.records, trees.len() as u64);
        let found: BTreeMap<&str, [u64; TYPES.len()]> =
            fields.keys.iter().map(|field| (field.key.as_str(), field.types)).collect();
        for key in ["seq", "timestamp", "level", "module", "message", "user_id", "duration_ms", "line"] {
            let expected = trees.iter().filter(|tree| tree.get(key).is_some()).count() as u64;
            let counted: u64 = found.get(key).copied().unwrap_or_default().iter().sum();
            prop_assert_eq!(counted, expected, "{}", key);
        }
        let mut expected = [0_u64; TYPES.len()];
        for tree in &trees {
            if let Some(value) = tree["fields"].get("c") {
                match value {
                    Value::Object(inner) if !inner.is_empty() => {}
                    Value::String(_) => expected[0] += 1,
                    Value::Number(_) => expected[1] += 1,
                    Value::Bool(_) => expected[2] += 1,
                    Value::Null => expected[3] += 1,
                    Value::Object(_) => expected[4] += 1,
                    Value::Array(_) => expected[5] += 1,
                }
            }
        }
        prop_assert_eq!(found.get("c").copied().unwrap_or_default(), expected);
    }

    #[test]
    fn every_record_is_found_and_no_other(houses in houses(false)) {
        let root = tempfile::tempdir().unwrap();
        let store = build(&houses, root.path());
        for house in &houses {
            let lines: BTreeMap<u64, &String> = house.lines.iter().map(|(seq, line)| (*seq, line)).collect();
            let first = lines.keys().next().copied();
            for seq in 0..=lines.keys().last().copied().unwrap_or(0) + 2 {
                let sought = store.find(house.directory, seq, &Stop::default()).unwrap();
                match lines.get(&seq) {
                    Some(line) => {
                        let Sought::Found(cursor, text) = sought else { panic!("{seq}: {sought:?}") };
                        prop_assert_eq!((cursor.seq, cursor.directory.as_str(), &text), (seq, house.directory, *line));
                    }
                    None if first.is_some_and(|first| seq < first) => prop_assert_eq!(sought, Sought::Removed),
                    None => prop_assert_eq!(sought, Sought::Missing),
                }
            }
        }
        prop_assert_eq!(store.find("nowhere", 1, &Stop::default()).unwrap(), Sought::Missing);
    }
}

#[test]
fn more_values_than_are_told_apart_are_counted_roughly_and_said_so() {
    // One in three is of somebody who comes often, the others of people who come once.
    let lines: Vec<(u64, String)> = (1..=36_000)
        .map(|seq| {
            let user =
                if seq % 3 == 0 { format!("often-{}", seq % 7) } else { format!("once-{seq}") };
            line(seq, 0, "INFO", "auth", &format!(",\"user_id\":\"{user}\""))
        })
        .collect();
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", lines)], root.path());
    let keys = vec![KeyPath::of("user_id").unwrap()];
    let request = FacetsRequest { filter: super::filter(""), keys, limit: 7, sample: None };
    let facet = store.facets(&request, &Stop::default()).unwrap().keys.remove(0);
    assert!(facet.values.iter().all(|(user, _)| user.starts_with("often-")), "{:?}", facet.values);
    assert!(!facet.is_exact && !facet.is_distinct_exact);
    let off = facet.distinct.abs_diff(24_007);
    assert!(off < 24_007 / 20, "{}", facet.distinct);
    assert_eq!(facet.values.iter().map(|(_, count)| count).sum::<u64>() + facet.other, 36_000);
}

#[test]
fn numbers_are_values_as_they_are_written() {
    let lines = ["200", "200", "404", "1.5", "[1,1,2]", "null", "{\"x\":1}"];
    let lines = lines.iter().zip(1..).map(|(value, seq)| {
        line(seq, 0, "INFO", "api", &format!(",\"fields\":{{\"status\":{value}}}"))
    });
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", lines.collect())], root.path());
    let keys = vec![KeyPath::of("status").unwrap()];
    let request = FacetsRequest { filter: super::filter(""), keys, limit: 9, sample: None };
    let facet = store.facets(&request, &Stop::default()).unwrap().keys.remove(0);
    let values: Vec<(&str, u64)> =
        facet.values.iter().map(|(value, count)| (value.as_str(), *count)).collect();
    assert_eq!(values, [("200", 2), ("1", 1), ("1.5", 1), ("2", 1), ("404", 1)]);
    assert_eq!(facet.missing, 2);
}

#[test]
fn a_search_that_is_stopped_finds_no_record_and_says_why() {
    let root = tempfile::tempdir().unwrap();
    let house = House::new("", plain_lines(20)).cut(5, Form::Packed(2)).cut(5, Form::Plain);
    let store = build(&[house], root.path());
    let stop = Stop::default();
    stop.ask();
    assert_eq!(store.find("", 12, &stop).unwrap(), Sought::Stopped);
    let keys = vec![KeyPath::of("user_id").unwrap()];
    let request = FacetsRequest { filter: super::filter(""), keys, limit: 9, sample: None };
    let facets = store.facets(&request, &stop).unwrap();
    assert!(facets.incomplete.is_some() && !facets.keys[0].is_exact);
}
