use std::time::Duration;

use axum::response::sse::Event;
use serde_json::{Value, json};

use crate::api::request::identity;
use crate::store::Cursor;

/// How long a client waits before it comes back.
const RETRY: Duration = Duration::from_secs(2);

/// The first event; from its id on the client can resume, even before any record came.
pub(super) fn start(position: &Cursor, warnings: &Value) -> Event {
    let id = identity(position);
    let data = json!({"cursor": id, "warnings": warnings});
    Event::default().event("start").retry(RETRY).id(id).data(data.to_string())
}

/// A record: its line as it is stored. A line has no newline inside, so it is one line of `data:`.
pub(super) fn record(position: &Cursor, line: &str) -> Event {
    Event::default().id(identity(position)).data(line)
}

/// Records that nobody can send any more; `range` is their numbers where they are known.
pub(super) fn gap(range: Option<(u64, u64)>, reason: &str) -> Event {
    let (from, to) = range.unzip();
    let data = json!({"from": from, "to": to, "reason": reason});
    Event::default().event("gap").data(data.to_string())
}

/// A part of the store that could not be read.
pub(super) fn incomplete(reason: &str) -> Event {
    Event::default().event("incomplete").data(json!({"reason": reason}).to_string())
}

/// Tells proxies that the connection lives, and the client how far it is: without data it is no event
/// there, yet its id counts, so that coming back after a long silence costs no long search.
pub(super) fn alive(position: &Cursor) -> Event {
    Event::default().id(identity(position)).comment("")
}

/// The last event.
pub(super) fn end(position: &Cursor, reason: &str) -> Event {
    let id = identity(position);
    let data = json!({"reason": reason, "cursor": id});
    Event::default().event("end").retry(RETRY).id(id).data(data.to_string())
}
