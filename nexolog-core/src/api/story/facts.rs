use serde_json::{Map, Value, json};

use crate::api::request::{identity, rfc3339};
use crate::record::{Key, Level, Line, Raw};
use crate::store::Cursor;

/// Fields of a request's own line that are told by themselves.
const TOLD: [&str; 7] =
    ["method", "route", "path", "status", "time_to_headers_ms", "bytes_in", "bytes_out"];

/// What is known of a request, gathered line by line.
#[derive(Clone, Debug, Default)]
pub(in crate::api) struct Facts {
    /// Its own line was among them: it has ended.
    is_finished: bool,
    /// First and last time that its lines tell of, in microseconds since the Unix epoch.
    span: Option<(i64, i64)>,
    members: Map<String, Value>,
    highest: Option<Level>,
    errors: u64,
}

impl Facts {
    /// Takes in what a line tells, and when that began.
    pub(in crate::api) fn add(&mut self, line: &Line<'_>, cursor: &Cursor, began: Option<i64>) {
        if let Some(timestamp) = line.timestamp() {
            let began = began.unwrap_or(timestamp);
            let (first, last) = self.span.unwrap_or((began, timestamp));
            self.span = Some((first.min(began), last.max(timestamp)));
        }
        self.highest = self.highest.max(line.level());
        self.errors += u64::from(line.level().is_some_and(|level| level >= Level::Error));
        // Who is logged in is known from some line on; the request's own line knows best.
        for key in [Key::TraceId, Key::UserId, Key::OrganizationId] {
            if let Some(text) = line.text(key) {
                self.members.insert(key.name().to_owned(), json!(text));
            }
        }
        if is_request_line(line) {
            self.add_own(line, cursor);
        }
    }

    fn add_own(&mut self, line: &Line<'_>, cursor: &Cursor) {
        self.is_finished = true;
        for name in TOLD {
            if let Some(value) = line.field(name).and_then(value) {
                self.members.insert(name.to_owned(), value);
            }
        }
        self.members.insert("outcome".to_owned(), json!(line.outcome()));
        self.members.insert("duration_ms".to_owned(), json!(line.duration_ms()));
        self.members.insert("cursor".to_owned(), json!(identity(cursor)));
    }

    /// When the request began, as far as is known.
    pub(in crate::api) fn begin(&self) -> Option<i64> {
        self.span.map(|(first, _)| first)
    }

    /// As they stand in the answer: what is not known is null.
    pub(in crate::api) fn json(&self, id: &str) -> Value {
        const ALWAYS: [&str; 6] =
            ["trace_id", "user_id", "organization_id", "outcome", "duration_ms", "cursor"];
        let mut members = self.members.clone();
        for name in ALWAYS.into_iter().chain(TOLD) {
            members.entry(name).or_insert(Value::Null);
        }
        let (first, last) = self.span.unzip();
        members.insert("request_id".to_owned(), json!(id));
        members.insert("finished".to_owned(), json!(self.is_finished));
        members.insert("start".to_owned(), json!(first.and_then(rfc3339)));
        members.insert("end".to_owned(), json!(last.and_then(rfc3339)));
        members.insert("level".to_owned(), json!(self.highest.map(Level::as_str)));
        members.insert("errors".to_owned(), json!(self.errors));
        Value::Object(members)
    }
}

/// Whether the line is the one that a request is logged by when it has ended.
pub(in crate::api) fn is_request_line(line: &Line<'_>) -> bool {
    text_field(line, "event.name").is_some_and(|name| name == "request")
}

/// What the string under a field says.
pub(super) fn text_field(line: &Line<'_>, name: &str) -> Option<String> {
    Some(line.field(name)?.string()?.decoded().into_owned())
}

fn value(raw: Raw<'_>) -> Option<Value> {
    serde_json::from_str(raw.as_str()).ok()
}
