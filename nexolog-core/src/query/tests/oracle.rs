//! What filters mean, said once more in the plainest way, on trees.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// A filter as a tree.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// A phrase in quotes.
    Text(String),
    /// A bare word with stars.
    Wild(String),
    /// A regular expression, of plain letters only.
    Regex(String),
    Is(String, Vec<String>),
    Like(String, String),
    Has(String),
    Compare(String, &'static str, i64),
    Range(String, i64, i64),
    Level(&'static str, usize),
    Not(Box<Ask>),
    And(Vec<Ask>),
    Or(Vec<Ask>),
}

const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];
const EXACT: [&str; 6] =
    ["module", "request_id", "trace_id", "span_id", "user_id", "organization_id"];
const TEXTS: [&str; 14] = [
    "module",
    "message",
    "request_id",
    "trace_id",
    "span_id",
    "user_id",
    "organization_id",
    "operation",
    "outcome",
    "error",
    "target",
    "file",
    "thread",
    "fields",
];

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Ask {
    /// The filter as somebody would write it.
    pub(crate) fn write(&self) -> String {
        let all =
            |asks: &[Ask], with: &str| asks.iter().map(Ask::write).collect::<Vec<_>>().join(with);
        match self {
            Ask::Text(text) => quote(text),
            Ask::Wild(word) => word.clone(),
            Ask::Regex(letters) => format!("/{letters}/"),
            Ask::Is(key, values) => {
                let values: Vec<String> = values.iter().map(|value| quote(value)).collect();
                format!("{key}:{}", values.join(","))
            }
            Ask::Like(key, pattern) => format!("{key}:{pattern}"),
            Ask::Has(key) => format!("has:{key}"),
            Ask::Compare(key, sign, number) => format!("{key}:{sign}{number}"),
            Ask::Range(key, from, to) => format!("{key}:{from}..{to}"),
            Ask::Level(sign, level) => format!("level:{sign}{}", LEVELS[*level].to_lowercase()),
            Ask::Not(ask) => format!("-({})", ask.write()),
            Ask::And(asks) => format!("({})", all(asks, " ")),
            Ask::Or(asks) => format!("({})", all(asks, " OR ")),
        }
    }

    pub(crate) fn says_yes_to(&self, record: &Value) -> bool {
        let any_text = |test: &dyn Fn(&str) -> bool| {
            let mut found = Vec::new();
            TEXTS
                .iter()
                .filter_map(|key| record.get(key))
                .for_each(|value| leaves(value, &mut found));
            found.iter().any(|text| test(text))
        };
        match self {
            Ask::Text(text) => {
                text.is_empty() || any_text(&|found| fold(found).contains(&fold(text)))
            }
            Ask::Wild(word) => {
                let pattern = format!("*{word}*");
                any_text(&|found| wild(&fold(&pattern), &fold(found)))
            }
            Ask::Regex(letters) => {
                any_text(&|found| simple_lower(found).contains(letters.as_str()))
            }
            Ask::Is(key, wanted) => values(record, key)
                .iter()
                .any(|value| wanted.iter().any(|wanted| is(key, value, wanted))),
            Ask::Like(key, pattern) => values(record, key).iter().any(|value| {
                let text = text_of(value);
                if EXACT.contains(&key.as_str()) {
                    wild(pattern, &text)
                } else {
                    wild(&fold(pattern), &fold(&text))
                }
            }),
            Ask::Has(key) => !present(record, key).is_empty(),
            Ask::Compare(key, sign, number) => values(record, key).iter().any(|value| {
                let order = order(&text_of(value), *number);
                match *sign {
                    ">" => order == Some(Ordering::Greater),
                    ">=" => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                    "<" => order == Some(Ordering::Less),
                    _ => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                }
            }),
            Ask::Range(key, from, to) => values(record, key).iter().any(|value| {
                let text = text_of(value);
                matches!(order(&text, *from), Some(Ordering::Greater | Ordering::Equal))
                    && matches!(order(&text, *to), Some(Ordering::Less | Ordering::Equal))
            }),
            Ask::Level(sign, wanted) => {
                let level = LEVELS.iter().position(|name| record["level"] == *name).unwrap();
                match *sign {
                    "" => level == *wanted,
                    ">" => level > *wanted,
                    ">=" => level >= *wanted,
                    "<" => level < *wanted,
                    _ => level <= *wanted,
                }
            }
            Ask::Not(ask) => !ask.says_yes_to(record),
            Ask::And(asks) => asks.iter().all(|ask| ask.says_yes_to(record)),
            Ask::Or(asks) => asks.iter().any(|ask| ask.says_yes_to(record)),
        }
    }
}

