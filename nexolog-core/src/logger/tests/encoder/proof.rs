use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use proptest::collection::vec;
use proptest::test_runner::{Config, TestRunner};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::super::support::{Fate, Run};
use super::events::{Logged, logged, short};
use super::expected::Expected;
use crate::config::Catalogue;
use crate::fuzzing::is_one_line;
use crate::privacy::Masking;

/// Bytes of a line that values may fill. Where all of them together come near it, later ones may be shorter still.
const LINE_CAP: usize = 256 << 10;

const KEYS: [&str; 19] = [
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

#[test]
fn any_event_gives_the_line_that_the_rules_of_a_record_say() {
    let run = Run::start(
        |builder| {
            let catalogue = Catalogue::default().with_target("mapped", "orders");
            let builder = builder.level("trace").max_file_size(1 << 30).max_modules(100_000);
            builder.catalogue(catalogue).masking(Masking::none())
        },
        |_| Fate::Succeeds,
    );
    let file = File::open(run.directory.path().join("shop.jsonl")).unwrap();
    // As many as take a second or two, and few tries to make a failing one smaller; PROPTEST_CASES asks for more.
    let config = Config { failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { 80 };
    let mut runner = TestRunner::new(Config { cases, ..config });
    let proven = runner.run(&vec(logged(), 1..4), |events| {
        run.logs.flush().unwrap();
        let before = (&file).seek(SeekFrom::End(0)).unwrap();
        let dispatch = run.log(|| tracing::dispatcher::get_default(Clone::clone));
        for event in &events {
            event.log(&dispatch);
        }
        run.logs.flush().unwrap();
        (&file).seek(SeekFrom::Start(before)).unwrap();
        let mut text = String::new();
        (&file).read_to_string(&mut text).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        assert_eq!(lines.len(), events.len(), "{}", short(&text));
        for (event, line) in events.iter().zip(lines) {
            assert_is_line_of(event, line);
        }
        Ok(())
    });
    proven.unwrap();
}

fn assert_is_line_of(event: &Logged, text: &str) {
    // Our own reader, beside a parser of JSON.
    is_one_line(text.as_bytes());

    let order = keys(text);
    let places: Vec<usize> =
        order.iter().map(|key| KEYS.iter().position(|known| known == key).unwrap()).collect();
    assert!(places.is_sorted_by(|a, b| a < b), "{order:?}");

    let mut found: Map<String, Value> = serde_json::from_str(text).unwrap();
    let stamp = found.remove("timestamp").unwrap();
    let stamp = stamp.as_str().unwrap();
    assert!(stamp.len() == 27 && stamp.ends_with('Z'), "{stamp}");
    stamp.parse::<jiff::Timestamp>().unwrap();
    assert!(found.remove("seq").unwrap().is_u64());
    assert_eq!(found.remove("thread").unwrap().as_str(), std::thread::current().name());

    let Expected { level, module, reserved, fields, cuts, .. } = Expected::of(event);
    assert_eq!(found.remove("level").unwrap(), level);
    same(found.remove("module").unwrap().as_str().unwrap(), &module);
    let found_fields = found.remove("fields").unwrap_or_else(|| Value::Object(Map::new()));
    let reserved: Map<String, Value> =
        reserved.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    if Value::Object(reserved.clone()).to_string().len()
        + Value::Object(fields.clone()).to_string().len()
        < LINE_CAP / 2
    {
        // As texts: numbers that are equal must be written alike, too.
        same(&found_fields.to_string(), &Value::Object(fields).to_string());
        same(&Value::Object(found).to_string(), &Value::Object(reserved).to_string());
    } else {
        assert!(text.len() < LINE_CAP + (16 << 10), "{}", text.len());
        assert!(found.keys().eq(reserved.keys()));
        let mut told = found_fields.as_object().unwrap().values().filter_map(Value::as_object);
        assert!(
            cuts.is_empty()
                || told
                    .next_back()
                    .is_some_and(|told| cuts.keys().all(|key| told.contains_key(key)))
        );
    }
}

/// Shows where two long texts part.
fn same(found: &str, expected: &str) {
    if found == expected {
        return;
    }
    let parts = found.chars().zip(expected.chars()).take_while(|(a, b)| a == b).count();
    let from = |text: &str| short(&text.chars().skip(parts.saturating_sub(40)).collect::<String>());
    panic!("{:?} instead of {:?}", from(found), from(expected));
}

/// The keys of an object, in the order in which they stand there.
fn keys(text: &str) -> Vec<String> {
    struct Keys;

    impl<'de> Visitor<'de> for Keys {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
            let mut keys = Vec::new();
            while let Some((key, IgnoredAny)) = map.next_entry()? {
                keys.push(key);
            }
            Ok(keys)
        }
    }

    serde_json::Deserializer::from_str(text).deserialize_map(Keys).unwrap()
}
