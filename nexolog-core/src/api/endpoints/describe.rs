use axum::extract::OriginalUri;
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::Call;
use crate::api::answer::json_response;
use crate::api::openapi::{Gives, Operation, Schema, document};
use crate::api::problem::Problem;
use crate::api::service::Api;

pub(in crate::api) static DESCRIBE: Operation = Operation {
    id: "describe",
    summary: "This document: OpenAPI 3.1",
    gives: &[Gives::Json(description)],
    ..Operation::NEW
};

fn description() -> Schema {
    Schema::any_object(json!({"openapi": "3.1.0"}))
}

/// `GET openapi.json`: what the API takes and gives.
pub(in crate::api) fn describe(api: &Api, call: &Call) -> Result<Response, Problem> {
    call.params()?;
    let document = document(api.name(), base(call), api.guard.asks_for_token());
    Ok(json_response(StatusCode::OK, document.to_string()))
}

/// Where the API is, as the client's address says it.
fn base(call: &Call) -> &str {
    let original = call.parts.extensions.get::<OriginalUri>();
    let uri = original.map_or(&call.parts.uri, |OriginalUri(uri)| uri);
    uri.path().trim_end_matches("openapi.json").trim_end_matches('/')
}
