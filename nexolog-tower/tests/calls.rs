//! `PropagateLayer`: what other services are told, and the one event of each call.
#![cfg(feature = "client")]

#[path = "../../nexolog-macros/tests/support/mod.rs"]
mod support;

mod common;

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use common::{full, now, poll, status};
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty};
use nexolog_core::{Context as LogContext, RequestContext};
use nexolog_tower::{CallBody, PropagateLayer, RequestLogLayer, TraceContext};
use support::collect;
use tower::{BoxError, Layer, ServiceExt, service_fn};
use tracing::Level;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn charge() -> Request<()> {
    Request::post("https://pay.example.com/charges?card=4111").body(()).unwrap()
}

/// Calls a service that answers so, in a request of this context; gives what the service was sent.
fn call<B: Body>(
    context: RequestContext,
    request: Request<()>,
    answer: impl Fn() -> Result<Response<B>, BoxError>,
) -> (Result<Response<CallBody<B>>, BoxError>, HeaderMap) {
    let sent = Mutex::default();
    let service = service_fn(|request: Request<()>| {
        *sent.lock().unwrap() = request.headers().clone();
        std::future::ready(answer())
    });
    let client = PropagateLayer::new("payments").layer(service);
    let answered =
        LogContext::for_request(Arc::new(context)).scope(|| now(client.oneshot(request)));
    (answered, sent.into_inner().unwrap())
}

#[test]
fn the_id_and_the_trace_go_along_with_a_span_of_the_calls_own() {
    collect(|log| {
        let context = RequestContext::new("r-7")
            .with_trace(TRACE, "b7ad6b7169203331")
            .with_trace_state(1, Some("vendor=1".into()));
        let (answered, sent) = call(context, charge(), || Ok(status(201, Empty::<Bytes>::new())));
        drop(answered.unwrap());
        assert_eq!(sent["x-request-id"], "r-7");
        assert_eq!(sent["tracestate"], "vendor=1");
        let theirs = TraceContext::parse(sent["traceparent"].to_str().unwrap()).unwrap();
        assert!(theirs.trace_id() == TRACE && theirs.is_sampled());
        let event = log.only();
        assert_eq!(event.request.as_deref(), Some("r-7"));
        assert_eq!((event.field("trace_id"), event.field("span_id")), (TRACE, theirs.parent_id()));
        assert_ne!(theirs.parent_id(), "b7ad6b7169203331");
    });
}

#[test]
fn a_call_is_one_event_that_statistics_can_read() {
    collect(|log| {
        let (answered, _) =
            call(RequestContext::new("r-7"), charge(), || Ok(status(200, full("paid"))));
        assert!(log.take().is_empty(), "not over before its answer is read");
        now(answered.unwrap().into_body().collect()).unwrap();
        let event = log.only();
        assert_eq!((event.field("event.name"), event.outcome()), ("external_call", "success"));
        assert_eq!((event.field("service"), event.field("status")), ("payments", "200"));
        assert_eq!(event.field("message"), "payments answered 200");
        assert_eq!((event.field("host"), event.field("path")), ("pay.example.com", "/charges"));
        assert!(event.number("time_to_headers_ms") <= event.number("duration_ms"));
        assert!(!format!("{event:?}").contains("4111"), "queries are not recorded");
        assert!(!event.has("module") && !event.has("trace_id") && !event.has("error"));
    });
}

#[test]
fn statuses_decide_outcome_and_level() {
    collect(|log| {
        for (code, outcome, level) in [
            (302, "success", Level::INFO),
            (404, "success", Level::INFO),
            (408, "timeout", Level::INFO),
            (500, "error", Level::ERROR),
            (504, "timeout", Level::ERROR),
        ] {
            let answer = || Ok(status(code, full("unread")));
            drop(call(RequestContext::new("r-7"), charge(), answer).0);
            let event = log.only();
            assert_eq!((event.outcome(), event.level), (outcome, level), "{code}");
        }
    });
}