pub(super) fn fold(text: &str) -> String {
    text.chars()
        .map(|c| c.to_uppercase().to_string())
        .collect::<String>()
        .chars()
        .flat_map(char::to_lowercase)
        .collect()
}

/// Letter by letter, as regular expressions fold: for the Latin letters of the patterns here, with the two
/// other letters whose simple folding is one of them.
fn simple_lower(text: &str) -> String {
    text.replace('ſ', "s").replace('\u{212a}', "k").to_ascii_lowercase()
}

pub(super) fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Object(entries) => entries.values().for_each(|entry| leaves(entry, found)),
        scalar => found.push(text_of(scalar)),
    }
}

pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// All that `key` leads to, nulls aside.
fn present<'a>(record: &'a Value, key: &str) -> Vec<&'a Value> {
    let is_there = |value: &&Value| !value.is_null();
    let from_fields = |path: &str| {
        let mut found = Vec::new();
        if let Some(Value::Object(fields)) = record.get("fields") {
            follow(fields, path, &mut found);
        }
        found
    };
    let found: Vec<&Value> = if let Some(part) = key.strip_prefix("error.") {
        match record.get("error").and_then(Value::as_object) {
            Some(error) => {
                let mut found = Vec::new();
                follow(error, part, &mut found);
                found
            }
            None => from_fields(key),
        }
    } else if let Some(field) = key.strip_prefix("fields.") {
        from_fields(field)
    } else if TEXTS.contains(&key) || ["duration_ms", "line"].contains(&key) {
        match record.get(key) {
            Some(Value::Object(error)) if key == "error" => {
                ["type", "message", "chain"].iter().filter_map(|part| error.get(*part)).collect()
            }
            Some(value) => vec![value],
            None => from_fields(key),
        }
    } else {
        from_fields(key)
    };
    found.into_iter().filter(is_there).collect()
}

pub(super) fn follow<'a>(entries: &'a Map<String, Value>, path: &str, found: &mut Vec<&'a Value>) {
    for (key, value) in entries {
        if key == path {
            found.push(value);
        } else if let (Some(rest), Value::Object(inner)) =
            (path.strip_prefix(&format!("{key}.")), value)
        {
            follow(inner, rest, found);
        }
    }
}

/// The scalars that a test of `key` looks at.
fn values<'a>(record: &'a Value, key: &str) -> Vec<&'a Value> {
    let mut found = Vec::new();
    for value in present(record, key) {
        match value {
            Value::Array(items) => found.extend(items),
            other => found.push(other),
        }
    }
    found.retain(|value| !value.is_array() && !value.is_object());
    found
}

fn is(key: &str, value: &Value, wanted: &str) -> bool {
    if EXACT.contains(&key) {
        return text_of(value) == wanted;
    }
    let is_prose = matches!(key, "message" | "error" | "error.message" | "error.chain");
    if is_prose {
        return fold(&text_of(value)).contains(&fold(wanted));
    }
    let is_number = wanted.parse::<i64>().ok().filter(|_| value.is_number());
    fold(&text_of(value)) == fold(wanted)
        || is_number.is_some_and(|wanted| order(&text_of(value), wanted) == Some(Ordering::Equal))
}

pub(super) fn order(text: &str, with: i64) -> Option<Ordering> {
    if !text.bytes().all(|byte| b"0123456789+-.eE".contains(&byte)) {
        return None;
    }
    match text.parse::<i128>() {
        Ok(whole) => Some(whole.cmp(&i128::from(with))),
        Err(_) => text.parse::<f64>().ok()?.partial_cmp(&(with as f64)),
    }
}

/// Wildcards the slow way: by trying every place for every star.
fn wild(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = pattern.trim_start_matches('*');
            let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            places.any(|at| wild(rest, &text[at..]))
        }
        Some(c) => text.strip_prefix(c).is_some_and(|text| wild(&pattern[c.len_utf8()..], text)),
    }
}
