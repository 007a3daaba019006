use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::events::{Fields, Given, Logged};
use crate::context::FieldValue;

/// Bytes that are kept of a message, of another value, and of one that was added to a request.
const MESSAGE_CAP: usize = 64 << 10;
const FIELD_CAP: usize = 16 << 10;
const ADDED_CAP: usize = 4 << 10;

const OUTCOMES: [&str; 8] = [
    "success",
    "error",
    "panic",
    "cancelled",
    "client_disconnected",
    "timeout",
    "upgraded",
    "unfinished",
];

/// What the line of an event must say. Built up from what is said of it, the most important first: of one key the first
/// counts.
#[derive(Debug, Default)]
pub(super) struct Expected {
    pub(super) level: &'static str,
    pub(super) module: String,
    /// The other reserved keys but `seq`, `timestamp` and `thread`.
    pub(super) reserved: BTreeMap<&'static str, Value>,
    pub(super) fields: Map<String, Value>,
    /// The lengths in bytes of what was cut, by key.
    pub(super) cuts: Map<String, Value>,
    said: BTreeMap<&'static str, Given>,
    later_fields: Vec<(String, Given, usize)>,
}

impl Expected {
    pub(super) fn of(logged: &Logged) -> Expected {
        let mut line =
            Expected { level: level(logged), module: module(logged), ..Expected::default() };
        line.say_all(&logged.fields);
        if let Some(request) = &logged.request {
            let id = Given::Str(request.id.clone());
            let own = line.said.insert("request_id", id);
            if let Some(own) = own.filter(|own| text(own).as_ref() != Some(&request.id)) {
                line.say_field("request_id", own, FIELD_CAP);
            }
            let (trace, span) = request.trace.clone().unzip();
            let (user, organization) = request.user.clone().unzip();
            for (key, id) in [
                ("trace_id", trace),
                ("span_id", span),
                ("user_id", user),
                ("organization_id", organization.flatten()),
            ] {
                if let Some(id) = id {
                    line.said.entry(key).or_insert(Given::Str(id));
                }
            }
            let mut added = Vec::<(&str, Given)>::new();
            for (key, value) in &request.fields {
                match added.iter_mut().find(|(known, _)| known == key) {
                    Some((_, known)) => *known = of_field(value),
                    None => added.push((key, of_field(value))),
                }
            }
            for (key, given) in added {
                line.say_field(key, given, ADDED_CAP);
            }
        }
        if let Some((name, _)) = &logged.operation {
            line.said.entry("operation").or_insert(Given::Str(name.clone()));
        }
        for (fields, later) in logged.spans.iter().rev() {
            if let Some((at, given)) = later {
                line.say(&fields[*at].0, given);
            }
            line.say_all(fields);
        }
        line.settle(logged);
        line
    }

    fn say_all(&mut self, fields: &Fields) {
        for (name, given) in fields {
            self.say(name, given);
        }
    }

    fn say(&mut self, name: &str, given: &Given) {
        let is_text = text(given).is_some();
        let (key, fits) = match name {
            _ if matches!(given, Given::Nothing) => return,
            "nexolog.target" | "log.file" | "nexolog.line" | "nexolog.critical" => return,
            "module" if is_text => return,
            "message" => ("message", true),
            "request_id" | "trace_id" | "span_id" | "user_id" | "organization_id" => {
                let is_whole = matches!(given, Given::I64(_) | Given::U64(_));
                (reserved_name(name), is_text || is_whole)
            }
            "operation" | "error.type" | "error.message" | "error.backtrace" => {
                (reserved_name(name), is_text)
            }
            "error" => ("error", is_text || matches!(given, Given::Error(_))),
            "outcome" => {
                ("outcome", text(given).is_some_and(|text| OUTCOMES.contains(&text.as_str())))
            }
            "duration_ms" => ("duration_ms", is_duration(given)),
            other => {
                return self.say_field(
                    other.strip_prefix("r#").unwrap_or(other),
                    given.clone(),
                    FIELD_CAP,
                );
            }
        };
        if fits {
            self.said.entry(key).or_insert_with(|| given.clone());
        } else {
            self.say_field(name, given.clone(), FIELD_CAP);
        }
    }

