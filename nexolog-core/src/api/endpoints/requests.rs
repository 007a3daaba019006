use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use super::Call;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema, level, record, warnings};
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

pub(in crate::api) static REQUEST: Operation = Operation {
    id: "request",
    summary: "One request's whole story",
    about: "Of a request that has not finished only what its lines say so far is known.",
    path: &[Parameter::new(
        "id",
        Kind::Text,
        "0197a0c2-7b1e-7000-8000-000000000001",
        "The request's id.",
    )
    .required()],
    query: &[&[Parameter::new(
        "limit",
        Kind::Number(1, MOST),
        "1000",
        "Most lines in the answer; 1000 when absent.",
    )]],
    gives: &[Gives::Json(told)],
    refuses: &[404],
    ..Operation::NEW
};

fn told() -> Schema {
    let next = Schema::text("1042@1795428000000000")
        .about("Where `search` goes on with `request_id` and `order=oldest`; null at the end.");
    Schema::answer([
        ("request", own_facts()),
        (
            "spans",
            Schema::list(span()).about("What has a duration, by its beginning, outer ones first."),
        ),
        ("logs", Schema::list(record()).about("Its lines, oldest first.")),
        ("cursors", Schema::list(Schema::text("1042"))),
        ("next_cursor", next.or_null()),
        ("scanned", Schema::count(5).about("Lines that were looked at.")),
        ("warnings", warnings()),
    ])
}

fn own_facts() -> Schema {
    let text = |example: &str| Schema::text(example).or_null();
    let number = |example: f64| Schema::number(example).or_null();
    Schema::object([
        ("request_id", Schema::text("0197a0c2-7b1e-7000-8000-000000000001")),
        ("finished", Schema::flag(true)),
        ("method", text("POST")),
        ("route", text("/orders/{id}")),
        ("path", text("/orders/7")),
        ("status", Schema::count(500).or_null()),
        ("outcome", text("error")),
        ("start", Schema::time().or_null()),
        ("end", Schema::time().or_null()),
        ("duration_ms", number(31.0)),
        ("time_to_headers_ms", number(30.5)),
        ("bytes_in", Schema::count(20).or_null()),
        ("bytes_out", Schema::count(21).or_null()),
        ("level", level().about("The highest of its lines.").or_null()),
        ("errors", Schema::count(1).about("Its lines of ERROR and CRITICAL.")),
        ("trace_id", text("4bf92f3577b34da6a3ce929d0e0e4736")),
        ("user_id", text("u1")),
        ("organization_id", text("acme")),
        ("cursor", text("1042").about("Its own line.")),
    ])
}

fn span() -> Schema {
    let text = |example: &str| Schema::text(example).or_null();
    Schema::object([
        ("name", Schema::text("place_order")),
        ("operation", text("place_order")),
        ("module", text("orders")),
        ("level", level().or_null()),
        ("outcome", text("success")),
        ("start", Schema::time().or_null()),
        ("offset_ms", Schema::number(0.0).about("From the beginning of the first.")),
        ("duration_ms", Schema::number(31.0)),
        ("depth", Schema::count(0).about("Within how many others it lies in time.")),
        ("request", Schema::flag(false).about("Whether it is the request itself.")),
        ("seq", Schema::count(1042)),
        ("cursor", Schema::text("1042")),
    ])
}

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
    let params = call.params()?;
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
