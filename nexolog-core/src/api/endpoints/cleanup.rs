use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::Call;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema};
use crate::api::problem::Problem;
use crate::api::service::Api;
use crate::api::{Backend, Control};
use crate::config::parse_size;
use crate::record::Level;
use crate::store::{CleanupReport, CleanupRequest};

/// A hundred years.
const MOST_DAYS: u64 = 36_500;

pub(in crate::api) static CLEANUP: Operation = Operation {
    id: "cleanup",
    summary: "Removes old sealed files, or tells which would go",
    about: "It takes `older_than_days`, `max_bytes` or both. What a legal hold covers stays.",
    query: &[&[
        Parameter::new(
            "older_than_days",
            Kind::Number(0, MOST_DAYS),
            "30",
            "Files whose newest record is older go.",
        ),
        Parameter::new(
            "max_bytes",
            Kind::Size,
            "500MB",
            "The oldest files go until the rest has at most so many bytes.",
        ),
        Parameter::new("module", Kind::Text, "auth", "Files of this module only."),
        Parameter::new("dry_run", Kind::Flag, "true", "Whether to remove nothing, and only tell."),
    ]],
    gives: &[Gives::Json(removal)],
    ..Operation::NEW
};

fn removal() -> Schema {
    let range = [("from", Schema::count(1)), ("to", Schema::count(1042))];
    let held = [
        ("file", Schema::text("shop.000000000001.jsonl.zst")),
        ("bytes", Schema::count(1024)),
        ("hold", Schema::text("case-17")),
    ];
    Schema::answer([
        ("dry_run", Schema::flag(true)),
        ("file_count", Schema::count(1)),
        ("files", Schema::list(Schema::text("shop.000000000001.jsonl.zst"))),
        ("bytes", Schema::count(2048)),
        ("records", Schema::count(1042)),
        (
            "removed",
            Schema::object(range).about("From the first to the last `seq` that went.").or_null(),
        ),
        ("held", Schema::list(Schema::object(held)).about("What stays for a legal hold.")),
    ])
}

/// `DELETE cleanup`: removes old sealed files, or with `dry_run` tells which.
///
/// What was removed is in the log even when the client leaves meanwhile.
pub(in crate::api) async fn cleanup(api: &Api, call: Call) -> Result<Response, Problem> {
    let whole = call.reach().all_of_it()?;
    let request = request(&call)?;
    let by = call.by();
    let dry_run = request.dry_run;
    let report = api.order(whole, move |backend| remove(backend, &request, by)).await?;
    let held: Value = report
        .held
        .iter()
        .map(|held| json!({"file": held.file, "bytes": held.bytes, "hold": held.hold}))
        .collect();
    Ok(Answer::new()
        .with("dry_run", dry_run)
        .with("file_count", report.files.len())
        .with("files", report.files)
        .with("bytes", report.bytes)
        .with("records", report.records)
        .with("removed", report.range.map(|(from, to)| json!({"from": from, "to": to})))
        .with("held", held)
        .finish(call.started))
}

fn request(call: &Call) -> Result<CleanupRequest, Problem> {
    let params = call.params()?;
    let days = params.number("older_than_days", 0..=MOST_DAYS)?;
    let max_bytes = params.one("max_bytes")?.map(size).transpose()?;
    if days.is_none() && max_bytes.is_none() {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "parameter `older_than_days` is missing; say how many days to keep, such as `older_than_days=30`, or \
             how much, such as `max_bytes=500MB`",
        )
        .with("parameter", "older_than_days"));
    }
    Ok(CleanupRequest {
        older_than_days: days.map(|days| u32::try_from(days).unwrap_or(u32::MAX)),
        max_bytes,
        module: params.one("module")?.map(str::to_owned),
        dry_run: params.flag("dry_run")?,
    })
}

fn size(value: &str) -> Result<u64, Problem> {
    parse_size(value).ok_or_else(|| {
        let accepted = "a number of bytes, such as `500000000`, `500MB` or `2GiB`";
        Problem::bad_parameter("max_bytes", value, accepted)
    })
}

/// Every segment that goes is told in a `removed` record of its own, so that the files alone account for every event;
/// and one record says what an admin did.
fn remove(
    backend: &Backend,
    request: &CleanupRequest,
    by: String,
) -> Result<CleanupReport, Problem> {
    let control = backend.control.as_ref();
    let report = match backend.store.cleanup(request, &mut |removed| control.removed(removed)) {
        Ok(report) => report,
        Err(error) => {
            // Some files may be gone already; the log must not be silent about it.
            control.note(
                Level::Error,
                "cleanup failed",
                &[("by", by), ("reason", error.to_string())],
            );
            return Err(error.into());
        }
    };
    if !request.dry_run {
        note(control, request, &report, by);
    }
    Ok(report)
}

fn note(control: &dyn Control, request: &CleanupRequest, report: &CleanupReport, by: String) {
    let limit = |value: Option<u64>| value.map_or_else(|| "none".to_owned(), |at| at.to_string());
    control.note(
        Level::Warning,
        "cleanup",
        &[
            ("by", by),
            ("older_than_days", limit(request.older_than_days.map(u64::from))),
            ("max_bytes", limit(request.max_bytes)),
            ("cleaned_module", request.module.clone().unwrap_or_else(|| "all".to_owned())),
            ("files", report.files.len().to_string()),
            ("bytes", report.bytes.to_string()),
            ("held", report.held.len().to_string()),
        ],
    );
}
