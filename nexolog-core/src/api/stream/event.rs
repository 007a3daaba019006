use std::time::Duration;

use axum::response::sse::Event;
use serde_json::{Value, json};

/// How long a client waits before it comes back.
const RETRY: Duration = Duration::from_secs(2);

/// The first event; from its id on the client can resume, even before any record came.
pub(super) fn start(position: u64, warnings: &Value) -> Event {
    let data = json!({"cursor": position.to_string(), "warnings": warnings});
    Event::default().event("start").retry(RETRY).id(position.to_string()).data(data.to_string())
}

/// A record: its line as it is stored. A line has no newline inside, so it is one line of `data:`.
pub(super) fn record(seq: u64, line: &str) -> Event {
    Event::default().id(seq.to_string()).data(line)
}

/// Records that nobody can send any more.
pub(super) fn gap(from: u64, to: u64, reason: &str) -> Event {
    let data = json!({"from": from, "to": to, "reason": reason});
    Event::default().event("gap").data(data.to_string())
}

/// A part of the store that could not be read.
pub(super) fn incomplete(reason: &str) -> Event {
    Event::default().event("incomplete").data(json!({"reason": reason}).to_string())
}

/// Tells proxies that the connection lives, and the client how far it is: without data it is no event
/// there, yet its id counts, so that coming back after a long silence costs no long search.
pub(super) fn alive(position: u64) -> Event {
    Event::default().id(position.to_string()).comment("")
}

/// The last event.
pub(super) fn end(position: u64, reason: &str) -> Event {
    let data = json!({"reason": reason, "cursor": position.to_string()});
    Event::default().event("end").retry(RETRY).id(position.to_string()).data(data.to_string())
}
