use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

/// Why a request got no answer, as the problem details of RFC 9457.
///
/// The text reaches clients: it names what they sent and what would be right, never a path or an
/// inner part of the service.
#[derive(Debug)]
pub(crate) struct Problem(Box<Details>);

/// On the heap: problems are rare, and every `Result` that might hold one stays small.
#[derive(Debug)]
struct Details {
    status: StatusCode,
    detail: String,
    members: Vec<(&'static str, Value)>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        Problem(Box::new(Details { status, detail, members: Vec::new(), header: None }))
    }

    /// Adds a member that a program can read.
    pub(super) fn with(mut self, key: &'static str, value: impl Into<Value>) -> Problem {
        self.0.members.push((key, value.into()));
        self
    }

    /// A parameter whose value can't be read.
    pub(super) fn bad_parameter(name: &str, value: &str, accepted: &str) -> Problem {
        let value = shortened(value);
        Problem::new(
            StatusCode::BAD_REQUEST,
            format!("parameter `{name}` can't be `{}`; it takes {accepted}", value.escape_debug()),
        )
        .with("parameter", name)
        .with("value", value)
        .with("accepted", accepted)
    }

    /// A parameter that this path does not have.
    pub(super) fn unknown_parameter(name: &str, accepted: &[&str]) -> Problem {
        let name = shortened(name);
        let detail = if accepted.is_empty() {
            format!("there is no parameter `{}` here; this path takes none", name.escape_debug())
        } else {
            format!(
                "there is no parameter `{}` here; use {}",
                name.escape_debug(),
                accepted.join(", ")
            )
        };
        Problem::new(StatusCode::BAD_REQUEST, detail)
            .with("parameter", name)
            .with("accepted", accepted)
    }

    /// No credentials, or wrong ones.
    pub(super) fn unauthorized(detail: &str) -> Problem {
        let mut problem = Problem::new(StatusCode::UNAUTHORIZED, detail);
        problem.0.header = Some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        problem
    }

    pub(super) fn forbidden(detail: &str) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, detail)
    }

    /// Something about the log as a whole, asked by somebody who may see a part of it.
    pub(super) fn beyond_scope() -> Problem {
        Problem::forbidden(
            "this concerns the whole log, and you may see a part of it; ask somebody who may see all",
        )
    }

    /// A path that exists, with another method; `allow` lists the right ones.
    pub(crate) fn method_not_allowed(allow: &str) -> Problem {
        let mut problem = Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("this path does not take that method; use {allow}"),
        );
        problem.0.header = HeaderValue::from_str(allow).ok().map(|allow| (ALLOW, allow));
        problem
    }

    /// Something that will pass: come back after `seconds`.
    pub(super) fn retry(status: StatusCode, detail: &str, seconds: u64) -> Problem {
        let mut problem = Problem::new(status, detail).with("retry_after_s", seconds);
        problem.0.header = Some((RETRY_AFTER, HeaderValue::from(seconds)));
        problem
    }

    /// Whether it will pass by itself.
    pub(super) fn will_pass(&self) -> bool {
        self.0.status == StatusCode::SERVICE_UNAVAILABLE
    }

    /// Something inside failed; `detail` must be fit for a client.
    pub(super) fn internal(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Details { status, detail, members: more, header } = *self.0;
        let mut members = Map::new();
        members.insert("type".into(), json!("about:blank"));
        members.insert("title".into(), json!(status.canonical_reason().unwrap_or("Error")));
        members.insert("status".into(), json!(status.as_u16()));
        members.insert("detail".into(), json!(detail));
        members.extend(more.into_iter().map(|(key, value)| (key.to_owned(), value)));

        let mut response = Response::new(Body::from(Value::Object(members).to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.extend(header);
        response
    }
}

/// What a client sent, cut to a length that is fit to send back.
fn shortened(text: &str) -> String {
    const MOST: usize = 100;
    let mut short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
