use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::Call;
use crate::api::answer::Answer;
use crate::api::problem::Problem;
use crate::api::service::Api;
use crate::api::{Backend, Control};
use crate::record::Level;
use crate::store::{CleanupReport, CleanupRequest};

/// A hundred years.
const MOST_DAYS: u64 = 36_500;

/// `DELETE cleanup`: removes old sealed files, or with `dry_run` tells which.
///
/// What was removed is in the log even when the client leaves meanwhile.
pub(in crate::api) async fn cleanup(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params(&["older_than_days", "module", "dry_run"])?;
    let Some(days) = params.number("older_than_days", 0..=MOST_DAYS)? else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "parameter `older_than_days` is missing; say how many days to keep, such as `older_than_days=30`",
        )
        .with("parameter", "older_than_days"));
    };
    let request = CleanupRequest {
        older_than_days: u32::try_from(days).unwrap_or(u32::MAX),
        module: params.one("module")?.map(str::to_owned),
        dry_run: params.flag("dry_run")?,
    };
    let by = call.by();
    let dry_run = request.dry_run;
    let report = api.order(move |backend| remove(backend, &request, by)).await?;
    Ok(Answer::new()
        .with("dry_run", dry_run)
        .with("files", report.files.clone())
        .with("file_count", report.files.len())
        .with("bytes", report.bytes)
        .with("removed", report.range.map(|(from, to)| json!({"from": from, "to": to})))
        .finish(call.started))
}

fn remove(
    backend: &Backend,
    request: &CleanupRequest,
    by: String,
) -> Result<CleanupReport, Problem> {
    let control = backend.control.as_ref();
    let report = match backend.store.cleanup(request) {
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

/// Two records: what an admin did, and which records are gone, so that the files alone account for
/// every one.
fn note(control: &dyn Control, request: &CleanupRequest, report: &CleanupReport, by: String) {
    if let Some((from, to)) = report.range {
        let count = to.saturating_sub(from).saturating_add(1);
        control.note(
            Level::Info,
            "removed",
            &[
                ("count", count.to_string()),
                ("from", from.to_string()),
                ("to", to.to_string()),
                ("cause", "cleanup".to_owned()),
            ],
        );
    }
    control.note(
        Level::Warning,
        "cleanup",
        &[
            ("by", by),
            ("older_than_days", request.older_than_days.to_string()),
            ("cleaned_module", request.module.clone().unwrap_or_else(|| "all".to_owned())),
            ("files", report.files.len().to_string()),
            ("bytes", report.bytes.to_string()),
        ],
    );
}
