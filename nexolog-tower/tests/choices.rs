//! What can be chosen, one option a test; in process.

#[path = "../../nexolog-macros/tests/support/mod.rs"]
mod support;

mod common;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use common::{full, get, now, poll, send, status};
use http::header::HeaderName;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty};
use nexolog_core::Context as LogContext;
use nexolog_tower::{
    ByReading, ClientAddress, ForwardedBy, IdKind, RequestBody, RequestLog, RequestLogLayer,
    TraceContext,
};
use support::collect;
use tower::{Layer, ServiceExt, service_fn};
use tracing::Level;

type Nothing = Empty<Bytes>;

fn empty(_: Request<()>) -> Response<Nothing> {
    Response::new(Empty::new())
}

#[test]
fn a_start_event_comes_first_and_carries_the_request() {
    collect(|log| {
        let layer = RequestLogLayer::new().start_event(nexolog_core::Level::Debug);
        send(&layer, get("/orders"), |_| {
            let seen = log.only();
            assert_eq!((seen.field("event.name"), seen.level), ("request_started", Level::DEBUG));
            assert_eq!(seen.field("message"), "GET /orders started");
            assert_eq!(seen.request.as_deref(), Some(seen.field("request_id")));
            assert_eq!(seen.span, Some("request"));
            Response::new(Nothing::new())
        });
        assert_eq!(log.only().field("event.name"), "request");
    });
}

#[test]
fn the_request_body_is_counted_as_it_is_read() {
    /// Two frames, and no length beforehand.
    struct Parts(Vec<&'static [u8]>);
    impl Body for Parts {
        type Data = Bytes;
        type Error = Infallible;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(self.0.pop().map(|part| Ok(Frame::data(Bytes::from_static(part)))))
        }
    }
    collect(|log| {
        let layer = RequestLogLayer::new().count_request_body();
        let read = service_fn(|request: Request<RequestBody<Parts>>| async {
            let read = request.into_body().collect().await?.to_bytes();
            assert_eq!(&read[..], b"first, second");
            Ok::<_, Infallible>(Response::new(Nothing::new()))
        });
        let request = || {
            // A lie, which is not believed.
            let parts = Parts(vec![b"second", b"first, "]);
            Request::post("/").header("content-length", "999").body(parts).unwrap()
        };
        now(layer.layer(read).oneshot(request())).unwrap();
        assert_eq!(log.only().field("bytes_in"), "13");
        let half = service_fn(|request: Request<RequestBody<Parts>>| async {
            let mut body = request.into_body();
            assert!(body.frame().await.is_some());
            Ok::<_, Infallible>(Response::new(Nothing::new()))
        });
        now(layer.layer(half).oneshot(request())).unwrap();
        assert_eq!(log.only().field("bytes_in"), "7", "only what was read");
    });
}

#[test]
fn fault_51_the_client_is_who_a_trusted_proxy_says() {
    collect(|log| {
        let layer = RequestLogLayer::new()
            .client_address(ClientAddress::Full)
            .trusted_proxies(ForwardedBy::XForwardedFor, ["10.0.0.0/8".parse().unwrap()]);
        let seen = |peer: &str| {
            let mut request = get("/");
            request.headers_mut().insert("x-forwarded-for", "198.51.100.7".parse().unwrap());
            request.extensions_mut().insert(peer.parse::<SocketAddr>().unwrap());
            send(&layer, request, empty);
            let event = log.only();
            (event.field("client").to_owned(), event.field("peer").to_owned())
        };
        assert_eq!(seen("10.0.0.1:80"), ("198.51.100.7".into(), "10.0.0.1".into()));
        assert_eq!(seen("192.0.2.1:80"), ("192.0.2.1".into(), String::new()));
    });
}

