use std::borrow::Cow;

use serde_json::{Value, json};

use crate::api::request::{identity, rfc3339};
use crate::record::{Key, Level, Line};
use crate::store::Cursor;

use super::facts::{is_request_line, text_field};

/// Microseconds by which a span may reach beyond another and still lie within it: each is stamped a moment after it ended.
const SLACK: i64 = 100;

/// Something that took time: a record with a duration, which was logged at its end.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::api) struct Span {
    /// In microseconds since the Unix epoch.
    pub(in crate::api) start: i64,
    pub(in crate::api) end: i64,
    /// How many others it lies within.
    pub(in crate::api) depth: usize,
    /// Of the request as a whole.
    is_request: bool,
    cursor: Cursor,
    duration_ms: f64,
    name: String,
    operation: Option<String>,
    module: Option<String>,
    level: Option<&'static str>,
    outcome: Option<String>,
}

impl Span {
    /// `None` when the record tells of no duration that can be.
    pub(in crate::api) fn of(line: &Line<'_>, cursor: &Cursor) -> Option<Span> {
        let duration_ms = line.duration_ms().filter(|duration| duration.is_finite())?;
        let length = micros(duration_ms)?;
        let end = line.timestamp()?;
        let operation = line.text(Key::Operation).map(Cow::into_owned);
        let is_request = is_request_line(line);
        let name = match &operation {
            Some(operation) if !is_request => operation.clone(),
            _ => text_field(line, "route")
                .and_then(|route| Some(format!("{} {route}", text_field(line, "method")?)))
                .or_else(|| Some(line.message()?.into_owned()))
                .unwrap_or_default(),
        };
        Some(Span {
            start: end.saturating_sub(length),
            end,
            depth: 0,
            is_request,
            cursor: cursor.clone(),
            duration_ms,
            name,
            operation,
            module: line.module().map(Cow::into_owned),
            level: line.level().map(Level::as_str),
            outcome: line.outcome().map(Cow::into_owned),
        })
    }

    /// As it stands in the answer; `begin` is when the request began.
    pub(in crate::api) fn json(&self, begin: i64) -> Value {
        let offset = self.start.saturating_sub(begin);
        json!({
            "name": self.name,
            "operation": self.operation,
            "module": self.module,
            "level": self.level,
            "outcome": self.outcome,
            "start": rfc3339(self.start),
            "offset_ms": offset as f64 / 1_000.0,
            "duration_ms": self.duration_ms,
            "depth": self.depth,
            "request": self.is_request,
            "seq": self.cursor.seq,
            "cursor": identity(&self.cursor),
        })
    }

    fn length(&self) -> i64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether `other` lies within this one, in time.
    fn has(&self, other: &Span) -> bool {
        other.start >= self.start.saturating_sub(SLACK)
            && other.end <= self.end.saturating_add(SLACK)
    }
}

#[allow(clippy::cast_possible_truncation, reason = "bounded just before")]
fn micros(milliseconds: f64) -> Option<i64> {
    // A hundred years.
    const MOST: f64 = 3.2e15;
    let micros = (milliseconds * 1_000.0).round();
    (0.0..=MOST).contains(&micros).then_some(micros as i64)
}

/// Says of each span within how many others it lies, and puts them in the order of a waterfall: by their beginnings, outer ones first.
pub(in crate::api) fn nest(spans: &mut Vec<Span>) {
    // Longer ones first, so that whoever has a span was placed before it; of two that are as long, the request is the outer one,
    // and then the one that was logged later.
    spans.sort_by(|a, b| {
        let by_length = b.length().cmp(&a.length());
        by_length.then(b.is_request.cmp(&a.is_request)).then(b.cursor.seq.cmp(&a.cursor.seq))
    });
    // Each with the time that it is ordered by: slack must not put it before the one it lies within.
    let mut placed: Vec<(i64, Span)> = Vec::with_capacity(spans.len());
    for mut span in spans.drain(..) {
        // The last one placed that has it is the shortest.
        let outer = placed.iter().rev().find(|(_, outer)| outer.has(&span));
        let begin = outer.map_or(span.start, |(begin, _)| span.start.max(*begin));
        span.depth = outer.map_or(0, |(_, outer)| outer.depth + 1);
        placed.push((begin, span));
    }
    placed.sort_by_key(|(begin, span)| (*begin, span.depth, span.cursor.seq));
    spans.extend(placed.into_iter().map(|(_, span)| span));
}
