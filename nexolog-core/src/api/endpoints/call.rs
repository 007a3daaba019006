use std::time::Instant;

use axum::body::{Body, to_bytes};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::api::access::Caller;
use crate::api::openapi::Operation;
use crate::api::problem::Problem;
use crate::api::reach::Reach;
use crate::api::request::{Params, Question};

/// No body that the API takes is longer.
const LONGEST_BODY: usize = 16 * 1024;

/// One request that was let in.
pub(in crate::api) struct Call {
    pub(in crate::api) parts: Parts,
    pub(in crate::api) body: Body,
    /// What stands in the variable part of the path, where it has one.
    pub(in crate::api) variable: Option<String>,
    /// Who asks; `None` while signing in or out.
    pub(in crate::api) caller: Option<Caller>,
    pub(in crate::api) started: Instant,
    /// What is asked for.
    pub(in crate::api) operation: &'static Operation,
}

impl Call {
    /// The parameters: those of the operation, and no others.
    pub(super) fn params(&self) -> Result<Params, Problem> {
        Params::read(&self.parts.uri, self.operation)
    }

    /// How far the caller sees.
    pub(super) fn reach(&self) -> Reach {
        Reach::of(self.caller.as_ref())
    }

    /// Which records the caller asks for, and may see.
    pub(super) fn question(&self, params: &Params, now: Timestamp) -> Result<Question, Problem> {
        Question::read(params, &self.reach(), now)
    }

    /// The caller's name, for the log.
    pub(super) fn by(&self) -> String {
        self.caller.as_ref().map_or_else(String::new, |caller| caller.principal.name().to_owned())
    }

    /// The body as a JSON object with no other members than the operation's.
    pub(super) async fn json(
        parts: &Parts,
        body: Body,
        operation: &Operation,
    ) -> Result<Map<String, Value>, Problem> {
        let accepted = operation.members();
        let accepted: Vec<&str> = accepted.iter().map(String::as_str).collect();
        let is_json =
            parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(
                |value| {
                    let essence = value.split(';').next().unwrap_or_default();
                    essence.trim().eq_ignore_ascii_case("application/json")
                },
            );
        if !is_json {
            // Forms of foreign pages can't send this type, so it is worth asking for.
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "send a JSON object with `Content-Type: application/json`",
            ));
        }
        let bytes = to_bytes(body, LONGEST_BODY).await.map_err(|_| {
            Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!(
                    "the body broke off or is longer than {LONGEST_BODY} bytes; send a shorter one"
                ),
            )
        })?;
        let Ok(Value::Object(object)) = serde_json::from_slice(&bytes) else {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                format!("the body is no JSON object; send one with {}", accepted.join(", ")),
            ));
        };
        match object.keys().find(|key| !accepted.contains(&key.as_str())) {
            Some(key) => Err(Problem::unknown_parameter(key, &accepted)),
            None => Ok(object),
        }
    }
}

/// The text under `key`; `None` when it is absent or null.
pub(super) fn text<'a>(
    object: &'a Map<String, Value>,
    key: &str,
) -> Result<Option<&'a str>, Problem> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(Problem::bad_parameter(key, &other.to_string(), "a string")),
    }
}