#[test]
fn a_call_that_fails_says_why() {
    collect(|log| {
        let fails = || Err::<Response<Empty<Bytes>>, _>(BoxError::from("connection refused"));
        assert!(call(RequestContext::new("r-7"), charge(), fails).0.is_err());
        let event = log.only();
        assert_eq!((event.outcome(), event.field("error.type")), ("error", "service"));
        assert_eq!((event.field("error"), event.level), ("connection refused", Level::ERROR));
        assert_eq!(event.field("message"), "payments could not be called");
    });
}

#[test]
fn an_answer_that_breaks_off_is_an_error() {
    struct Breaks(bool);
    impl Body for Breaks {
        type Data = Bytes;
        type Error = BoxError;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            Poll::Ready(Some(if std::mem::replace(&mut self.0, true) {
                Err("reset".into())
            } else {
                Ok(Frame::data(Bytes::from_static(b"half")))
            }))
        }
    }
    collect(|log| {
        let answer = || Ok(Response::new(Breaks(false)));
        let (answered, _) = call(RequestContext::new("r-7"), charge(), answer);
        assert!(now(answered.unwrap().into_body().collect()).is_err());
        let event = log.only();
        assert_eq!((event.outcome(), event.field("error.type")), ("error", "body"));
        assert_eq!(event.field("status"), "200");
    });
}

#[test]
fn a_call_that_is_dropped_is_cancelled() {
    collect(|log| {
        let hangs = service_fn(|_: Request<()>| {
            std::future::pending::<Result<Response<Empty<Bytes>>, BoxError>>()
        });
        let client = PropagateLayer::new("payments").module("billing").layer(hangs);
        {
            let mut future = pin!(client.oneshot(charge()));
            assert!(poll(future.as_mut()).is_pending());
        }
        let event = log.only();
        assert_eq!((event.outcome(), event.level), ("cancelled", Level::INFO));
        assert_eq!(event.field("module"), "billing");
    });
}

#[test]
fn what_the_caller_has_set_stays_and_outside_of_requests_nothing_is_added() {
    collect(|log| {
        let context = RequestContext::new("r-7").with_trace(TRACE, "b7ad6b7169203331");
        let mut request = charge();
        let own = TraceContext::start().to_traceparent();
        request.headers_mut().insert("x-request-id", "theirs".parse().unwrap());
        request.headers_mut().insert("traceparent", own.parse().unwrap());
        let answer = || Ok(Response::new(Empty::<Bytes>::new()));
        let (_, sent) = call(context, request, answer);
        assert_eq!(
            (&sent["x-request-id"], &sent["traceparent"]),
            (&"theirs".parse().unwrap(), &own.parse().unwrap())
        );
        assert!(!log.only().has("span_id"));

        let seen = Mutex::default();
        let service = service_fn(|request: Request<()>| {
            *seen.lock().unwrap() = request.headers().clone();
            std::future::ready(Ok::<_, BoxError>(Response::new(Empty::<Bytes>::new())))
        });
        now(PropagateLayer::new("payments").layer(service).oneshot(charge())).unwrap();
        assert!(seen.lock().unwrap().is_empty());
        assert_eq!(log.only().outcome(), "success");
    });
}

#[test]
fn from_one_service_to_the_next_the_trace_and_the_id_are_one() {
    collect(|log| {
        let far = RequestLogLayer::new().layer(service_fn(|_: Request<()>| {
            std::future::ready(Ok::<_, BoxError>(Response::new(Empty::<Bytes>::new())))
        }));
        let near = RequestLogLayer::new().start_traces(true).layer(service_fn(|_: Request<()>| {
            let client = PropagateLayer::new("far").layer(far.clone());
            async { client.oneshot(Request::get("/far").body(()).unwrap()).await }
        }));
        now(near.oneshot(Request::get("/near").body(()).unwrap())).unwrap();
        let [far, call, near] = <[_; 3]>::try_from(log.take()).unwrap();
        assert_eq!((far.field("path"), near.field("path")), ("/far", "/near"));
        assert_eq!(call.field("service"), "far");
        for event in [&far, &call] {
            assert_eq!(event.field("trace_id"), near.field("trace_id"));
        }
        assert_eq!(far.field("request_id"), near.field("request_id"));
        assert_eq!(call.request.as_deref(), Some(near.field("request_id")));
    });
}
