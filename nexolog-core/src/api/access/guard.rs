use std::time::Instant;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use super::choice::{Access, Kind};
use super::origin::{Source, source};
use super::session::{Sessions, id_of};
use super::throttle::{Throttle, address_of};
use super::{Principal, Role};
use crate::api::problem::Problem;

/// Applies an [`Access`] to requests.
pub(in crate::api) struct Guard {
    access: Access,
    sessions: Sessions,
    throttle: Throttle,
}

/// Somebody who was let in.
#[derive(Clone, Debug)]
pub(in crate::api) struct Caller {
    pub(in crate::api) principal: Principal,
    pub(in crate::api) by: By,
}

/// What let a caller in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum By {
    Token,
    Session,
    Rule,
    Open,
}

impl By {
    pub(in crate::api) fn as_str(self) -> &'static str {
        match self {
            By::Token => "token",
            By::Session => "session",
            By::Rule => "rule",
            By::Open => "open",
        }
    }
}

impl Guard {
    pub(in crate::api) fn new(access: Access) -> Guard {
        Guard { access, sessions: Sessions::default(), throttle: Throttle::default() }
    }

    /// Lets the request in, or says why not. Looks at its head only, before any work.
    pub(in crate::api) fn admit(&self, parts: &Parts, needs: Role) -> Result<Caller, Problem> {
        let caller = self.identify(parts)?;
        if caller.principal.role() < needs {
            return Err(Problem::forbidden(&format!(
                "this needs the role {needs}; you are signed in as {}",
                caller.principal.role()
            )));
        }
        if needs > Role::Viewer && caller.principal.scope().is_some() {
            return Err(Problem::beyond_scope());
        }
        if !parts.method.is_safe() {
            check_source(parts, caller.by)?;
        }
        Ok(caller)
    }

    /// Whether callers are told by tokens.
    pub(in crate::api) fn asks_for_token(&self) -> bool {
        matches!(self.access.kind, Kind::Tokens(_))
    }

    /// Exchanges a token for a session, and returns its id.
    pub(in crate::api) fn sign_in(
        &self,
        parts: &Parts,
        token: &str,
    ) -> Result<(Caller, Option<String>), Problem> {
        if source(parts) == Source::Foreign {
            return Err(foreign());
        }
        if !matches!(self.access.kind, Kind::Tokens(_)) {
            // The rule knows its own people; there is nothing to exchange.
            return Ok((self.identify(parts)?, None));
        }
        let principal = self.principal_of(token.as_bytes(), parts)?;
        let id = self
            .sessions
            .open(principal.clone(), Instant::now())
            .map_err(|_| Problem::internal("the system gave no random numbers for a session"))?;
        Ok((Caller { principal, by: By::Session }, Some(id)))
    }

    /// Ends the session that the request's cookie names, if any.
    pub(in crate::api) fn sign_out(&self, parts: &Parts) -> Result<(), Problem> {
        if source(parts) == Source::Foreign {
            return Err(foreign());
        }
        if let Some(id) = id_of(parts) {
            self.sessions.close(id);
        }
        Ok(())
    }

    fn identify(&self, parts: &Parts) -> Result<Caller, Problem> {
        match &self.access.kind {
            Kind::Open => Ok(Caller { principal: Role::Admin.into(), by: By::Open }),
            Kind::Custom(rule) => match rule(parts) {
                Some(principal) => Ok(Caller { principal, by: By::Rule }),
                None => Err(Problem::unauthorized(
                    "the service does not let you read its logs; sign in to it first",
                )),
            },
            Kind::Tokens(_) => self.identify_by_token(parts),
        }
    }

    fn identify_by_token(&self, parts: &Parts) -> Result<Caller, Problem> {
        if let Some(header) = parts.headers.get(AUTHORIZATION) {
            let token = bearer(header).ok_or_else(|| {
                Problem::unauthorized(
                    "the authorization header can't be read; send `Authorization: Bearer <token>`",
                )
            })?;
            return Ok(Caller { principal: self.principal_of(token, parts)?, by: By::Token });
        }
        let Some(id) = id_of(parts) else {
            return Err(Problem::unauthorized(
                "who are you? send `Authorization: Bearer <token>`, or sign in with POST session",
            ));
        };
        match self.sessions.find(id, Instant::now()) {
            Some(principal) => Ok(Caller { principal, by: By::Session }),
            None => Err(Problem::unauthorized("your session is over; sign in again")),
        }
    }

    fn principal_of(&self, token: &[u8], parts: &Parts) -> Result<Principal, Problem> {
        let Kind::Tokens(tokens) = &self.access.kind else {
            return Err(Problem::unauthorized("this service takes no tokens"));
        };
        if let Some(principal) = tokens.find(token) {
            return Ok(principal.clone());
        }
        match self.throttle.failed(address_of(parts), Instant::now()) {
            Ok(()) => Err(Problem::unauthorized("that token is not known; check it and try again")),
            Err(wait) => Err(Problem::retry(
                StatusCode::TOO_MANY_REQUESTS,
                "too many wrong tokens came from your address; wait before the next try",
                wait.as_secs() + 1,
            )),
        }
    }
}

/// The token of an `Authorization: Bearer` header; the scheme's case does not matter.
fn bearer(header: &HeaderValue) -> Option<&[u8]> {
    let (scheme, token) = header.as_bytes().split_at_checked(7)?;
    let token = token.trim_ascii();
    (scheme.eq_ignore_ascii_case(b"bearer ") && !token.is_empty()).then_some(token)
}

/// Keeps foreign pages from changing something with the reader's own cookies.
///
/// A bearer token is proof enough: no browser sends one by itself.
fn check_source(parts: &Parts, by: By) -> Result<(), Problem> {
    match (by, source(parts)) {
        (By::Token, _) | (_, Source::Same) | (By::Rule | By::Open, Source::Unsaid) => Ok(()),
        (By::Session, Source::Unsaid) => Err(Problem::forbidden(
            "a request with a session cookie must say that it comes from this page (`Sec-Fetch-Site` or `Origin`); send a bearer token instead",
        )),
        (_, Source::Foreign) => Err(foreign()),
    }
}

fn foreign() -> Problem {
    Problem::forbidden(
        "this request comes from a page of another origin; only this service's own page may send it",
    )
}
