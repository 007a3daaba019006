use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Call;
use super::call::text;
use crate::api::Backend;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema, hold};
use crate::api::problem::Problem;
use crate::api::request::{TIMES, parse_time, rfc3339};
use crate::api::service::Api;
use crate::record::Level;
use crate::store::{Hold, HoldError};

pub(in crate::api) static HOLDS: Operation = Operation {
    id: "holds",
    summary: "The legal holds in force, in the order they were placed",
    gives: &[Gives::Json(all_holds)],
    ..Operation::NEW
};

pub(in crate::api) static PLACE_HOLD: Operation = Operation {
    id: "place_hold",
    summary: "Places a legal hold on what matches a query, or on a range of time",
    about: "Nothing that it covers is removed until it is released. It has a `query` or times, not both.",
    body: Some(wanted_hold),
    gives: &[Gives::Json(placed_hold)],
    refuses: &[409],
    ..Operation::NEW
};

pub(in crate::api) static RELEASE_HOLD: Operation = Operation {
    id: "release_hold",
    summary: "Releases a legal hold",
    query: &[&[Parameter::new("name", Kind::Text, "case-17", "Which hold.").required()]],
    gives: &[Gives::Json(released_hold)],
    refuses: &[404],
    ..Operation::NEW
};

fn all_holds() -> Schema {
    Schema::answer([("holds", Schema::list(hold()))])
}

fn placed_hold() -> Schema {
    let new = Schema::flag(true).about("Whether it was not there already.");
    Schema::answer([("hold", hold()), ("new", new)])
}

fn released_hold() -> Schema {
    Schema::answer([("released", hold())])
}

/// Something to be seen, and no control character.
const WORDS: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";

fn wanted_hold() -> Schema {
    let time = |example: Value| Schema::time().or_null().optional().such_as(example);
    Schema::object([
        ("name", Schema::text("case-17").within(1, 64).matching(WORDS)),
        ("reason", Schema::text("asked for by the court").within(1, 1000).matching(WORDS)),
        (
            "query",
            Schema::text("user_id:u1")
                .about("A filter, read strictly.")
                .or_null()
                .optional()
                .such_as(Value::Null),
        ),
        (
            "from",
            time(json!("2026-11-23T10:00:00Z")).about("From this time on; also relative to now."),
        ),
        ("to", time(Value::Null).about("Before this time; it is after `from`.")),
    ])
}

/// `GET holds`: the legal holds in force, in the order they were placed.
pub(in crate::api) async fn holds(api: &Api, call: Call) -> Result<Response, Problem> {
    call.params()?;
    let whole = call.reach().all_of_it()?;
    let holds = api.order(whole, |backend| Ok(backend.store.holds()?)).await?;
    let holds: Value = holds.iter().map(told).collect();
    Ok(Answer::new().with("holds", holds).finish(call.started))
}

/// `POST holds`: places a hold on what matches `query`, or on what was logged `from` … `to`. One that is there
/// already and says the same stays as it is.
pub(in crate::api) async fn place_hold(api: &Api, call: Call) -> Result<Response, Problem> {
    call.params()?;
    let whole = call.reach().all_of_it()?;
    let by = call.by();
    let object = Call::json(&call.parts, call.body, call.operation).await?;
    let text = |key| text(&object, key);
    let (name, reason) = (text("name")?.unwrap_or_default(), text("reason")?.unwrap_or_default());
    let (from, to) = (point("from", text("from")?)?, point("to", text("to")?)?);
    let hold = match text("query")? {
        Some(_) if from.is_some() || to.is_some() => {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "a hold has a `query` or times, not both; put `after:` and `before:` into the query",
            )
            .with("parameter", "query"));
        }
        Some(query) => Hold::query(name, reason, query),
        None => Hold::between_micros(name, reason, from, to),
    };
    let work = move |backend: &Backend| {
        let (hold, is_new) = backend.store.hold(hold)?;
        if is_new {
            let fields = [
                ("by", by),
                ("hold", hold.name().to_owned()),
                ("reason", hold.reason().to_owned()),
                ("covers", hold.covers()),
            ];
            backend.control.note(Level::Warning, "hold placed", &fields);
        }
        Ok((hold, is_new))
    };
    let (hold, is_new) = api.order(whole, work).await?;
    Ok(Answer::new().with("hold", told(&hold)).with("new", is_new).finish(call.started))
}

/// `DELETE holds`: releases the hold `name`.
pub(in crate::api) async fn release_hold(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let whole = call.reach().all_of_it()?;
    let by = call.by();
    let Some(name) = params.one("name")?.map(str::to_owned) else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "parameter `name` is missing; say which hold to release",
        )
        .with("parameter", "name"));
    };
    let work = move |backend: &Backend| {
        let hold = backend.store.release(&name)?;
        let fields = [("by", by), ("hold", name), ("covers", hold.covers())];
        backend.control.note(Level::Warning, "hold released", &fields);
        Ok(hold)
    };
    let hold = api.order(whole, work).await?;
    Ok(Answer::new().with("released", told(&hold)).finish(call.started))
}

impl From<HoldError> for Problem {
    fn from(error: HoldError) -> Problem {
        let detail = error.to_string();
        match error {
            HoldError::Invalid { parameter, .. } => {
                Problem::new(StatusCode::BAD_REQUEST, detail).with("parameter", parameter)
            }
            HoldError::Exists { .. } => {
                Problem::new(StatusCode::CONFLICT, detail).with("parameter", "name")
            }
            HoldError::Unknown { .. } => {
                Problem::new(StatusCode::NOT_FOUND, detail).with("parameter", "name")
            }
            HoldError::File(_) => Problem::internal(detail),
        }
    }
}

fn told(hold: &Hold) -> Value {
    let (from, to) = hold.times_micros();
    json!({
        "name": hold.name(),
        "reason": hold.reason(),
        "query": hold.as_query(),
        "from": from.and_then(rfc3339),
        "to": to.and_then(rfc3339),
        "created": hold.created_micros().and_then(rfc3339),
    })
}

fn point(name: &str, value: Option<&str>) -> Result<Option<i64>, Problem> {
    let Some(value) = value else { return Ok(None) };
    match parse_time(value, Timestamp::now()) {
        Some(time) => Ok(Some(time)),
        None => Err(Problem::bad_parameter(name, value, TIMES)),
    }
}
