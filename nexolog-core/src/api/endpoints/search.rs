use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;

use super::Call;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema, record, warnings};
use crate::api::problem::Problem;
use crate::api::request::{FILTERS, Params, cursor_text, identity};
use crate::api::service::Api;
use crate::store::{Order, SearchPage};

const DEFAULT_LIMIT: u64 = 100;
const MOST: u64 = 1000;

pub(in crate::api) static SEARCH: Operation = Operation {
    id: "search",
    summary: "The records that match, newest first, a page at a time",
    about: "To go on, send `next_cursor` of the answer as `cursor`; pages stay right while logs arrive and files rotate.",
    query: &[FILTERS, PAGE],
    gives: &[Gives::Json(found)],
    ..Operation::NEW
};

const PAGE: &[Parameter] = &[
    Parameter::new(
        "limit",
        Kind::Number(1, MOST),
        "20",
        "Most records in the answer; 100 when absent.",
    ),
    CURSOR,
    ORDER,
];

pub(super) const CURSOR: Parameter = Parameter::new(
    "cursor",
    Kind::Cursor,
    "1042@1795428000000000",
    "Where to go on: `next_cursor` of an earlier answer, or an entry of `cursors`.",
);

pub(super) const ORDER: Parameter = Parameter::new(
    "order",
    Kind::Choice(&["newest", "oldest", "desc", "asc"]),
    "newest",
    "Which come first; the newest when absent.",
);

fn found() -> Schema {
    Schema::answer([
        ("logs", Schema::list(record())),
        (
            "cursors",
            Schema::list(Schema::text("1042"))
                .about("A name for each record of `logs`: its `seq`, and its directory when it is another instance's."),
        ),
        (
            "next_cursor",
            Schema::text("1042@1795428000000000").about("Where to go on; null at the end.").or_null(),
        ),
        ("scanned", Schema::count(1).about("Lines that were looked at.")),
        ("warnings", warnings()),
    ])
}

/// `GET search`: the records that match, newest first, a page at a time.
///
/// `logs` are the stored lines verbatim; `cursors` names each of them, in the same order: the `seq` of
/// the record, and behind a dot its directory when it is another instance's.
pub(in crate::api) async fn search(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let question = call.question(&params, Timestamp::now())?;
    let warnings = question.warnings();
    let limit = params.number("limit", 1..=MOST)?.unwrap_or(DEFAULT_LIMIT);
    let order = order(&params)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let cursor = params.cursor(order)?;
    let page = api.ask(move |reader| reader.search(&question.filter, order, limit, cursor)).await?;
    Ok(answer(&page, warnings).finish(call.started))
}

fn answer(page: &SearchPage, warnings: Value) -> Answer {
    let lines = page.records.iter().map(|(_, line)| line.as_str());
    let (answer, taken) = Answer::new().with_lines("logs", lines);
    let cursors: Value = taken
        .into_iter()
        .filter_map(|index| page.records.get(index))
        .map(|(cursor, _)| Value::from(identity(cursor)))
        .collect();
    answer
        .with("cursors", cursors)
        .with("next_cursor", page.next_cursor.as_ref().map(cursor_text))
        .with("scanned", page.scanned)
        .with("warnings", warnings)
        .incomplete(page.incomplete.clone())
}

/// Which way answers run.
pub(super) fn order(params: &Params) -> Result<Order, Problem> {
    match params.one("order")? {
        None | Some("newest" | "desc") => Ok(Order::NewestFirst),
        Some("oldest" | "asc") => Ok(Order::OldestFirst),
        Some(value) => {
            Err(Problem::bad_parameter("order", value, "newest (or desc) or oldest (or asc)"))
        }
    }
}
