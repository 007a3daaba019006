use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde_json::{Map, Value};

use super::draft::Draft;
use super::hash::{Hash, random};
use crate::record::timestamp::TimestampRenderer;

/// The version of the format that is written. What it was before or will be is told apart by it.
pub(super) const VERSION: u64 = 1;

/// One whole entry of a trail.
///
/// An entry has exactly one form in bytes: what is read is rendered again and must be the same, so that no order of keys,
/// no second key of a name, no other form of a number or of a letter can hide behind a good hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) seq: u64,
    pub(super) timestamp: String,
    /// Tells one run of the logger from every other.
    pub(super) run: String,
    /// Milliseconds of the monotonic clock since the run began.
    pub(super) at_ms: u64,
    pub(super) kind: String,
    pub(super) action: String,
    pub(super) outcome: String,
    pub(super) numbers: BTreeMap<String, u64>,
    /// Hash of the entry before.
    pub(super) prev: Hash,
    /// For each value, what the hash of the entry covers in its place.
    pub(super) commits: BTreeMap<String, Hash>,
    pub(super) hash: Hash,
    /// Salt and text; `None` for a value that was erased.
    pub(super) values: BTreeMap<String, Option<(String, String)>>,
}

/// Where and when an entry gets into the chain.
#[derive(Clone, Debug)]
pub(super) struct Link<'a> {
    pub(super) seq: u64,
    pub(super) prev: Hash,
    pub(super) run: &'a str,
    pub(super) at_ms: u64,
    /// Microseconds since the Unix epoch.
    pub(super) micros: i64,
}

impl Entry {
    /// Chains `draft`, and appends its line to `out`. Gives its hash.
    pub(super) fn write(
        draft: &Draft,
        link: &Link<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Hash, getrandom::Error> {
        let mut commits = BTreeMap::new();
        let mut values = BTreeMap::new();
        for (name, value) in &draft.values {
            let salt = random()?;
            commits.insert(name.clone(), Hash::of_value(name, &salt, value));
            values.insert(name.clone(), Some((salt, value.clone())));
        }
        let mut entry = Entry {
            seq: link.seq,
            timestamp: TimestampRenderer::new().render(link.micros).to_owned(),
            run: link.run.to_owned(),
            at_ms: link.at_ms,
            kind: draft.kind.as_str().to_owned(),
            action: draft.action.clone(),
            outcome: draft.outcome.clone(),
            numbers: draft.numbers.clone(),
            prev: link.prev,
            commits,
            hash: Hash::NONE,
            values,
        };
        let head = entry.head();
        entry.hash = Hash::of_entry(head.as_bytes());
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(entry.rest().as_bytes());
        out.push(b'\n');
        Ok(entry.hash)
    }

    /// Reads a line without its newline; the error says in words what is wrong with it.
    pub(super) fn parse(line: &[u8]) -> Result<Entry, String> {
        let text = std::str::from_utf8(line).map_err(|_| "it is not text".to_owned())?;
        let value: Value = serde_json::from_str(text).map_err(|_| "it is not JSON".to_owned())?;
        let Value::Object(object) = value else { return Err("it is no JSON object".to_owned()) };
        match object.get("v").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(other) => return Err(format!("its format is {other}, and this reads {VERSION}")),
            None => return Err("it is no entry of a trail".to_owned()),
        }
        let entry = Entry::read(&object).ok_or("a key is missing or has the wrong type")?;
        if entry.line() != text {
            return Err("it is not in the one form that an entry has".to_owned());
        }
        Ok(entry)
    }

    fn read(object: &Map<String, Value>) -> Option<Entry> {
        let text = |key: &str| object.get(key)?.as_str().map(str::to_owned);
        let number = |key: &str| object.get(key)?.as_u64();
        let hash = |key: &str| Hash::parse(object.get(key)?.as_str()?);
        let map = |key: &str| object.get(key)?.as_object();
        let numbers =
            map("numbers")?.iter().map(|(name, value)| Some((name.clone(), value.as_u64()?)));
        let commits = map("commits")?
            .iter()
            .map(|(name, value)| Some((name.clone(), Hash::parse(value.as_str()?)?)));
        let values =
            map("values")?.iter().map(|(name, value)| Some((name.clone(), salted(value)?)));
        Some(Entry {
            seq: number("seq")?,
            timestamp: text("timestamp")?,
            run: text("run")?,
            at_ms: number("at_ms")?,
            kind: text("kind")?,
            action: text("action")?,
            outcome: text("outcome")?,
            numbers: numbers.collect::<Option<_>>()?,
            prev: hash("prev")?,
            commits: commits.collect::<Option<_>>()?,
            hash: hash("hash")?,
            values: values.collect::<Option<_>>()?,
        })
    }

