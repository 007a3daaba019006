use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use super::Call;
use crate::api::answer::Answer;
use crate::api::problem::Problem;
use crate::api::reach::{Reach, Reader};
use crate::api::request::{cursor_text, identity};
use crate::api::service::Api;
use crate::api::story::{Facts, Span, is_request_line, nest};
use crate::query::Filter;
use crate::record::{Key, Line};
use crate::store::{Cursor, Order, SearchPage};

const DEFAULT_LIMIT: u64 = 1_000;
const MOST: u64 = 5_000;

/// `GET requests/{id}`: one request's whole story.
///
/// ```json
/// {"request": {"request_id": "0198c5f2", "finished": true, "method": "POST", "route": "/orders/{id}", "path": "/orders/7", "status": 500,
///              "outcome": "error", "start": "2026-11-23T10:00:00.000000Z", "end": "2026-11-23T10:00:00.031000Z", "duration_ms": 31.0,
///              "time_to_headers_ms": 30.5, "bytes_in": null, "bytes_out": 21, "level": "ERROR", "errors": 1,
///              "trace_id": null, "user_id": "u1", "organization_id": null, "cursor": "47"},
///  "spans": [{"name": "POST /orders/{id}", "operation": null, "module": "api", "level": "ERROR", "outcome": "error",
///             "start": "2026-11-23T10:00:00.000000Z", "offset_ms": 0.0, "duration_ms": 31.0, "depth": 0, "request": true, "seq": 47, "cursor": "47"}],
///  "logs": [{"seq": 45}, {"seq": 47}], "cursors": ["45", "47"], "next_cursor": null,
///  "scanned": 5, "warnings": [], "complete": true, "took_ms": 0.6}
/// ```
///
/// `logs` are its lines in the order in which they were logged, at most `limit` (1000, at most 5000); `next_cursor` goes on in `search` with
/// `request_id` and `order=oldest`. `spans` are those with a duration, by their beginning, which is their time less their duration; `depth`
/// is within how many others they lie in time. Of a request that has not `finished` only what its lines say so far is known.
///
/// 404 when no record has this id.
pub(in crate::api) async fn request(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params(&["limit"])?;
    let limit = params.number("limit", 1..=MOST)?.unwrap_or(DEFAULT_LIMIT);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let id = call.variable.clone().unwrap_or_default();
    let reach = call.reach();
    let story = api.ask(move |reader| Story::read(reader, &reach, id, limit)).await?;
    Ok(story.answer().finish(call.started))
}

/// What is told of a request.
struct Story {
    id: String,
    page: SearchPage,
    facts: Facts,
    spans: Vec<Span>,
}

impl Story {
    fn read(
        reader: &Reader<'_>,
        reach: &Reach,
        id: String,
        limit: usize,
    ) -> Result<Story, Problem> {
        let of_request = Filter::one_of(Key::RequestId.name(), [id.clone()]);
        let filter = reach.force(of_request.clone());
        let page = reader.page(&filter, Order::OldestFirst, limit, None)?;
        if page.records.is_empty() && page.incomplete.is_none() {
            return Err(Problem::new(StatusCode::NOT_FOUND, "no record has this request id"));
        }
        let mut story = Story { id, page, facts: Facts::default(), spans: Vec::new() };
        let mut has_own = false;
        let records = std::mem::take(&mut story.page.records);
        for (cursor, text) in &records {
            has_own |= story.add(cursor, text);
        }
        story.page.records = records;
        if !has_own && story.page.next_cursor.is_some() {
            // Its own line comes last, beyond what is shown; the story without it would have no frame.
            let own = Filter::one_of("event.name", ["request".to_owned()]);
            let own = reach.force(Filter::and([of_request, own]));
            for (cursor, text) in reader.search(&own, Order::NewestFirst, 1, None)?.records {
                story.add(&cursor, &text);
            }
        }
        nest(&mut story.spans);
        Ok(story)
    }

    /// Takes in a line; whether it is the request's own.
    fn add(&mut self, cursor: &Cursor, text: &str) -> bool {
        let Some(line) = Line::parse(text.as_bytes()) else { return false };
        let span = Span::of(&line, cursor);
        self.facts.add(&line, cursor, span.as_ref().map(|span| span.start));
        self.spans.extend(span);
        is_request_line(&line)
    }

    fn answer(&self) -> Answer {
        let page = &self.page;
        let lines = page.records.iter().map(|(_, line)| line.as_str());
        let (answer, taken) = Answer::new().with_lines("logs", lines);
        let taken = taken.into_iter().filter_map(|index| page.records.get(index));
        let cursors: Value = taken.map(|(cursor, _)| identity(cursor)).collect();
        let begin = self.facts.begin().unwrap_or_default();
        let is_cut = page.next_cursor.is_some() && page.incomplete.is_none();
        answer
            .with("request", self.facts.json(&self.id))
            .with("spans", self.spans.iter().map(|span| span.json(begin)).collect::<Value>())
            .with("cursors", cursors)
            .with("next_cursor", page.next_cursor.as_ref().map(cursor_text))
            .with("scanned", page.scanned)
            .with("warnings", Value::Array(Vec::new()))
            .incomplete(page.incomplete.clone())
            .incomplete(is_cut.then(|| {
                "the request has more lines; `search` goes on with `next_cursor`".to_owned()
            }))
    }
}
