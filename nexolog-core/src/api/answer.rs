use std::time::Instant;

use axum::body::Body;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::audited::Records;

/// An answer in the making: a JSON object whose big part, stored lines, goes in as it is.
#[derive(Debug)]
pub(super) struct Answer {
    /// The object so far, without its closing brace.
    text: String,
    members: Map<String, Value>,
    incomplete: Vec<String>,
    records: Option<Records>,
}

impl Answer {
    pub(super) fn new() -> Answer {
        Answer { text: "{".to_owned(), members: Map::new(), incomplete: Vec::new(), records: None }
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Answer {
        self.members.insert(key.to_owned(), value.into());
        self
    }

    /// Adds every member of a JSON object.
    pub(super) fn with_all(mut self, object: Value) -> Answer {
        if let Value::Object(members) = object {
            self.members.extend(members);
        }
        self
    }

    /// Adds a member that `write` writes, a value of JSON: what is long is written at once.
    pub(super) fn with_written(mut self, key: &str, write: impl FnOnce(&mut String)) -> Answer {
        self.begin_member(key);
        write(&mut self.text);
        self.text.push(',');
        self
    }

    /// Says that something is missing, and what.
    pub(super) fn incomplete(mut self, reason: Option<String>) -> Answer {
        self.incomplete.extend(reason);
        self
    }

    /// Adds stored lines under `key`, verbatim: nobody parses and prints again what was written well.
    ///
    /// Each is checked to be whole JSON, so that one damaged line can't break the whole answer; returns
    /// the indices of those that went in.
    pub(super) fn with_lines<'a>(
        mut self,
        key: &str,
        lines: impl IntoIterator<Item = &'a str>,
    ) -> (Answer, Vec<usize>) {
        self.begin_member(key);
        self.text.push('[');
        let mut taken = Vec::new();
        let mut damaged = 0_u64;
        for (index, line) in lines.into_iter().enumerate() {
            if serde_json::from_str::<&RawValue>(line).is_err() {
                damaged += 1;
                continue;
            }
            if !taken.is_empty() {
                self.text.push(',');
            }
            self.text.push_str(line);
            taken.push(index);
        }
        self.text.push_str("],");
        self.records = Some(Records(taken.len() as u64));
        if damaged > 0 {
            self.incomplete.push(format!("{damaged} damaged lines were left out"));
        }
        (self, taken)
    }

    fn begin_member(&mut self, key: &str) {
        self.text.push_str(&Value::from(key).to_string());
        self.text.push(':');
    }

    /// Adds one stored line under `key`, verbatim; null when it is damaged.
    pub(super) fn with_line(mut self, key: &str, line: &str) -> Answer {
        let is_whole = serde_json::from_str::<&RawValue>(line).is_ok();
        self.begin_member(key);
        self.text.push_str(if is_whole { line } else { "null" });
        self.text.push(',');
        self
    }

    /// Closes the object with what every answer says: whether it is complete, and how long it took.
    pub(super) fn finish(mut self, started: Instant) -> Response {
        self.members.insert("complete".to_owned(), json!(self.incomplete.is_empty()));
        if !self.incomplete.is_empty() {
            self.members.insert("incomplete_reason".to_owned(), json!(self.incomplete.join("; ")));
        }
        self.members.insert("took_ms".to_owned(), json!(millis(started)));
        // The object of members follows without its opening brace.
        let members = Value::Object(self.members).to_string();
        self.text.push_str(members.strip_prefix('{').unwrap_or_default());
        let mut response = json_response(StatusCode::OK, self.text);
        if let Some(records) = self.records {
            response.extensions_mut().insert(records);
        }
        response
    }
}

pub(super) fn json_response(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn millis(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1_000_000.0).round() / 1_000.0
}