#[test]
fn the_peer_is_where_one_says_it_is() {
    collect(|log| {
        #[derive(Clone)]
        struct Connection(SocketAddr);
        let layer = RequestLogLayer::new()
            .peer_address(|extensions| Some(extensions.get::<Connection>()?.0));
        let mut request = get("/");
        request.extensions_mut().insert(Connection("192.0.2.7:80".parse().unwrap()));
        send(&layer, request, empty);
        assert_eq!(log.only().field("client"), "192.0.2.0");
        send(&layer, get("/"), empty);
        assert!(!log.only().has("client"));
    });
}

#[test]
fn ids_are_of_the_kind_that_was_chosen() {
    collect(|log| {
        let id = |layer: &RequestLogLayer| {
            let response = send(layer, get("/"), empty);
            assert_eq!(response.headers()["x-request-id"], log.only().field("request_id"));
            response.headers()["x-request-id"].to_str().unwrap().to_owned()
        };
        let layer = RequestLogLayer::new();
        for (kind, length) in [(IdKind::UuidV7, 36), (IdKind::UuidV4, 36), (IdKind::Ulid, 26)] {
            assert_eq!(id(&layer.clone().id_kind(kind)).len(), length);
        }
        let count = AtomicU64::new(7);
        let own = layer.make_id(move || format!("job-{}", count.fetch_add(1, Ordering::Relaxed)));
        assert_eq!((id(&own), id(&own)), ("job-7".to_owned(), "job-8".to_owned()));
    });
}

#[test]
fn an_own_id_that_is_of_no_use_is_replaced_and_told() {
    collect(|log| {
        let layer = RequestLogLayer::new().make_id(|| "two words\r\n".to_owned());
        let response = send(&layer, get("/"), empty);
        assert_eq!(response.headers()["x-request-id"].len(), 36);
        assert!(log.only().field("request_id_refused").contains("function"));
    });
}

#[test]
fn ids_travel_in_the_headers_that_were_chosen() {
    collect(|log| {
        let names = ["x-correlation-id", "x-request-id"].map(HeaderName::from_static);
        let layer = RequestLogLayer::new().id_headers(names);
        let request = Request::get("/").header("x-request-id", "r-7").body(()).unwrap();
        let response = send(&layer, request, empty);
        assert_eq!(response.headers()["x-correlation-id"], "r-7");
        assert!(!response.headers().contains_key("x-request-id"));
        assert_eq!(log.only().field("request_id"), "r-7");

        let request = Request::get("/").header("x-request-id", "r-7").body(()).unwrap();
        let response = send(&RequestLogLayer::new().id_headers([]), request, empty);
        assert!(response.headers().is_empty());
        assert_eq!(log.only().field("request_id").len(), 36);
    });
}

#[test]
fn a_request_without_a_trace_begins_one_if_asked_to() {
    collect(|log| {
        let layer = RequestLogLayer::new().start_traces(true);
        send(&layer, get("/"), |request| {
            let trace = request.extensions().get::<TraceContext>().unwrap();
            let context = LogContext::current();
            assert_eq!(context.request().unwrap().trace_id(), Some(trace.trace_id()));
            Response::new(Nothing::new())
        });
        let event = log.only();
        assert_eq!((event.field("trace_id").len(), event.field("span_id").len()), (32, 16));
        send(&RequestLogLayer::new(), get("/"), empty);
        assert!(!log.only().has("trace_id"));
    });
}

#[test]
fn a_route_can_be_told_from_inside() {
    collect(|log| {
        send(&RequestLogLayer::new(), get("/orders/7"), |_| {
            assert!(nexolog_tower::set_route("/orders/{id}"));
            assert!(!nexolog_tower::set_route("/another"), "the first one stays");
            Response::new(Nothing::new())
        });
        let event = log.only();
        assert_eq!(event.field("route"), "/orders/{id}");
        assert_eq!(event.field("message"), "GET /orders/{id} 200");
        assert!(!nexolog_tower::set_route("/outside"));
    });
}

