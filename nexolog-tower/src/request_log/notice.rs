//! Events about requests that are not over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nexolog_core::__private::{Callsites, callsites, milliseconds};
use nexolog_core::{Context, Level, RequestContext};
use tracing::{Dispatch, dispatcher};

use super::exchange::Exchange;
use super::facts::Facts;
use crate::alarm::Alarm;
use crate::field::value;

static CALLSITES: Callsites = callsites! {
    target: "nexolog_tower::request", file: None, line: None,
    fields: [
        "message", "event.name", "module", "request_id", "trace_id", "span_id", "method", "route",
        "path", "running_ms"
    ],
    levels: [Error, Warning, Info, Debug, Trace, Critical],
};

/// Logs that a request begins.
pub(super) fn started(exchange: &Exchange, level: Level) {
    tell(level, "request_started", "started", &exchange.facts, &exchange.context, None);
}

/// Logs a request that is not over after `limit`.
pub(super) fn watch(exchange: &Exchange, limit: Duration) -> Option<Alarm> {
    let now = Instant::now();
    let at = now.checked_add(limit)?;
    let overdue = Overdue {
        context: Arc::clone(&exchange.context),
        facts: exchange.facts.clone(),
        started: now,
        // The alarm's thread has no subscriber of its own.
        dispatch: dispatcher::get_default(Dispatch::clone),
    };
    Some(Alarm::at(at, move || overdue.tell()))
}

struct Overdue {
    context: Arc<RequestContext>,
    facts: Facts,
    started: Instant,
    dispatch: Dispatch,
}

impl Overdue {
    fn tell(&self) {
        let running = self.started.elapsed();
        let _context = Context::for_request(Arc::clone(&self.context)).enter();
        dispatcher::with_default(&self.dispatch, || {
            let (name, verb) = ("request_running", "still running");
            tell(Level::Warning, name, verb, &self.facts, &self.context, Some(running));
        });
    }
}

fn tell(
    level: Level,
    name: &str,
    verb: &str,
    facts: &Facts,
    context: &RequestContext,
    running: Option<Duration>,
) {
    if !CALLSITES.wants(level) {
        return;
    }
    let (method, path) = (facts.method.as_str(), facts.path());
    let route = facts.route.template(context);
    let message = format!("{method} {} {verb}", route.unwrap_or(path));
    let running_ms = running.map(milliseconds);
    let (trace_id, span_id) = (context.trace_id(), context.span_id());
    CALLSITES.emit(
        level,
        &[
            Some(&&*message),
            Some(&name),
            Some(&"api"),
            Some(&context.request_id()),
            value(trace_id.as_ref()),
            value(span_id.as_ref()),
            Some(&method),
            value(route.as_ref()),
            Some(&path),
            value(running_ms.as_ref()),
            Some(&true),
        ],
    );
}
