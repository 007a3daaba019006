use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, Response, StatusCode, Uri, Version};
use nexolog_core::__private::Snapshot;
use nexolog_core::{Outcome, OwnTraffic, RequestContext};

use super::route::Route;
use super::settings::Settings;
use super::{client, event};
use crate::request_id::{self, RequestId};
use crate::trace_context::TraceContext;

/// What is known of one request and its response so far.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) settings: Arc<Settings>,
    pub(super) context: Arc<RequestContext>,
    pub(super) refused_id: Option<&'static str>,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) version: Version,
    pub(super) route: Route,
    pub(super) user_agent: Option<HeaderValue>,
    pub(super) client: Option<IpAddr>,
    pub(super) bytes_in: Option<u64>,
    pub(super) status: Option<StatusCode>,
    pub(super) time_to_headers: Option<Duration>,
    pub(super) bytes_out: u64,
    pub(super) grpc_status: Option<u16>,
    /// Logged at DEBUG unless it fails.
    pub(super) quiet: bool,
    pub(super) started: Instant,
}

/// How a request ended.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    pub(super) error_type: Option<&'static str>,
    pub(super) error: Option<Snapshot>,
}

impl Exchange {
    /// Begins: chooses the id and puts it, with the trace, into the request's extensions.
    pub(super) fn begin<B>(request: &mut Request<B>, settings: &Arc<Settings>) -> Exchange {
        let started = Instant::now();
        let chosen = request_id::choose(request.headers());
        let mut context = RequestContext::new(chosen.id);
        if let Some(trace) = TraceContext::of(request.headers()) {
            context = context.with_trace(trace.trace_id(), trace.span_id());
            request.extensions_mut().insert(trace);
        }
        let context = Arc::new(context);
        request.extensions_mut().insert(RequestId::new(Arc::clone(&context)));
        Exchange {
            settings: Arc::clone(settings),
            context,
            refused_id: chosen.refused,
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            route: Route::of(request.extensions_mut()),
            user_agent: request.headers().get(USER_AGENT).cloned(),
            client: client::address(request.extensions(), settings.client),
            bytes_in: number(request.headers()),
            status: None,
            time_to_headers: None,
            bytes_out: 0,
            grpc_status: None,
            quiet: settings.quiet_paths.iter().any(|path| &**path == request.uri().path()),
            started,
        }
    }

    /// Takes note of the response's head.
    pub(super) fn answered<B>(&mut self, response: &Response<B>) {
        self.answered_with(response.status());
        self.quiet |= response.extensions().get::<OwnTraffic>().is_some();
        self.note_grpc_status(response.headers());
    }

    pub(super) fn answered_with(&mut self, status: StatusCode) {
        self.status = Some(status);
        self.time_to_headers = Some(self.started.elapsed());
    }

    /// gRPC tells its status at the end, or in the head when there is nothing else to tell.
    pub(super) fn note_grpc_status(&mut self, headers: &HeaderMap) {
        let status = headers.get("grpc-status").and_then(|status| status.to_str().ok());
        if let Some(status) = status.and_then(|status| status.parse().ok()) {
            self.grpc_status = Some(status);
        }
    }

    /// Whether nothing will follow the response's head, whatever its body says.
    pub(super) fn ends_with_headers(&self) -> bool {
        let silent =
            [StatusCode::SWITCHING_PROTOCOLS, StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];
        self.method == Method::HEAD
            || self.is_upgrade()
            || self.status.is_some_and(|status| silent.contains(&status))
    }

    fn is_upgrade(&self) -> bool {
        self.status.is_some_and(|status| {
            status == StatusCode::SWITCHING_PROTOCOLS
                || (self.method == Method::CONNECT && status.is_success())
        })
    }

    /// How a request ended whose response was sent whole.
    pub(super) fn completed(&self) -> Ending {
        let outcome = match self.status {
            _ if self.is_upgrade() => Outcome::Upgraded,
            Some(StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT) => Outcome::Timeout,
            Some(status) if status.is_server_error() => Outcome::Error,
            _ => return self.completed_grpc(),
        };
        Ending { outcome, error_type: None, error: None }
    }

    /// The codes that OpenTelemetry counts as the server's errors.
    fn completed_grpc(&self) -> Ending {
        match self.grpc_status {
            Some(4) => Ending { outcome: Outcome::Timeout, error_type: Some("grpc"), error: None },
            Some(2 | 12..=15) => {
                Ending { outcome: Outcome::Error, error_type: Some("grpc"), error: None }
            }
            _ => Ending { outcome: Outcome::Success, error_type: None, error: None },
        }
    }

    pub(super) fn end(&self, ending: &Ending) {
        if matches!(ending.outcome, Outcome::Error | Outcome::Panic | Outcome::Timeout) {
            self.context.set_failed();
        }
        event::emit(self, ending, self.started.elapsed());
    }
}

impl Ending {
    pub(super) fn failed(error_type: &'static str) -> Ending {
        Ending { outcome: Outcome::Error, error_type: Some(error_type), error: None }
    }

    pub(super) fn panicked(panic: Snapshot) -> Ending {
        Ending { outcome: Outcome::Panic, error_type: Some("panic"), error: Some(panic) }
    }

    pub(super) fn disconnected() -> Ending {
        Ending { outcome: Outcome::ClientDisconnected, error_type: None, error: None }
    }
}

/// The `content-length`.
pub(super) fn number(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