    /// What is wrong with the hashes of this entry, looked at alone.
    pub(super) fn flaw(&self) -> Option<String> {
        if Hash::of_entry(self.head().as_bytes()) != self.hash {
            return Some("its hash is not that of its content".to_owned());
        }
        if !self.commits.keys().eq(self.values.keys()) {
            return Some("its values are not those that it commits to".to_owned());
        }
        let wrong = self.values.iter().find(|(name, value)| match value {
            Some((salt, text)) => {
                self.commits.get(*name) != Some(&Hash::of_value(name, salt, text))
            }
            None => false,
        });
        wrong.map(|(name, _)| format!("its value `{name}` is not the one that it commits to"))
    }

    /// Names of values that were erased.
    pub(super) fn erased(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str())
    }

    /// The value `name`, if it is there and was not erased.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_ref().map(|(_, text)| text.as_str())
    }

    pub(super) fn line(&self) -> String {
        self.head() + &self.rest()
    }

    /// What the hash covers.
    fn head(&self) -> String {
        let mut out = format!("{{\"v\":{VERSION},\"seq\":{},\"timestamp\":", self.seq);
        put_str(&mut out, &self.timestamp);
        out.push_str(",\"run\":");
        put_str(&mut out, &self.run);
        put(&mut out, format_args!(",\"at_ms\":{}", self.at_ms));
        for (key, text) in
            [("kind", &self.kind), ("action", &self.action), ("outcome", &self.outcome)]
        {
            put_key(&mut out, key, false);
            put_str(&mut out, text);
        }
        out.push_str(",\"numbers\":");
        put_map(&mut out, &self.numbers, |out, number| put(out, format_args!("{number}")));
        put(&mut out, format_args!(",\"prev\":\"{}\",\"commits\":", self.prev));
        put_map(&mut out, &self.commits, |out, hash| put(out, format_args!("\"{hash}\"")));
        out
    }

    /// What follows what the hash covers.
    fn rest(&self) -> String {
        let mut out = format!(",\"hash\":\"{}\",\"values\":", self.hash);
        put_map(&mut out, &self.values, |out, value| match value {
            None => out.push_str("null"),
            Some((salt, text)) => {
                out.push('[');
                put_str(out, salt);
                out.push(',');
                put_str(out, text);
                out.push(']');
            }
        });
        out.push('}');
        out
    }
}

/// A salt and a text, or null.
#[allow(clippy::option_option, reason = "a value that was erased, and one that can't be read")]
fn salted(value: &Value) -> Option<Option<(String, String)>> {
    match value {
        Value::Null => Some(None),
        Value::Array(pair) => match pair.as_slice() {
            [Value::String(salt), Value::String(text)] => Some(Some((salt.clone(), text.clone()))),
            _ => None,
        },
        _ => None,
    }
}

fn put(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a string can't fail.
    let _ = out.write_fmt(text);
}

/// An object whose keys are in the order of their bytes.
fn put_map<T>(out: &mut String, map: &BTreeMap<String, T>, put_value: impl Fn(&mut String, &T)) {
    out.push('{');
    for (index, (name, value)) in map.iter().enumerate() {
        put_key(out, name, index == 0);
        put_value(out, value);
    }
    out.push('}');
}

fn put_key(out: &mut String, key: &str, is_first: bool) {
    if !is_first {
        out.push(',');
    }
    put_str(out, key);
    out.push(':');
}

/// A string in printable ASCII; the one way in which an entry writes it, and the way of most JSON libraries when they
/// are asked for ASCII.
fn put_str(out: &mut String, text: &str) {
    out.push('"');
    let mut units = [0; 2];
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(character),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            _ => {
                for unit in character.encode_utf16(&mut units) {
                    put(out, format_args!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}