#[test]
fn the_level_is_what_an_own_function_says() {
    collect(|log| {
        let layer = RequestLogLayer::new().level(|request| {
            assert_eq!((request.method().as_str(), request.path()), ("GET", "/orders"));
            assert!(request.time_to_headers() <= Some(request.duration()));
            match request.status().map(|status| status.as_u16()) {
                Some(404) => nexolog_core::Level::Warning,
                Some(418) => panic!("no level for teapots"),
                Some(201) => nexolog_core::Level::Trace,
                Some(507) => nexolog_core::Level::Critical,
                _ => request.default_level(),
            }
        });
        for (code, level) in [
            (200, Level::INFO),
            (201, Level::TRACE),
            (404, Level::WARN),
            (418, Level::INFO),
            (500, Level::ERROR),
            (507, Level::ERROR),
        ] {
            send(&layer, get("/orders"), |_| status(code, Nothing::new()));
            let event = log.only();
            assert_eq!(event.level, level, "{code}");
            assert_eq!(event.has("nexolog.critical"), code == 507);
        }
    });
}

#[test]
fn skipped_requests_are_counted_and_failures_never_skipped() {
    collect(|log| {
        let layer = RequestLogLayer::new().skip_paths(["/healthz"]);
        let ask = |code| drop(send(&layer, get("/healthz"), |_| status(code, Nothing::new())));
        ask(200);
        ask(302);
        assert!(log.take().is_empty());
        ask(503);
        let event = log.only();
        assert_eq!((event.outcome(), event.field("skipped")), ("error", "2"));
        ask(404);
        assert!(!log.only().has("skipped"), "told once");
        send(&layer, get("/health"), empty);
        assert_eq!(log.only().field("path"), "/health");
        // A probe that leaves, or whose answer breaks, is no success either.
        let hangs = service_fn(|_: Request<()>| {
            std::future::pending::<Result<Response<Nothing>, Infallible>>()
        });
        {
            let mut future = pin!(layer.layer(hangs).oneshot(get("/healthz")));
            assert!(poll(future.as_mut()).is_pending());
        }
        assert_eq!(log.only().outcome(), "client_disconnected");
        ask(204);
        assert!(log.take().is_empty());
        drop(layer);
        let told = log.only();
        assert_eq!((told.field("event.name"), told.field("skipped")), ("requests_skipped", "1"));
        assert_eq!(told.field("message"), "1 requests for /healthz were not logged");
    });
}

#[test]
fn a_slow_request_is_not_skipped() {
    collect(|log| {
        let layer = RequestLogLayer::new().skip_paths(["/"]).slow(std::time::Duration::ZERO);
        send(&layer, get("/"), empty);
        assert_eq!(log.only().level, Level::WARN);
    });
}

#[test]
fn one_request_in_so_many_is_logged() {
    collect(|log| {
        let layer = RequestLogLayer::new().sample_paths(3, ["/metrics"]);
        for _ in 0..7 {
            send(&layer, get("/metrics"), empty);
        }
        let seen = log.take();
        let skipped: Vec<_> = seen.iter().map(|event| event.field("skipped")).collect();
        assert_eq!(skipped, ["", "2", "2"]);
    });
}

struct Bare;

#[test]
fn layers_of_both_kinds_nest_and_can_be_named() {
    fn check<T: Clone + Send + Sync + 'static>(_: &T) {}
    collect(|log| {
        let inner: RequestLogLayer<ByReading> = RequestLogLayer::new().count_request_body();
        check(&inner);
        let service = service_fn(|request: Request<RequestBody<()>>| async {
            let (): () = request.into_body().into_inner();
            Ok::<_, Infallible>(Response::new(full("hello")))
        });
        let service: RequestLog<_, ByReading> = inner.layer(service);
        let service = RequestLogLayer::new().layer(service);
        let response = now(service.oneshot(get("/"))).unwrap();
        now(response.into_body().collect()).unwrap();
        assert_eq!(log.only().field("bytes_out"), "5");
    });
    // Also where the service inside can be neither cloned nor shown.
    let service: RequestLog<Bare> = RequestLogLayer::new().layer(Bare);
    let _: Arc<RequestLog<Bare>> = Arc::new(service);
}
