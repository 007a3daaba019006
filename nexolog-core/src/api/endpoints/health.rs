use axum::response::Response;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::Call;
use super::stats::storage_json;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Operation, Schema, storage};
use crate::api::problem::Problem;
use crate::api::reach::Whole;
use crate::api::request::rfc3339;
use crate::api::service::Api;

pub(in crate::api) static HEALTH: Operation = Operation {
    id: "health",
    summary: "Whether the logger itself is well",
    about: "Who has a scope is told whether the log is written, and no more.",
    gives: &[Gives::Json(condition)],
    ..Operation::NEW
};

fn condition() -> Schema {
    let by_name = |name: &str| Schema::map(name, Schema::count(0));
    let queue = [("bytes", Schema::count(0)), ("capacity", Schema::count(16_777_216))];
    let error = [("message", Schema::text("the disk is full")), ("at", Schema::time().or_null())];
    let for_all = [
        ("status", Schema::choice(&["ok", "degraded", "failing"])),
        ("service", Schema::text("shop")),
        ("version", Schema::text(env!("CARGO_PKG_VERSION")).about("Nexolog's version.")),
        ("uptime_s", Schema::count(3600)),
        ("writing", Schema::flag(true).about("Whether the last write succeeded.")),
    ];
    let in_full = [
        ("written", Schema::count(1042).about("Records since the start.")),
        ("lost", Schema::count(0).about("Events that are in no file, since the start.")),
        ("lost_by_cause", by_name("queue_full")),
        ("suppressed_by_cause", by_name("rate_limit")),
        (
            "missed_by_sink",
            by_name("console").about("Lines that sinks did not take; the files have them."),
        ),
        ("queue", Schema::object(queue).about("What waits to be written.")),
        ("last_error", Schema::object(error).or_null().such_as(Value::Null)),
        ("storage", storage().about("Null when the store is busy.").or_null()),
        ("newest_seq", Schema::count(1042)),
        ("viewers", Schema::count(1).about("Live streams that are open.")),
    ];
    let in_full = in_full.map(|(name, member)| (name, member.optional()));
    Schema::answer(for_all.into_iter().chain(in_full))
}

/// `GET health`: whether the logger itself is well.
///
/// It answers even while every search thread is taken; then `storage` is null and the answer says so. Who has a
/// scope is told whether the log is written, and no more.
pub(in crate::api) async fn health(api: &Api, call: Call) -> Result<Response, Problem> {
    call.params()?;
    let answer = match call.reach().whole() {
        Some(whole) => in_full(api, whole).await,
        None => in_short(api),
    };
    Ok(answer
        .with("service", api.name())
        .with("version", env!("CARGO_PKG_VERSION"))
        .finish(call.started))
}

fn in_short(api: &Api) -> Answer {
    let (writing, uptime_s) = api.vital_signs();
    Answer::new()
        .with("status", if writing { "ok" } else { "failing" })
        .with("writing", writing)
        .with("uptime_s", uptime_s)
}

async fn in_full(api: &Api, whole: Whole) -> Answer {
    let control = &api.backend(whole).control;
    let health = control.health();
    let lost: u64 = health.lost.iter().map(|(_, count)| count).sum();
    let look = api.order(whole, |backend| Ok(backend.store.storage()?));
    let storage = timeout(api.limits.patience, look).await.ok().and_then(Result::ok);
    let missing = storage.is_none().then(|| "the store can't be looked at now".to_owned());
    let status = if !health.writing {
        "failing"
    } else if lost > 0 || storage.is_none() {
        "degraded"
    } else {
        "ok"
    };
    Answer::new()
        .with("status", status)
        .with("uptime_s", health.uptime_s)
        .with("writing", health.writing)
        .with("written", health.written)
        .with("lost", lost)
        .with("lost_by_cause", counts(&health.lost))
        .with("suppressed_by_cause", counts(&health.suppressed))
        .with("missed_by_sink", counts(&health.missed))
        .with("queue", json!({"bytes": health.queued_bytes, "capacity": health.queue_capacity}))
        .with(
            "last_error",
            health.last_error.map(|(message, at)| json!({"message": message, "at": rfc3339(at)})),
        )
        .with("storage", storage.as_ref().map(storage_json))
        .with("newest_seq", control.newest_seq())
        .with("viewers", api.viewers.count())
        .incomplete(missing)
}

fn counts(counts: &[(&'static str, u64)]) -> Map<String, Value> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect()
}
