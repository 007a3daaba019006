use std::sync::Arc;

use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;

use super::Call;
use crate::api::problem::Problem;
use crate::api::request::{FILTERS, Params, Question, parse_cursor};
use crate::api::service::Api;
use crate::api::stream::{Follower, Unfold, open};
use crate::store::Cursor;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// `GET stream`: matching records as they are logged, as server-sent events.
pub(in crate::api) async fn stream(api: &Arc<Api>, call: Call) -> Result<Response, Problem> {
    let accepted = [FILTERS.as_slice(), &["cursor"]].concat();
    let params = call.params(&accepted)?;
    let question = Question::read(&params, Timestamp::now())?;
    let warnings = question.warnings();
    let resume = resume_from(&params, &call)?;
    let follower = open(api, question.filter, &warnings, resume).await?;
    let mut response = Sse::new(Unfold::new(follower, Follower::next)).into_response();
    let headers = response.headers_mut();
    // A proxy that gathers or compresses would hold live lines back.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// Where to go on: the header of a browser that comes back is newer than the address it was given.
fn resume_from(params: &Params, call: &Call) -> Result<Option<u64>, Problem> {
    let cursor = match call.parts.headers.get(LAST_EVENT_ID) {
        Some(value) if !value.is_empty() => {
            let text = String::from_utf8_lossy(value.as_bytes());
            let cursor = parse_cursor(&text).ok_or_else(|| {
                Problem::bad_parameter("Last-Event-ID", &text, "the id of an event of this stream")
            })?;
            Some(cursor)
        }
        _ => params.cursor()?,
    };
    match cursor {
        None => Ok(None),
        Some(Cursor { seq, directory, .. }) if directory.is_empty() => Ok(Some(seq)),
        Some(_) => Err(Problem::bad_parameter(
            "cursor",
            &params.one("cursor")?.unwrap_or_default().to_owned(),
            "a cursor of this instance's own records; the stream follows only them",
        )),
    }
}