    fn say_field(&mut self, key: &str, given: Given, cap: usize) {
        if self.later_fields.iter().all(|(known, ..)| known != key) {
            self.later_fields.push((key.to_owned(), given, cap));
        }
    }

    /// Puts everything in its form, in the order of a line.
    fn settle(&mut self, logged: &Logged) {
        for key in [
            "message",
            "request_id",
            "trace_id",
            "span_id",
            "user_id",
            "organization_id",
            "operation",
            "outcome",
            "duration_ms",
        ] {
            let Some(given) = self.said.remove(key) else { continue };
            let cap = if key == "message" { MESSAGE_CAP } else { FIELD_CAP };
            let mut value = self.show(key, &given, cap);
            if !value.is_string() && key != "duration_ms" {
                value = json!(value.to_string());
            }
            self.reserved.insert(key, value);
        }
        self.settle_error();
        self.settle_origin(logged);
        for (key, given, cap) in std::mem::take(&mut self.later_fields) {
            let value = self.show(&key, &given, cap);
            self.fields.insert(key, value);
        }
        if !self.cuts.is_empty() {
            let mut key = "truncated".to_owned();
            while self.fields.contains_key(&key) {
                key.push('_');
            }
            self.fields.insert(key, Value::Object(self.cuts.clone()));
        }
    }

    fn settle_error(&mut self) {
        let mut part = |key| self.said.remove(key);
        let (error, kind, backtrace) = (part("error"), part("error.type"), part("error.backtrace"));
        let mut message = part("error.message");
        if error.is_none() && kind.is_none() && message.is_none() && backtrace.is_none() {
            return;
        }
        if error.is_some()
            && let Some(message) = message.take()
        {
            self.say_field("error.message", message, FIELD_CAP);
        }
        let mut object = Map::new();
        if let Some(kind) = &kind {
            object.insert("type".into(), self.show("error.type", kind, FIELD_CAP));
        }
        let said = error.as_ref().or(message.as_ref());
        let shown = said.map(|said| self.show("error.message", said, FIELD_CAP));
        object.insert("message".into(), shown.unwrap_or_else(|| json!("")));
        let sources = match &error {
            Some(Given::Error(texts)) => &texts[1..],
            _ => &[],
        };
        let shown = sources
            .iter()
            .map(|source| self.show("error.chain", &Given::Str(source.clone()), FIELD_CAP));
        object.insert("chain".into(), shown.collect());
        if let Some(backtrace) = &backtrace {
            object.insert("backtrace".into(), self.show("error.backtrace", backtrace, MESSAGE_CAP));
        }
        self.reserved.insert("error", Value::Object(object));
    }

    fn settle_origin(&mut self, logged: &Logged) {
        let named = |name: &str| logged.fields.iter().find(|(known, _)| known == name);
        let elsewhere = ["nexolog.target", "log.file", "nexolog.line"].map(named);
        let mut target = logged.target.clone();
        let (mut file, mut line) = logged.origin.clone().unzip();
        if elsewhere.iter().any(Option::is_some) {
            (file, line) = (None, None);
        }
        for (_, given) in elsewhere.into_iter().flatten() {
            match given {
                Given::Str(text) if text.contains("::") => target.clone_from(text),
                Given::Str(text) => file = Some(text.clone()),
                Given::U64(number) => line = u32::try_from(*number).ok(),
                other => unreachable!("{other:?}"),
            }
        }
        self.reserved.insert("target", json!(target));
        self.reserved.extend(file.map(|file| ("file", json!(file))));
        self.reserved.extend(line.map(|line| ("line", json!(line))));
    }

