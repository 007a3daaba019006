//! What of a request gets into the audit trail, and when.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Query};
use axum::response::Response;
use http::request::Parts;
use http::{Method, StatusCode, Uri};
use http_body::Body as _;
use tokio::time::timeout;

use super::access::{Caller, Principal, shows_credentials};
use super::dispatch::Endpoint;
use super::problem::Problem;
use crate::audit::{AuditError, Draft, Kind, Ticket, Trail};

/// Paths that say nothing of what is logged: machines ask them all the time.
const EXEMPT: [&str; 3] = ["health", "metrics", "openapi.json"];

/// Longest that an answer waits for the disk.
const PATIENCE: Duration = Duration::from_secs(5);

/// What makes room on a full disk, on which nothing else can be done since it can't be audited.
const MAKES_ROOM: &str = "cleanup";

/// How many records an answer holds; put into a response's extensions by who counts them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Records(pub(super) u64);

/// A request on its way through the audit.
///
/// A read is noted when it was answered, since only then it is known how much it showed, and leaves when that is on the
/// disk. A change is noted twice: before it is made, so that a crash in the middle does not hide it, and when it is known
/// how it went.
pub(super) struct Audited {
    kind: Kind,
    action: String,
    principal: Option<String>,
    address: String,
    query: String,
    body: Option<String>,
}

impl Audited {
    /// `None` for what the trail does not tell.
    pub(super) fn new(
        trail: &Trail,
        endpoint: &Endpoint,
        parts: &Parts,
        caller: Option<&Caller>,
    ) -> Option<Audited> {
        let is_session = endpoint.path == "session";
        if EXEMPT.contains(&endpoint.path) || is_session && endpoint.method == Method::GET {
            return None;
        }
        let kind = match endpoint.method {
            _ if is_session => Kind::Session,
            Method::GET => Kind::Read,
            _ => Kind::Change,
        };
        Some(Audited {
            kind,
            action: format!("{} {}", endpoint.method, endpoint.path),
            principal: caller.map(|caller| caller.principal.name().to_owned()),
            address: address(trail, parts),
            query: told(&parts.uri, endpoint.path),
            body: None,
        })
    }

    /// Whether what stands in the body says what is changed.
    pub(super) fn takes_body(&self) -> bool {
        self.kind == Kind::Change
    }

    pub(super) fn with_body(&mut self, body: &[u8]) {
        self.body = Some(String::from_utf8_lossy(body).into_owned());
    }

    /// Notes that a change is about to be made. When that can't be on the disk first, the change is refused.
    pub(super) async fn before(&self, trail: &Trail) -> Result<(), Problem> {
        if self.kind != Kind::Change {
            return Ok(());
        }
        let ticket = trail.append(self.draft(self.kind, "asked", self.principal.as_deref()));
        match settled(ticket).await {
            Err(error) if !self.action.ends_with(MAKES_ROOM) => Err(refused(&error)),
            _ => Ok(()),
        }
    }

    /// Notes how it went. What was read without being audited does not leave.
    pub(super) async fn after(&self, trail: &Trail, response: Response) -> Response {
        let status = response.status();
        if status.is_client_error() && !is_refusal(status) && self.kind == Kind::Read {
            // It showed nothing.
            return response;
        }
        let signed_in = response.extensions().get::<Principal>().map(Principal::name);
        let principal = self.principal.as_deref().or(signed_in);
        let kind = if is_refusal(status) { Kind::Refused } else { self.kind };
        let mut draft = self.draft(kind, outcome(status), principal);
        if let Some(Records(records)) = response.extensions().get() {
            draft = draft.number("records", *records);
        }
        if let Some(bytes) = response.body().size_hint().exact()
            && kind == Kind::Read
        {
            draft = draft.number("bytes", bytes);
        }
        match kind {
            Kind::Read => match settled(trail.note(draft)).await {
                Ok(()) => response,
                Err(error) => axum::response::IntoResponse::into_response(refused(&error)),
            },
            Kind::Refused => {
                // Nobody waits for the disk to be told that the token is wrong.
                drop(trail.note(draft));
                response
            }
            _ => {
                // That it was asked for is on the disk, and what can't be added to it is told by the trail itself.
                drop(settled(trail.append(draft)).await);
                response
            }
        }
    }

    fn draft(&self, kind: Kind, outcome: &str, principal: Option<&str>) -> Draft {
        let draft = Draft::new(kind, self.action.as_str(), outcome)
            .value("principal", principal.unwrap_or_default())
            .value("address", self.address.as_str());
        if kind == Kind::Refused {
            // What was asked for in vain is many things when somebody guesses.
            return draft;
        }
        draft
            .value("query", self.query.as_str())
            .value("body", self.body.as_deref().unwrap_or_default())
    }
}

async fn settled(ticket: Ticket) -> Result<(), AuditError> {
    timeout(PATIENCE, ticket).await.unwrap_or(Err(AuditError::TimedOut))
}

/// Notes that somebody was not let in. Who shows no credentials at all has only not signed in yet.
pub(super) fn note_refusal(trail: &Arc<Trail>, parts: &Parts, response: &Response, by_token: bool) {
    let status = response.status();
    if !is_refusal(status) || by_token && !shows_credentials(parts) {
        return;
    }
    let principal = response.extensions().get::<Principal>().map_or("", Principal::name);
    let draft = Draft::new(Kind::Refused, "let in", outcome(status))
        .value("principal", principal)
        .value("address", address(trail, parts));
    drop(trail.note(draft));
}

fn is_refusal(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
    )
}

fn outcome(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "unauthorized",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::TOO_MANY_REQUESTS => "throttled",
        status if status.is_client_error() => "refused",
        status if status.is_server_error() => "error",
        _ => "success",
    }
}

/// Only the connection's own address counts: forwarding headers can be made up.
fn address(trail: &Trail, parts: &Parts) -> String {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or_else(|| "unknown".to_owned(), |info| trail.address(info.0.ip()))
}

/// What was asked for, to be read by people: the variable part of the path, and every parameter but the place in a page,
/// so that the pages of one answer count as one read.
fn told(uri: &Uri, path: &str) -> String {
    let mut told = String::new();
    if path.contains('{')
        && let Some(asked) = uri.path().rsplit('/').next()
    {
        // Writing to a string can't fail.
        let _ = write!(told, "path={asked:?}");
    }
    let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else { return told };
    for (name, value) in pairs.iter().filter(|(name, _)| name != "cursor") {
        let separator = if told.is_empty() { "" } else { " " };
        let _ = write!(told, "{separator}{name}={value:?}");
    }
    told
}

fn refused(error: &AuditError) -> Problem {
    let detail =
        format!("the audit trail can't be written, and what can't be audited is not done: {error}");
    Problem::retry(StatusCode::SERVICE_UNAVAILABLE, &detail, 1)
}
