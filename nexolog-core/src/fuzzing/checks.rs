use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::record::{Key, Line, Raw};

/// What our reader says of a line is what a parser of JSON says of it.
pub(super) fn reads_as_parsed(line: &Line<'_>, parsed: &Map<String, Value>) {
    let value = |raw: Raw<'_>| serde_json::from_str::<Value>(raw.as_str()).unwrap();
    for key in Key::ALL {
        let expected = parsed.get(key.name()).filter(|value| !value.is_null());
        assert_eq!(line.raw(key).map(value).as_ref(), expected, "{}", key.name());
        assert_eq!(line.text(key).as_deref(), expected.and_then(Value::as_str), "{}", key.name());
    }
    let fields: Map<String, Value> =
        line.fields().map(|(key, raw)| (key.decoded().into_owned(), value(raw))).collect();
    let expected = parsed.get("fields").and_then(Value::as_object);
    assert_eq!(&fields, expected.unwrap_or(&Map::new()));
}

/// A line of our own is one line of JSON with the reserved keys in their order, and with nothing in it that a terminal
/// or a page acts on.
pub(crate) fn is_one_line(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap();
    let text = text.strip_suffix('\n').expect("a line ends");
    assert!(!text.contains(acts_on_terminals), "{text:?}");
    let parsed: Map<String, Value> = serde_json::from_str(text).unwrap_or_else(|error| {
        panic!("{error}: {text}");
    });
    let line = Line::parse(text.as_bytes()).expect("our own reader reads it");
    reads_as_parsed(&line, &parsed);

    let keys: Vec<String> = Raw::object(text)
        .into_iter()
        .flat_map(Raw::entries)
        .map(|(key, _)| key.decoded().into_owned())
        .collect();
    let places: Vec<Option<Key>> = keys.iter().map(|key| Key::named(key)).collect();
    assert!(places.iter().all(Option::is_some), "{keys:?}");
    assert!(places.is_sorted_by_key(|key| key.map(|key| key as usize)), "{keys:?}");
    assert_eq!(parsed.len(), keys.len(), "a key stands twice: {keys:?}");
    let fields: Vec<_> = line.fields().map(|(key, _)| key.decoded()).collect();
    assert_eq!(fields.iter().collect::<BTreeSet<_>>().len(), fields.len(), "{fields:?}");
}

fn acts_on_terminals(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