    /// How a value stands in a line, with a note where it was cut.
    fn show(&mut self, key: &str, given: &Given, cap: usize) -> Value {
        let whole = |number: Option<i128>, text: String| match number {
            Some(number) => serde_json::from_str(&number.to_string()).unwrap(),
            None => Value::String(text),
        };
        match given {
            Given::Nothing => unreachable!("nothing is said"),
            Given::Bool(value) => json!(value),
            Given::I64(value) => json!(value),
            Given::U64(value) => json!(value),
            Given::I128(value) => {
                whole(i64::try_from(*value).ok().map(i128::from), value.to_string())
            }
            Given::U128(value) => {
                whole(u64::try_from(*value).ok().map(i128::from), value.to_string())
            }
            Given::F64(value) if value.is_finite() => json!(value),
            Given::F64(value) if value.is_nan() => json!("NaN"),
            Given::F64(value) if *value > 0.0 => json!("Infinity"),
            Given::F64(_) => json!("-Infinity"),
            Given::Bytes(bytes) => self.cut(key, &String::from_utf8_lossy(bytes), cap),
            Given::Error(texts) => self.cut(key, &texts[0], cap.min(FIELD_CAP)),
            Given::Str(text) | Given::Display(text) | Given::Debug(text) => {
                self.cut(key, text, cap)
            }
        }
    }

    /// The text, cut and noted where it is longer than its cap.
    fn cut(&mut self, key: &str, text: &str, cap: usize) -> Value {
        if text.len() <= cap {
            return json!(text);
        }
        self.cuts.entry(key).or_insert_with(|| json!(text.len()));
        json!(cut(text, cap))
    }
}

/// As many whole characters as fit.
fn cut(text: &str, cap: usize) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    &text[..ends.take_while(|end| *end <= cap).last().unwrap_or(0)]
}

fn level(logged: &Logged) -> &'static str {
    let is_critical = logged.fields.iter().any(|(name, _)| name == "nexolog.critical");
    match logged.level {
        _ if is_critical => "CRITICAL",
        tracing::Level::TRACE => "TRACE",
        tracing::Level::DEBUG => "DEBUG",
        tracing::Level::INFO => "INFO",
        tracing::Level::WARN => "WARNING",
        tracing::Level::ERROR => "ERROR",
    }
}

/// The first that says one: the event, the operation, its spans from the inside, its target.
fn module(logged: &Logged) -> String {
    let own = |fields: &Fields| {
        let mut texts =
            fields.iter().filter(|(name, _)| name == "module").filter_map(|(_, given)| text(given));
        texts.next()
    };
    let operation = logged.operation.as_ref().and_then(|(_, module)| module.clone());
    let spans = logged.spans.iter().rev().map(|(fields, later)| {
        let later = later.as_ref().filter(|(at, _)| fields[*at].0 == "module");
        later.and_then(|(_, given)| text(given)).or_else(|| own(fields))
    });
    let named = [own(&logged.fields), operation].into_iter().chain(spans).flatten();
    let module = named.into_iter().find(|module| !module.is_empty()).unwrap_or_else(|| {
        let elsewhere = logged.fields.iter().find(|(name, _)| name == "nexolog.target");
        let target =
            elsewhere.and_then(|(_, given)| text(given)).unwrap_or_else(|| logged.target.clone());
        match target.split("::").next() {
            Some("mapped") => "orders".to_owned(),
            Some("nexolog_core") => "nexolog".to_owned(),
            first => first.unwrap_or_default().to_owned(),
        }
    });
    let module = cut(&module, FIELD_CAP).to_owned();
    let is_ours = ["nexolog", "error", "audit"].contains(&module.as_str());
    if is_ours { "other".to_owned() } else { module }
}

fn text(given: &Given) -> Option<String> {
    match given {
        Given::Str(text) | Given::Display(text) | Given::Debug(text) => Some(text.clone()),
        Given::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

fn is_duration(given: &Given) -> bool {
    match given {
        Given::I64(value) => *value >= 0,
        Given::U64(_) => true,
        Given::F64(value) => value.is_finite() && *value >= 0.0,
        _ => false,
    }
}

fn of_field(value: &FieldValue) -> Given {
    match value.clone() {
        FieldValue::Bool(value) => Given::Bool(value),
        FieldValue::Signed(value) => Given::I64(value),
        FieldValue::Unsigned(value) => Given::U64(value),
        FieldValue::Float(value) => Given::F64(value),
        FieldValue::Text(value) => Given::Str(value),
    }
}

fn reserved_name(name: &str) -> &'static str {
    let names = [
        "request_id",
        "trace_id",
        "span_id",
        "user_id",
        "organization_id",
        "operation",
        "error.type",
        "error.message",
        "error.backtrace",
    ];
    names.into_iter().find(|known| *known == name).expect("a reserved name")
}
