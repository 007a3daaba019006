use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::super::fuzzed::{any_text, index_of, open};
use crate::record::Level;
use crate::record::arbitrary::{record, render, render_foreign, text};

/// Keys whose values no bare word is looked for in.
const SKIPPED: [&str; 5] = ["seq", "timestamp", "level", "duration_ms", "line"];

fn fold(text: &str) -> String {
    let upper: String = text.chars().flat_map(char::to_uppercase).collect();
    upper.chars().flat_map(char::to_lowercase).collect()
}

/// What there is to be found in a record.
#[derive(Default)]
struct Contents {
    scalars: Vec<Value>,
    names: Vec<String>,
}

impl Contents {
    fn of(record: &Map<String, Value>) -> Contents {
        let mut contents = Contents::default();
        for (name, value) in record {
            contents.names.push(name.clone());
            if !SKIPPED.contains(&name.as_str()) {
                contents.add(value, "");
            }
        }
        contents
    }

    fn add(&mut self, value: &Value, path: &str) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add(item, path)),
            Value::Object(entries) => {
                for (name, value) in entries {
                    let longer = format!("{path}{name}");
                    self.names.extend([name.clone(), longer.clone()]);
                    self.add(value, &format!("{longer}."));
                }
            }
            scalar => self.scalars.push(scalar.clone()),
        }
    }

    fn texts(&self) -> impl Iterator<Item = String> + '_ {
        self.scalars.iter().map(|scalar| match scalar {
            Value::String(text) => fold(text),
            other => fold(&other.to_string()),
        })
    }

    /// Numbers that are whole, and exact as floats.
    fn numbers(&self) -> impl Iterator<Item = i128> + '_ {
        self.scalars.iter().filter_map(|scalar| {
            let number = scalar.as_f64()?;
            #[allow(clippy::cast_possible_truncation)]
            (number.fract() == 0.0 && number.abs() <= 9e15).then_some(number as i128)
        })
    }
}

/// How a needle is taken from a text: all of it, or a part, with a change or without.
#[derive(Clone, Debug)]
struct Taking {
    from: prop::sample::Index,
    length: prop::sample::Index,
    more: Option<char>,
}

impl Taking {
    fn take(&self, text: &str) -> String {
        let letters: Vec<char> = text.chars().collect();
        let from = self.from.index(letters.len() + 1);
        let length = self.length.index(letters.len() - from + 1);
        letters[from..from + length].iter().copied().chain(self.more).collect()
    }
}

fn takings() -> impl Strategy<Value = Vec<Taking>> {
    let taking = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop::option::weighted(0.1, any::<char>()),
    );
    vec(taking.prop_map(|(from, length, more)| Taking { from, length, more }), 1..6)
}

/// A record as a service would write it.
fn realistic() -> impl Strategy<Value = Map<String, Value>> {
    let id = prop_oneof![
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}",
        "[0-9a-f]{32}",
        "u[0-9]{1,6}",
        "[A-Za-z0-9_-]{21}"
    ];
    let sentence =
        "(GET|POST) /api/v[12]/(orders|users)/[0-9]{1,5} (took|failed after) [0-9]{1,4}(ms|s)[.,]?";
    (record(), id.clone(), id, sentence, 0..100_000_u32).prop_map(
        |(mut record, a, b, sentence, number)| {
            record.insert("request_id".into(), a.into());
            record.insert("user_id".into(), b.into());
            record.insert("message".into(), sentence.into());
            record.insert(
                "fields".into(),
                serde_json::json!({ "n": number, "share": f64::from(number) / 7.0 }),
            );
            record
        },
    )
}

fn blocks() -> impl Strategy<Value = Vec<Vec<(Map<String, Value>, bool)>>> {
    let record = prop_oneof![2 => record(), 1 => realistic()];
    vec(vec((record, prop::bool::weighted(0.2)), 1..4), 1..6)
}

