use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use http::Version;
use http::header::HeaderValue;
use nexolog_core::__private::{Callsites, callsites, milliseconds};
use nexolog_core::{Level, Outcome};
use tracing::field::{DisplayValue, display};

use super::exchange::{Ending, Exchange};
use super::query;

/// More of a user agent is never recorded.
const USER_AGENT_CAP: usize = 256;

/// More of a path is never recorded.
const PATH_CAP: usize = 2048;

static CALLSITES: Callsites = callsites! {
    target: "nexolog_tower::request", file: None, line: None,
    // The order is that of the values in `emit`.
    fields: [
        "message", "event.name", "module", "outcome", "duration_ms", "request_id", "trace_id",
        "span_id", "error", "error.type", "method", "route", "path", "query", "status",
        "time_to_headers_ms", "bytes_in", "bytes_out", "version", "scheme", "user_agent", "client",
        "grpc_status", "request_id_refused"
    ],
    levels: [Error, Warning, Info, Debug],
};

/// Logs the one event of a request.
pub(super) fn emit(exchange: &Exchange, ending: &Ending, duration: Duration) {
    let level = level(exchange, ending.outcome);
    if !CALLSITES.wants(level) {
        return;
    }
    let path = cut(exchange.uri.path(), PATH_CAP);
    let route = exchange.route.as_str();
    let status = exchange.status.map(|status| status.as_u16());
    let message = display(Message {
        method: exchange.method.as_str(),
        place: route.unwrap_or(path),
        status,
        outcome: ending.outcome,
    });
    let method = exchange.method.as_str();
    let outcome = ending.outcome.as_str();
    let duration_ms = milliseconds(duration);
    let time_to_headers_ms = exchange.time_to_headers.map(milliseconds);
    let request_id = exchange.context.request_id();
    let query = exchange.uri.query().and_then(|it| query::shown(it, exchange.settings.query));
    let user_agent = exchange.user_agent.as_ref().map(user_agent);
    let user_agent = user_agent.as_deref();
    let client: Option<DisplayValue<_>> = exchange.client.map(display);
    let error = ending.error.as_ref().map(|error| error as &(dyn Error + 'static));
    CALLSITES.emit(
        level,
        &[
            Some(&message),
            Some(&"request"),
            Some(&"api"),
            Some(&outcome),
            Some(&duration_ms),
            Some(&request_id),
            Some(&exchange.context.trace_id()),
            Some(&exchange.context.span_id()),
            Some(&error),
            Some(&ending.error_type),
            Some(&method),
            Some(&route),
            Some(&path),
            Some(&query),
            Some(&status),
            Some(&time_to_headers_ms),
            Some(&exchange.bytes_in),
            Some(&exchange.bytes_out),
            Some(&version(exchange.version)),
            Some(&exchange.uri.scheme_str()),
            Some(&user_agent),
            Some(&client),
            Some(&exchange.grpc_status),
            Some(&exchange.refused_id),
        ],
    );
}

fn level(exchange: &Exchange, outcome: Outcome) -> Level {
    let failed = matches!(outcome, Outcome::Error | Outcome::Panic)
        || exchange.status.is_some_and(|status| status.is_server_error());
    match outcome {
        _ if failed => Level::Error,
        _ if exchange.quiet => Level::Debug,
        Outcome::Success if is_slow(exchange) => Level::Warning,
        _ => Level::Info,
    }
}

fn is_slow(exchange: &Exchange) -> bool {
    match (exchange.time_to_headers, exchange.settings.slow) {
        (Some(time), Some(slow)) => time >= slow,
        _ => false,
    }
}

/// `GET /orders/{id} 200`, and what else there is to say.
struct Message<'a> {
    method: &'a str,
    place: &'a str,
    status: Option<u16>,
    outcome: Outcome,
}

impl std::fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.place)?;
        if let Some(status) = self.status {
            write!(f, " {status}")?;
        }
        match self.outcome {
            Outcome::ClientDisconnected => f.write_str(" client disconnected"),
            Outcome::Panic => f.write_str(" panicked"),
            Outcome::Upgraded => f.write_str(" upgraded"),
            Outcome::Error if self.status.is_none_or(|status| status < 500) => {
                f.write_str(" failed")
            }
            _ => Ok(()),
        }
    }
}

fn version(version: Version) -> Option<&'static str> {
    Some(match version {
        Version::HTTP_09 => "0.9",
        Version::HTTP_10 => "1.0",
        Version::HTTP_11 => "1.1",
        Version::HTTP_2 => "2",
        Version::HTTP_3 => "3",
        _ => return None,
    })
}

fn user_agent(value: &HeaderValue) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    String::from_utf8_lossy(bytes.get(..USER_AGENT_CAP).unwrap_or(bytes))
}

/// At most `cap` bytes of `text`, ending at a character's edge.
fn cut(text: &str, cap: usize) -> &str {
    let mut end = text.len().min(cap);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
