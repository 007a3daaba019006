use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use nexolog_core::__private::stamp;
use nexolog_core::{Level, Outcome, OwnTraffic, RequestContext};

use super::ending::Ending;
use super::facts::Facts;
use super::settings::Settings;
use super::{event, headers};
use crate::request_id::{self, RequestId};
use crate::trace_context::TraceContext;

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

/// What is known of one request and its response so far.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) settings: Arc<Settings>,
    pub(super) context: Arc<RequestContext>,
    id: HeaderValue,
    pub(super) refused_id: Option<&'static str>,
    pub(super) facts: Facts,
    announced_in: Option<u64>,
    /// Where the request's body is counted.
    counted_in: Option<Arc<AtomicU64>>,
    request_headers: headers::Kept,
    response_headers: headers::Kept,
    pub(super) status: Option<StatusCode>,
    pub(super) time_to_headers: Option<Duration>,
    pub(super) bytes_out: u64,
    pub(super) grpc_status: Option<u16>,
    /// Logged at DEBUG unless it fails.
    pub(super) quiet: bool,
    /// By the clock that stamps events.
    started: u64,
}

impl Exchange {
    /// Begins: chooses the id and puts it, with the trace, into the request's extensions.
    pub(super) fn begin<B>(request: &mut Request<B>, settings: &Arc<Settings>) -> Exchange {
        let started = stamp();
        let chosen = request_id::choose(request.headers(), &settings.id_headers, &settings.make_id);
        let mut context = RequestContext::new(chosen.id.to_str().unwrap_or_default());
        let trace = TraceContext::of(request.headers());
        let trace = trace.or_else(|| settings.start_traces.then(TraceContext::start));
        let facts = Facts::of(request, settings);
        let announced_in = number(request.headers());
        let request_headers = headers::keep(&settings.request_headers, request.headers());
        let extensions = request.extensions_mut();
        if let Some(trace) = trace {
            context = trace.put_into(context);
            extensions.insert(trace);
        }
        let context = Arc::new(context);
        extensions.insert(RequestId::new(Arc::clone(&context)));
        #[cfg(feature = "tower-http")]
        extensions.insert(tower_http::request_id::RequestId::new(chosen.id.clone()));
        Exchange {
            settings: Arc::clone(settings),
            context,
            id: chosen.id,
            refused_id: chosen.refused,
            announced_in,
            counted_in: None,
            request_headers,
            response_headers: Vec::new(),
            status: None,
            time_to_headers: None,
            bytes_out: 0,
            grpc_status: None,
            quiet: settings.quiet_paths.iter().any(|quiet| **quiet == *facts.path()),
            started,
            facts,
        }
    }

    /// Counts the request's body from now on, in what is returned.
    pub(super) fn count_in(&mut self) -> Arc<AtomicU64> {
        Arc::clone(self.counted_in.get_or_insert_default())
    }

    /// Bytes of the request's body: counted, or as announced.
    pub(super) fn bytes_in(&self) -> Option<u64> {
        let counted = self.counted_in.as_ref().map(|count| count.load(Ordering::Relaxed));
        counted.or(self.announced_in)
    }

    /// From its beginning to `now`.
    pub(super) fn lasted(&self, now: u64) -> Duration {
        Duration::from_nanos(now.saturating_sub(self.started))
    }

    /// Takes note of the response's head, and puts the id on it.
    pub(super) fn answered<B>(&mut self, response: &mut Response<B>) {
        self.status = Some(response.status());
        self.time_to_headers = Some(self.lasted(stamp()));
        self.quiet |= response.extensions().get::<OwnTraffic>().is_some();
        self.note_grpc_status(response.headers());
        self.response_headers = headers::keep(&self.settings.response_headers, response.headers());
        if let Some(name) = self.settings.id_headers.first() {
            response.headers_mut().insert(name.clone(), self.id.clone());
        }
    }

    /// gRPC tells its status at the end, or in the head when there is nothing else to tell.
    pub(super) fn note_grpc_status(&mut self, headers: &HeaderMap) {
        let status = headers.get(GRPC_STATUS).and_then(|status| status.to_str().ok());
        if let Some(status) = status.and_then(|status| status.parse().ok()) {
            self.grpc_status = Some(status);
        }
    }

    /// Whether nothing will follow the response's head, whatever its body says.
    pub(super) fn ends_with_headers(&self) -> bool {
        let silent =
            [StatusCode::SWITCHING_PROTOCOLS, StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];
        self.facts.method == Method::HEAD
            || self.is_upgrade()
            || self.status.is_some_and(|status| silent.contains(&status))
    }

    fn is_upgrade(&self) -> bool {
        self.status.is_some_and(|status| {
            status == StatusCode::SWITCHING_PROTOCOLS
                || (self.facts.method == Method::CONNECT && status.is_success())
        })
    }

    /// How a request ended whose response was sent whole.
    pub(super) fn completed(&self) -> Ending {
        match self.status {
            _ if self.is_upgrade() => Ending::of(Outcome::Upgraded),
            Some(StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT) => {
                Ending::of(Outcome::Timeout)
            }
            Some(status) if status.is_server_error() => Ending::of(Outcome::Error),
            _ => Ending::of_grpc(self.grpc_status),
        }
    }

    /// The level that the layer chooses by itself.
    pub(super) fn default_level(&self, outcome: Outcome) -> Level {
        match outcome {
            _ if self.has_failed(outcome) => Level::Error,
            _ if self.quiet || self.context.is_own_traffic() => Level::Debug,
            Outcome::Success if self.is_slow() => Level::Warning,
            _ => Level::Info,
        }
    }

    fn has_failed(&self, outcome: Outcome) -> bool {
        matches!(outcome, Outcome::Error | Outcome::Panic)
            || self.status.is_some_and(|status| status.is_server_error())
    }

    /// Whether it is one of those that nobody misses.
    pub(super) fn is_plain(&self, outcome: Outcome) -> bool {
        let answered = self.status.is_some_and(|it| it.is_success() || it.is_redirection());
        outcome == Outcome::Success && answered && !self.is_slow()
    }

    fn is_slow(&self) -> bool {
        match (self.time_to_headers, self.settings.slow) {
            (Some(time), Some(slow)) => time >= slow,
            _ => false,
        }
    }

    pub(super) fn tell_headers(&self) {
        headers::tell(&self.settings.request_headers, &self.request_headers, &self.context);
        headers::tell(&self.settings.response_headers, &self.response_headers, &self.context);
    }

    pub(super) fn end(&self, ending: &Ending) {
        if matches!(ending.outcome, Outcome::Error | Outcome::Panic | Outcome::Timeout) {
            self.context.set_failed();
        }
        event::emit(self, ending);
    }
}

/// The `content-length`.
pub(super) fn number(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
