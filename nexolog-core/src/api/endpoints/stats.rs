use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Call, stats_shape};
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter};
use crate::api::problem::Problem;
use crate::api::reach::{Reader, Whole};
use crate::api::request::{FILTERS, Params, Question, parse_span, rfc3339};
use crate::api::service::Api;
use crate::record::Level;
use crate::store::{Durations, Stats, Storage, TimelineBar};

/// More bars than any screen has columns would only cost memory.
const MOST_BARS: u64 = 5_000;

/// Classes of statuses, in the order of [`Stats::by_status`].
pub(super) const STATUSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

pub(in crate::api) static STATS: Operation = Operation {
    id: "stats",
    summary: "What the matching records add up to",
    about: "Counts are exact; `approximate` names the parts that are estimates.",
    query: &[
        FILTERS,
        &[Parameter::new(
            "interval",
            Kind::Span,
            "5m",
            "How long a bar of the timeline is; chosen by the range of time when absent.",
        )],
    ],
    gives: &[Gives::Json(stats_shape::sums)],
    ..Operation::NEW
};

/// `GET stats`: what the matching records add up to.
pub(in crate::api) async fn stats(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let now = Timestamp::now();
    let question = call.question(&params, now)?;
    let warnings = question.warnings();
    let interval = interval(&params)?;
    let whole = call.reach().whole();
    let (stats, storage) =
        api.ask(move |reader| count(reader, whole, &question, interval, now)).await?;
    let incomplete = stats.incomplete.clone();
    Ok(Answer::new()
        .with_all(summary(&stats))
        .with_written("timeline", |text| put_timeline(text, &stats.timeline))
        .with("storage", storage.as_ref().map(storage_json))
        .with("warnings", warnings)
        .incomplete(incomplete)
        .finish(call.started))
}

fn count(
    reader: &Reader<'_>,
    whole: Option<Whole>,
    question: &Question,
    interval: Option<u64>,
    now: Timestamp,
) -> Result<(Stats, Option<Storage>), Problem> {
    let storage = whole.map(|whole| reader.storage(whole)).transpose()?;
    if let Some(interval) = interval {
        let now = now.as_microsecond();
        let oldest = storage.as_ref().and_then(|storage| storage.oldest);
        let from = question.from.max(oldest).unwrap_or(now);
        let to = question.to.unwrap_or(now).min(now);
        let seconds = u64::try_from(to.saturating_sub(from) / 1_000_000).unwrap_or(0);
        if seconds / interval > MOST_BARS {
            return Err(Problem::bad_parameter(
                "interval",
                &format!("{interval}s"),
                &format!("at least {}s for this range of time", seconds.div_ceil(MOST_BARS)),
            ));
        }
    }
    Ok((reader.stats(&question.filter, interval)?, storage))
}

fn interval(params: &Params) -> Result<Option<u64>, Problem> {
    let Some(value) = params.one("interval")? else { return Ok(None) };
    match parse_span(value) {
        Some(seconds @ 1..) => Ok(Some(seconds)),
        _ => Err(Problem::bad_parameter(
            "interval",
            value,
            "a length of time of at least a second, such as 30s, 5m, 1h or 1d",
        )),
    }
}

fn summary(stats: &Stats) -> Value {
    json!({
        "total": stats.total,
        "errors": stats.errors,
        "error_rate": share(stats.errors, stats.total),
        "requests": {
            "total": stats.requests,
            "failed": stats.failed_requests,
            "error_rate": share(stats.failed_requests, stats.requests),
            "statuses": STATUSES.into_iter().zip(stats.by_status)
                .map(|(class, count)| (class.to_owned(), json!(count)))
                .collect::<Map<_, _>>(),
        },
        "levels": levels(Level::ALL.map(|level| count_of(stats, level))),
        "modules": stats.by_module.iter()
            .map(|counted| json!({
                "module": counted.module,
                "count": counted.count,
                "levels": levels(counted.by_level),
            }))
            .collect::<Value>(),
        "interval_s": stats.interval,
        "response_times": {
            "api": times(&stats.api_times),
            "database": times(&stats.database_times),
            "modules": stats.module_times.iter()
                .map(|(module, durations)| (module.clone(), times(durations)))
                .collect::<Map<String, Value>>(),
        },
        "operations": stats.operations.iter()
            .map(|operation| json!({
                "operation": operation.operation,
                "count": operation.count,
                "failures": operation.failures,
                "error_rate": share(operation.failures, operation.count),
                "times": times(&operation.times),
            }))
            .collect::<Value>(),
        "users": {
            "logins": stats.users.logins,
            "failed_logins": stats.users.failed_logins,
            "logouts": stats.users.logouts,
            "active": stats.users.active_users,
        },
        "external": stats.external.iter()
            .map(|service| json!({
                "service": service.service,
                "calls": service.calls,
                "failures": service.failures,
                "error_rate": share(service.failures, service.calls),
                "times": times(&service.times),
                "last_outcome": service.last_outcome,
            }))
            .collect::<Value>(),
        "approximate": stats.approximate,
        "scanned": stats.scanned,
    })
}

/// There may be thousands of bars, so they are put together by hand.
fn put_timeline(text: &mut String, bars: &[TimelineBar]) {
    text.push('[');
    for (number, bar) in bars.iter().enumerate() {
        text.push_str(if number == 0 { "{\"start\":" } else { ",{\"start\":" });
        match rfc3339(bar.start.saturating_mul(1_000_000)) {
            Some(start) => text.extend(["\"", start.as_str(), "\""]),
            None => text.push_str("null"),
        }
        text.push_str(",\"levels\":{");
        for (at, (level, count)) in Level::ALL.iter().zip(bar.by_level).enumerate() {
            let comma = if at == 0 { "\"" } else { ",\"" };
            text.extend([comma, level.as_str(), "\":"]);
            if count == 0 {
                text.push('0');
            } else {
                text.push_str(&count.to_string());
            }
        }
        text.push_str("}}");
    }
    text.push(']');
}

/// How much is stored, as answers say it.
pub(super) fn storage_json(storage: &Storage) -> Value {
    json!({
        "files": storage.files,
        "bytes": storage.bytes,
        "oldest": storage.oldest.and_then(rfc3339),
        "free_bytes": storage.free,
    })
}

fn count_of(stats: &Stats, wanted: Level) -> u64 {
    stats.by_level.iter().filter(|(level, _)| *level == wanted).map(|(_, count)| count).sum()
}

fn levels(counts: [u64; 6]) -> Value {
    let named = Level::ALL.iter().zip(counts);
    named
        .map(|(level, count)| (level.as_str().to_owned(), json!(count)))
        .collect::<Map<_, _>>()
        .into()
}

/// A share from 0 to 1; 0 of nothing is 0.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn times(durations: &Durations) -> Value {
    json!({
        "count": durations.count,
        "avg_ms": durations.avg,
        "p50_ms": durations.p50,
        "p95_ms": durations.p95,
        "p99_ms": durations.p99,
        "max_ms": durations.max,
    })
}
