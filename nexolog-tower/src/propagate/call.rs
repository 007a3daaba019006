use std::error::Error;
use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::HeaderValue;
use http::{Method, Request, Response, StatusCode, Uri};
use nexolog_core::__private::{Callsites, Snapshot, Text, callsites, milliseconds};
use nexolog_core::{Context, Level, Outcome};

use super::layer::Settings;
use crate::field::value;
use crate::text::cut;
use crate::trace_context::{TRACEPARENT, TRACESTATE, TraceContext};

/// More of a path is never recorded.
const PATH_CAP: usize = 2048;

static CALLSITES: Callsites = callsites! {
    target: "nexolog_tower::call", file: None, line: None,
    fields: [
        "message", "event.name", "module", "outcome", "duration_ms", "trace_id", "span_id", "error",
        "error.type", "service", "method", "host", "path", "status", "time_to_headers_ms"
    ],
    levels: [Error, Info],
};

/// One call that is not over yet; dropped, it is.
#[derive(Debug)]
pub(super) struct Call {
    settings: Arc<Settings>,
    /// Where the call was made; its answer may be read elsewhere.
    context: Context,
    trace: Option<TraceContext>,
    method: Method,
    uri: Uri,
    started: Instant,
    status: Option<StatusCode>,
    time_to_headers: Option<Duration>,
    error_type: Option<&'static str>,
    error: Option<Snapshot>,
}

impl Call {
    /// Begins: puts the running request's id and trace on the call.
    pub(super) fn begin<B>(request: &mut Request<B>, settings: &Arc<Settings>) -> Call {
        let context = Context::current();
        let trace = context.request().and_then(|request| TraceContext::of_call(request));
        let headers = request.headers_mut();
        if let Some(running) = context.request() {
            // An id that is no header was not made by our layer.
            if let Ok(id) = HeaderValue::from_str(running.request_id()) {
                headers.entry(&settings.id_header).or_insert(id);
            }
        }
        // Whoever sets a trace by hand has a span of their own.
        let trace = trace.filter(|_| !headers.contains_key(TRACEPARENT));
        if let Some(trace) = &trace {
            if let Ok(parent) = HeaderValue::try_from(trace.to_traceparent()) {
                headers.insert(TRACEPARENT, parent);
            }
            if let Some(Ok(state)) = trace.trace_state().map(HeaderValue::from_str) {
                headers.insert(TRACESTATE, state);
            }
        }
        Call {
            settings: Arc::clone(settings),
            context,
            trace,
            method: request.method().clone(),
            uri: request.uri().clone(),
            started: Instant::now(),
            status: None,
            time_to_headers: None,
            error_type: None,
            error: None,
        }
    }

    pub(super) fn answered<B>(&mut self, response: &Response<B>) {
        self.status = Some(response.status());
        self.time_to_headers = Some(self.started.elapsed());
    }

    pub(super) fn failed(&mut self, error_type: &'static str, error: &impl Display) {
        self.error_type = Some(error_type);
        self.error = Some(Snapshot::plain(error_type, Text::display(error)));
    }

    pub(super) fn broke(&mut self, error_type: &'static str) {
        self.error_type = Some(error_type);
    }

    fn outcome(&self) -> Outcome {
        match self.status {
            _ if self.error_type.is_some() => Outcome::Error,
            None if std::thread::panicking() => Outcome::Panic,
            None => Outcome::Cancelled,
            Some(StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT) => Outcome::Timeout,
            Some(status) if status.is_server_error() => Outcome::Error,
            Some(_) => Outcome::Success,
        }
    }

    fn tell(&self) {
        let outcome = self.outcome();
        let failed = self.status.is_some_and(|status| status.is_server_error());
        let level = match outcome {
            Outcome::Error | Outcome::Panic => Level::Error,
            _ if failed => Level::Error,
            _ => Level::Info,
        };
        if !CALLSITES.wants(level) {
            return;
        }
        let service = &*self.settings.service;
        let message = match (self.status, outcome) {
            (Some(status), _) => format!("{service} answered {}", status.as_u16()),
            (None, Outcome::Error) => format!("{service} could not be called"),
            (None, _) => format!("{service} was left before it answered"),
        };
        let status = self.status.map(|status| status.as_u16());
        let error = self.error.as_ref().map(|error| error as &(dyn Error + 'static));
        let time_to_headers_ms = self.time_to_headers.map(milliseconds);
        CALLSITES.emit(
            level,
            &[
                Some(&&*message),
                Some(&"external_call"),
                value(self.settings.module.as_deref().as_ref()),
                Some(&outcome.as_str()),
                Some(&milliseconds(self.started.elapsed())),
                value(self.trace.as_ref().map(TraceContext::trace_id).as_ref()),
                value(self.trace.as_ref().map(TraceContext::span_id).as_ref()),
                value(error.as_ref()),
                value(self.error_type.as_ref()),
                Some(&service),
                Some(&self.method.as_str()),
                value(self.uri.host().as_ref()),
                Some(&cut(self.uri.path(), PATH_CAP)),
                value(status.as_ref()),
                value(time_to_headers_ms.as_ref()),
            ],
        );
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let _context = self.context.clone().enter();
        self.tell();
    }
}
