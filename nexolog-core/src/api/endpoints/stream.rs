use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;

use super::Call;
use crate::api::openapi::{Gives, Kind, Operation, Parameter};
use crate::api::problem::Problem;
use crate::api::request::{FILTERS, Params, parse_cursor};
use crate::api::service::Api;
use crate::api::stream::{Follower, open};
use crate::api::unfold::Unfold;
use crate::store::{Cursor, Order};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub(in crate::api) static STREAM: Operation = Operation {
    id: "stream",
    summary: "Matching records as they are logged, as server-sent events",
    about: "An event's data is a record and its id a cursor. A browser that comes back goes on without gap or repeat. \
            The stream ends by itself after a while, and with the service.",
    query: &[
        FILTERS,
        &[Parameter::new(
            "cursor",
            Kind::Cursor,
            "1042",
            "The id of an event to go on after; without it, what is logged from now on comes.",
        )],
    ],
    headers: &[Parameter::new(
        "Last-Event-ID",
        Kind::Cursor,
        "1042",
        "As `cursor`, and beats it: browsers send it when they come back.",
    )],
    gives: &[Gives::Text(
        "text/event-stream",
        "id: 1043\ndata: {\"seq\":1043,\"level\":\"INFO\",\"message\":\"order placed\"}\n\n",
        "Server-sent events.",
    )],
    ..Operation::NEW
};

/// `GET stream`: matching records as they are logged, as server-sent events.
pub(in crate::api) async fn stream(api: &Arc<Api>, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let question = call.question(&params, Timestamp::now())?;
    let warnings = question.warnings();
    let resume = resume_from(&params, &call)?;
    let follower = open(api, question.filter, &warnings, resume).await?;
    let next = async |follower: Follower| {
        let (follower, event) = follower.next().await?;
        Some((follower, Ok::<_, Infallible>(event)))
    };
    let mut response = Sse::new(Unfold::new(follower, next)).into_response();
    let headers = response.headers_mut();
    // A proxy that gathers or compresses would hold live lines back.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// Where to go on: the header of a browser that comes back is newer than the address it was given.
fn resume_from(params: &Params, call: &Call) -> Result<Option<Cursor>, Problem> {
    let Some(value) = call.parts.headers.get(LAST_EVENT_ID).filter(|value| !value.is_empty())
    else {
        return params.cursor(Order::OldestFirst);
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    match parse_cursor(&text, Order::OldestFirst) {
        Some(cursor) => Ok(Some(cursor)),
        None => {
            Err(Problem::bad_parameter("Last-Event-ID", &text, "the id of an event of this stream"))
        }
    }
}
