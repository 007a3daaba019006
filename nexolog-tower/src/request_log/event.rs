use std::error::Error;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use nexolog_core::__private::{Callsites, callsites, milliseconds, stamp};
use nexolog_core::{Level, Outcome};

use super::ending::Ending;
use super::exchange::Exchange;
use super::finished::Finished;
use super::scratch;
use crate::field::value;

static CALLSITES: Callsites = callsites! {
    target: "nexolog_tower::request", file: None, line: None,
    // The order is that of the values in `log`.
    fields: [
        "message", "event.name", "module", "outcome", "duration_ms", "request_id", "trace_id",
        "span_id", "error", "error.type", "method", "route", "path", "query", "status",
        "time_to_headers_ms", "bytes_in", "bytes_out", "version", "scheme", "user_agent", "client",
        "peer", "grpc_status", "request_id_refused", "skipped"
    ],
    levels: [Error, Warning, Info, Debug, Trace, Critical],
};

/// Logs the one event of a request, unless it is to be skipped.
pub(super) fn emit(exchange: &Exchange, ending: &Ending) {
    let ended = stamp();
    let duration = exchange.lasted(ended);
    let skips = &exchange.settings.skips;
    let rule = if skips.is_empty() { None } else { skips.of(exchange.facts.path()) };
    if rule.is_some_and(|rule| exchange.is_plain(ending.outcome) && rule.skips(Instant::now())) {
        return;
    }
    let level = level(exchange, ending.outcome, duration);
    if CALLSITES.wants(level) {
        exchange.tell_headers();
        let skipped = rule.and_then(super::skipped::Rule::take_untold);
        // A level that the service chose by itself has let code of its own run since the clock was read.
        let stamp = exchange.settings.level.is_none().then_some(ended);
        let event = Event { ending, duration, level, stamp, skipped };
        scratch::with(|text| log(exchange, &event, text));
    }
}

/// What an event says beside what is known of its exchange.
struct Event<'a> {
    ending: &'a Ending,
    duration: Duration,
    level: Level,
    /// The end's own stamp, where that may be the event's.
    stamp: Option<u64>,
    skipped: Option<u64>,
}

fn log(exchange: &Exchange, event: &Event<'_>, text: &mut String) {
    let Exchange { facts, context, .. } = exchange;
    let Event { ending, duration, level, stamp, skipped } = *event;
    let (method, path) = (facts.method.as_str(), facts.path());
    let route = facts.route.template(context);
    let status = exchange.status.map(|status| status.as_u16());
    put_message(text, method, route.unwrap_or(path), status, ending.outcome);
    let message_end = text.len();
    let client = put_address(text, facts.client());
    let peer = put_address(text, facts.peer());
    let text = &*text;
    let message = text.get(..message_end);
    let client = client.and_then(|range| text.get(range));
    let peer = peer.and_then(|range| text.get(range));
    let error = ending.error.as_ref().map(|error| error as &(dyn Error + 'static));
    let time_to_headers_ms = exchange.time_to_headers.map(milliseconds);
    CALLSITES.emit_stamped(
        level,
        stamp,
        &[
            value(message.as_ref()),
            Some(&"request"),
            Some(&"api"),
            Some(&ending.outcome.as_str()),
            Some(&milliseconds(duration)),
            Some(&context.request_id()),
            value(context.trace_id().as_ref()),
            value(context.span_id().as_ref()),
            value(error.as_ref()),
            value(ending.error_type.as_ref()),
            Some(&method),
            value(route.as_ref()),
            Some(&path),
            value(facts.query().as_ref()),
            value(status.as_ref()),
            value(time_to_headers_ms.as_ref()),
            value(exchange.bytes_in().as_ref()),
            Some(&exchange.bytes_out),
            value(facts.version().as_ref()),
            value(facts.scheme.as_ref()),
            value(facts.user_agent().as_ref()),
            value(client.as_ref()),
            value(peer.as_ref()),
            value(exchange.grpc_status.as_ref()),
            value(exchange.refused_id.as_ref()),
            value(skipped.as_ref()),
            Some(&true),
        ],
    );
}

fn level(exchange: &Exchange, outcome: Outcome, duration: Duration) -> Level {
    let default_level = exchange.default_level(outcome);
    let Some(own) = &exchange.settings.level else { return default_level };
    let finished = Finished {
        method: &exchange.facts.method,
        path: exchange.facts.path(),
        route: exchange.facts.route.template(&exchange.context),
        status: exchange.status,
        outcome,
        time_to_headers: exchange.time_to_headers,
        duration,
        default_level,
    };
    // A request is often over in a drop, where another panic would end the process.
    catch_unwind(AssertUnwindSafe(|| (own.0)(&finished))).unwrap_or(default_level)
}

/// `GET /orders/{id} 200`, and what else there is to say.
fn put_message(out: &mut String, method: &str, place: &str, status: Option<u16>, outcome: Outcome) {
    out.push_str(method);
    out.push(' ');
    out.push_str(place);
    if let Some(status) = status {
        out.push(' ');
        put_number(out, status);
    }
    out.push_str(match outcome {
        Outcome::ClientDisconnected => " client disconnected",
        Outcome::Panic => " panicked",
        Outcome::Upgraded => " upgraded",
        Outcome::Error if status.is_none_or(|status| status < 500) => " failed",
        _ => "",
    });
}

fn put_address(out: &mut String, address: Option<IpAddr>) -> Option<Range<usize>> {
    let start = out.len();
    match address? {
        IpAddr::V4(address) => {
            for (at, octet) in address.octets().into_iter().enumerate() {
                if at > 0 {
                    out.push('.');
                }
                put_number(out, octet.into());
            }
        }
        // Writing to a text can't fail.
        IpAddr::V6(address) => drop(write!(out, "{address}")),
    }
    Some(start..out.len())
}

/// A few digits, without the detour that formatting takes.
fn put_number(out: &mut String, number: u16) {
    let mut started = false;
    for unit in [10_000, 1000, 100, 10, 1] {
        // A digit, so it fits.
        let digit = u8::try_from(number / unit % 10).unwrap_or(0);
        started |= digit > 0 || unit == 1;
        if started {
            out.push(char::from(b'0' + digit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_written_as_the_library_does() {
        for number in [0, 7, 10, 99, 100, 200, 505, 999, 1000, 10_000, u16::MAX] {
            let mut text = String::new();
            put_number(&mut text, number);
            assert_eq!(text, number.to_string());
        }
        for address in ["0.0.0.0", "203.0.113.0", "255.255.255.255", "::", "2001:db8::1"] {
            let address: IpAddr = address.parse().unwrap();
            let mut text = "before ".to_owned();
            let range = put_address(&mut text, Some(address)).unwrap();
            assert_eq!(text[range], address.to_string());
        }
    }
}