fn rendered(blocks: &[Vec<(Map<String, Value>, bool)>]) -> Vec<Vec<u8>> {
    let mut seq = 0;
    let mut line = |(record, is_foreign): &(Map<String, Value>, bool)| {
        seq += 1;
        let line = if *is_foreign { render_foreign(seq, record) } else { render(seq, record) };
        line + "\n"
    };
    blocks
        .iter()
        .map(|block| block.iter().map(&mut line).collect::<String>().into_bytes())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_look_up_misses_what_a_naive_scan_finds(
        records in blocks(),
        takings in takings(),
        strangers in vec(text(), 0..4),
    ) {
        let index = open(&index_of(&rendered(&records))).unwrap();
        let contents: Vec<Vec<Contents>> = records
            .iter()
            .map(|block| block.iter().map(|(record, _)| Contents::of(record)).collect())
            .collect();
        let all = || contents.iter().flatten();
        let mut needles: Vec<String> = strangers.iter().map(|text| fold(text)).collect();
        for text in all().flat_map(Contents::texts) {
            needles.extend(takings.iter().map(|taking| fold(&taking.take(&text))));
            needles.push(text);
        }
        for needle in &needles {
            let (containing, equal) = (index.containing(needle).unwrap(), index.equal(needle).unwrap());
            for (number, block) in contents.iter().enumerate() {
                let mut texts = block.iter().flat_map(Contents::texts);
                prop_assert!(containing.has(number) || texts.all(|text| !text.contains(needle.as_str())), "{:?}", needle);
                let mut texts = block.iter().flat_map(Contents::texts);
                prop_assert!(equal.has(number) || texts.all(|text| text != *needle), "{:?}", needle);
            }
        }
        for (number, block) in contents.iter().enumerate() {
            for whole in block.iter().flat_map(Contents::numbers) {
                prop_assert!(index.number(whole).unwrap().has(number), "{}", whole);
            }
            for name in block.iter().flat_map(|contents| &contents.names) {
                prop_assert!(index.has_key(name).unwrap().has(number), "{:?}", name);
            }
        }
    }

    #[test]
    fn blocks_tell_what_their_lines_are(records in blocks()) {
        let text = rendered(&records);
        let index = open(&index_of(&text)).unwrap();
        let (mut start, mut seq) = (0, 0);
        for (number, (block, lines)) in index.blocks().iter().zip(&records).enumerate() {
            prop_assert_eq!((block.start, u64::from(block.length)), (start, text[number].len() as u64));
            start += u64::from(block.length);
            prop_assert_eq!(block.text, block.length);
            let count = u32::try_from(lines.len()).unwrap();
            prop_assert_eq!((block.records, block.damaged, block.long), (count, 0, 0));
            prop_assert_eq!((block.first_seq, block.last_seq), (seq + 1, seq + u64::from(count)));
            seq += u64::from(count);
            let stamp = |record: &Map<String, Value>| {
                record["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_microsecond()
            };
            let times = || lines.iter().map(|(record, _)| stamp(record));
            prop_assert_eq!(Some((block.earliest, block.latest)), times().min().zip(times().max()));
            prop_assert!(index.levels_of_others(number).is_empty());
            for (column, module) in index.modules().iter().enumerate() {
                for level in Level::ALL {
                    let is_there = lines.iter().any(|(record, _)| {
                        record["module"] == module.as_str() && record["level"] == level.as_str()
                    });
                    prop_assert_eq!(index.levels_of(number, column).has(level), is_there);
                }
            }
        }
    }

    #[test]
    fn no_look_up_misses_what_a_filter_finds_in_damaged_lines(
        records in blocks(),
        cut: u8,
        changes in vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), prop::sample::select(b"\"\\{},:09ae.-".to_vec())]), 0..6),
    ) {
        let mut text = vec![cut];
        text.extend(rendered(&records).concat());
        for (at, byte) in changes {
            let at = at.index(text.len() - 1) + 1;
            text[at] = byte;
        }
        any_text(&text);
    }

    #[test]
    fn any_text_has_an_index(text: Vec<u8>) {
        any_text(&text);
    }
}

fn lines(fields: &[&str]) -> Vec<Vec<u8>> {
    let line = |fields: &str| {
        let head =
            r#"{"seq":1,"timestamp":"2026-11-05T10:00:00.000001Z","level":"INFO","module":"shop""#;
        format!("{head},\"message\":\"m\",\"fields\":{{{fields}}}}}\n").into_bytes()
    };
    fields.iter().map(|fields| line(fields)).collect()
}

#[test]
fn numbers_are_found_however_they_are_written() {
    let written = [
        r#""n":500"#,
        r#""n":500.0"#,
        r#""n":5e2"#,
        r#""n":5E+2"#,
        r#""n":-500"#,
        r#""n":[1,500 ]"#,
        r#""n": 50000e-2"#,
        r#""é":500.0"#,
        r#""n":0500"#,
        r#""n":{"a":500}"#,
    ];
    let index = open(&index_of(&lines(&written))).unwrap();
    assert!(index.number(500).unwrap().is_full());
    assert!(index.number(501).unwrap().is_empty());
    assert!(index.number(1 << 60).unwrap().is_full(), "floats near it are equal to it");
    assert_eq!(
        index.equal("500.0").unwrap().len(),
        written.len(),
        "it may be the text of a number"
    );
    assert!(index.equal("5000").unwrap().is_empty());
}

#[test]
fn lines_without_a_known_module_or_level_are_told_of() {
    let text = [
        r#"{"seq":1,"timestamp":"2026-11-05T10:00:00.000001Z","level":"ERROR","message":"m"}"#,
        r#"{"level":"LOUD","seq":2,"timestamp":"2026-11-05T10:00:00Z","module":"shop"}"#,
        r#"{"seq":3,"timestamp":"2026-11-05T10:00:00.000001Z","level":"INFO","module":7}"#,
        "no record",
        "",
        r#"{"message":"no time"}"#,
    ];
    let index = open(&index_of(&[text.join("\n").into_bytes()])).unwrap();
    let [block] = index.blocks() else { panic!("one block") };
    assert_eq!((block.records, block.damaged), (3, 2));
    assert_eq!((block.first_seq, block.last_seq), (1, 3));
    let others = index.levels_of_others(0);
    assert!(others.has(Level::Error) && others.has(Level::Info) && !others.has(Level::Debug));
    assert_eq!(index.modules(), ["shop"]);
    let shop = index.levels_of(0, 0);
    assert!(!shop.is_empty() && Level::ALL.iter().all(|level| !shop.has(*level)));
}
