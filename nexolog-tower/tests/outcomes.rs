//! Every way a request can end gives exactly one event that says so; in process.

#[path = "../../nexolog-macros/tests/support/mod.rs"]
mod support;

mod common;
#[path = "common/script.rs"]
mod script;

use std::convert::Infallible;
use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use common::{full, get, now, poll, send, status};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::Body;
use http_body_util::{BodyExt, Empty, Full};
use nexolog_core::{Context as LogContext, OwnTraffic};
use nexolog_tower::{QueryDetail, RequestLogLayer, TraceContext};
use script::{Script, Step};
use support::{Collector, collect};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn};
use tracing::Level;

#[test]
fn a_response_read_to_its_end_is_a_success() {
    collect(|log| {
        let request = Request::post("https://example.com/orders?token=s3cret&page=1")
            .header("content-length", "17")
            .header("user-agent", "curl/8")
            .body(())
            .unwrap();
        let response = send(&RequestLogLayer::new(), request, |_| Response::new(full("hello")));
        assert!(log.take().is_empty(), "not over before the body is");
        now(response.into_body().collect()).unwrap();
        let event = log.only();
        assert_eq!(event.outcome(), "success");
        assert_eq!(event.level, Level::INFO);
        assert_eq!(event.field("event.name"), "request");
        assert_eq!(event.field("module"), "api");
        assert_eq!(event.field("message"), "POST /orders 200");
        assert_eq!(event.field("method"), "POST");
        assert_eq!(event.field("path"), "/orders");
        assert_eq!(event.field("query"), "token=***&page=***");
        assert_eq!((event.field("status"), event.types["status"]), ("200", "u64"));
        assert_eq!((event.field("bytes_in"), event.field("bytes_out")), ("17", "5"));
        assert_eq!((event.field("version"), event.field("scheme")), ("1.1", "https"));
        assert_eq!(event.field("user_agent"), "curl/8");
        assert!(event.number("time_to_headers_ms") <= event.number("duration_ms"));
        for absent in ["route", "client", "error", "error.type", "trace_id", "request_id_refused"] {
            assert!(!event.has(absent), "{absent}");
        }
    });
}

#[test]
fn the_time_to_the_headers_is_not_that_of_a_live_stream() {
    collect(|log| {
        let script = || Script(vec![Step::Data(b"data: 1\n\n"), Step::Data(b"data: 2\n\n")]);
        let layer = RequestLogLayer::new().slow(Duration::MAX);
        let response = send(&layer, get("/events"), |_| Response::new(script()));
        let (answered, lasts) = (Instant::now(), Duration::from_millis(3));
        while answered.elapsed() < lasts {
            std::hint::spin_loop();
        }
        now(response.into_body().collect()).unwrap();
        let event = log.only();
        let apart = event.number("duration_ms") - event.number("time_to_headers_ms");
        assert!(apart >= 3.0, "{apart} ms, while the stream lasted 3 ms");
        assert_eq!((event.outcome(), event.field("bytes_out")), ("success", "18"));
    });
}

#[test]
fn statuses_decide_outcome_and_level() {
    collect(|log| {
        for (code, outcome, level) in [
            (200, "success", Level::INFO),
            (302, "success", Level::INFO),
            (404, "success", Level::INFO),
            (408, "timeout", Level::INFO),
            (500, "error", Level::ERROR),
            (503, "error", Level::ERROR),
            (504, "timeout", Level::ERROR),
        ] {
            let response =
                send(&RequestLogLayer::new(), get("/"), |_| status(code, full("something")));
            now(response.into_body().collect()).unwrap();
            let event = log.only();
            assert_eq!((event.outcome(), event.level), (outcome, level), "{code}");
        }
    });
}

#[test]
fn what_has_no_body_to_read_is_over_with_its_headers() {
    collect(|log| {
        let head = Request::head("/").body(()).unwrap();
        let connect = Request::builder().method(Method::CONNECT).body(()).unwrap();
        let layer = RequestLogLayer::new();
        drop(send(&layer, head, |_| Response::new(full("a length, but no bytes"))));
        assert_eq!((log.only().outcome()), "success");
        for code in [204, 304] {
            drop(send(&layer, get("/"), |_| status(code, full("unread"))));
            assert_eq!(log.only().outcome(), "success");
        }
        drop(send(&layer, get("/"), |_| status(200, Empty::<Bytes>::new())));
        assert_eq!(log.only().outcome(), "success");
        drop(send(&layer, get("/"), |_| status(101, Empty::<Bytes>::new())));
        assert_eq!(log.only().outcome(), "upgraded");
        drop(send(&layer, connect, |_| status(200, Script(vec![Step::Wait]))));
        assert_eq!(log.only().outcome(), "upgraded");
    });
}

#[test]
fn a_body_that_fails_after_its_first_chunk_is_an_error() {
    collect(|log| {
        let script = || Script(vec![Step::Data(b"abc"), Step::Fail]);
        let response = send(&RequestLogLayer::new(), get("/"), |_| Response::new(script()));
        assert!(now(response.into_body().collect()).is_err());
        let event = log.only();
        assert_eq!((event.outcome(), event.level), ("error", Level::ERROR));
        assert_eq!(event.field("error.type"), "body");
        assert_eq!(event.field("error"), "the response's body broke off");
        assert_eq!((event.field("status"), event.field("bytes_out")), ("200", "3"));
    });
}

#[test]
fn a_client_that_leaves_before_the_headers_is_disconnected() {
    collect(|log| {
        let service = service_fn(|_: Request<()>| {
            std::future::pending::<Result<Response<Empty<Bytes>>, Infallible>>()
        });
        let mut service = RequestLogLayer::new().layer(service);
        {
            let mut future = pin!(service.call(get("/slow")));
            assert!(poll(future.as_mut()).is_pending());
            assert!(poll(future.as_mut()).is_pending());
        }
        let event = log.only();
        assert_eq!((event.outcome(), event.level), ("client_disconnected", Level::INFO));
        assert!(!event.has("status") && !event.has("time_to_headers_ms"));
        assert_eq!(event.field("message"), "GET /slow client disconnected");
    });
}

#[test]
fn a_client_that_leaves_during_the_body_is_disconnected() {
    collect(|log| {
        let script = || Script(vec![Step::Data(b"abc"), Step::Wait, Step::Data(b"def")]);
        let response = send(&RequestLogLayer::new(), get("/"), |_| Response::new(script()));
        {
            let mut body = pin!(response.into_body());
            assert!(poll(pin!(body.frame())).is_ready());
            assert!(poll(pin!(body.frame())).is_pending());
        }
        let event = log.only();
        assert_eq!(event.outcome(), "client_disconnected");
        assert_eq!((event.field("status"), event.field("bytes_out")), ("200", "3"));
    });
}

#[test]
fn a_body_with_a_known_length_is_over_with_its_last_byte() {
    collect(|log| {
        let response = send(&RequestLogLayer::new(), get("/"), |_| {
            let mut response = Response::new(Script(vec![Step::Data(b"abc"), Step::Wait]));
            response.headers_mut().insert("content-length", HeaderValue::from_static("3"));
            response
        });
        let mut body = pin!(response.into_body());
        assert!(poll(pin!(body.frame())).is_ready());
        assert_eq!(log.only().outcome(), "success");
    });
}

#[test]
fn trailers_end_a_body_and_tell_the_grpc_status() {
    collect(|log| {
        for (code, outcome) in
            [("0", "success"), ("5", "success"), ("13", "error"), ("4", "timeout")]
        {
            let response = send(&RequestLogLayer::new(), get("/"), |_| {
                let trailers = [("grpc-status".parse().unwrap(), code.parse().unwrap())];
                let trailers = Step::Trailers(HeaderMap::from_iter(trailers));
                Response::new(Script(vec![Step::Data(b"abc"), trailers, Step::Wait]))
            });
            let mut body = pin!(response.into_body());
            assert!(poll(pin!(body.frame())).is_ready());
            assert!(poll(pin!(body.frame())).is_ready());
            let event = log.only();
            assert_eq!((event.field("grpc_status"), event.outcome()), (code, outcome));
        }
    });
}

#[test]
fn trailers_are_waited_for_where_a_length_does_not_end_the_body() {
    collect(|log| {
        let mut request = get("/");
        *request.version_mut() = Version::HTTP_2;
        let response = send(&RequestLogLayer::new(), request, |_| {
            let trailers = [("grpc-status".parse().unwrap(), "13".parse().unwrap())];
            let trailers = Step::Trailers(HeaderMap::from_iter(trailers));
            let mut response = Response::new(Script(vec![Step::Data(b"abc"), trailers]));
            response.headers_mut().insert("content-length", HeaderValue::from_static("3"));
            response
        });
        let read = now(response.into_body().collect()).unwrap();
        assert!(read.trailers().is_some());
        let event = log.only();
        assert_eq!((event.field("grpc_status"), event.outcome()), ("13", "error"));
        assert_eq!((event.field("error.type"), event.field("error")), ("grpc", "internal"));
    });
}

#[test]
fn a_panic_in_the_handler_is_answered_500_with_the_id() {
    fn explodes(_: Request<()>) -> Response<Full<Bytes>> {
        panic!("no such order")
    }
    collect(|log| {
        let in_call = send(&RequestLogLayer::new(), get("/"), explodes);
        assert_panic_answer(log, in_call);
        let service = service_fn(|request| async { Ok::<_, Infallible>(explodes(request)) });
        let in_poll = now(RequestLogLayer::new().layer(service).oneshot(get("/"))).unwrap();
        assert_panic_answer(log, in_poll);
    });
}

fn assert_panic_answer<B: Body>(log: &Collector, response: Response<B>)
where
    B::Error: std::fmt::Debug,
{
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let event = log.only();
    assert_eq!(response.headers()["x-request-id"], event.field("request_id"));
    assert_eq!((event.outcome(), event.level), ("panic", Level::ERROR));
    assert_eq!((event.field("status"), event.field("bytes_out")), ("500", "0"));
    assert_eq!((event.field("error"), event.field("error.type")), ("no such order", "panic"));
    assert!(response.body().is_end_stream());
    assert!(now(response.into_body().collect()).unwrap().to_bytes().is_empty());
    assert!(log.take().is_empty());
}

#[test]
fn a_panic_goes_on_where_catching_is_off() {
    collect(|log| {
        let layer = RequestLogLayer::new().catch_panics(false);
        let unwound = std::panic::catch_unwind(|| {
            send(&layer, get("/"), |_| -> Response<Full<Bytes>> { panic!("on") })
        });
        assert!(unwound.is_err());
        let event = log.only();
        assert_eq!((event.outcome(), event.has("status")), ("panic", false));
        assert!(LogContext::current().request().is_none());

        let service = service_fn(|_: Request<()>| async {
            assert!(std::hint::black_box(false), "later");
            Ok::<_, Infallible>(Response::new(full("")))
        });
        let future = layer.layer(service).oneshot(get("/"));
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| now(future)));
        assert!(unwound.is_err());
        assert_eq!(log.only().outcome(), "panic");
    });
}

#[test]
fn a_panic_in_the_body_is_logged_and_goes_on() {
    collect(|log| {
        let script = || Script(vec![Step::Data(b"abc"), Step::Panic]);
        let response = send(&RequestLogLayer::new(), get("/"), |_| Response::new(script()));
        let body = std::panic::AssertUnwindSafe(response.into_body());
        let unwound = std::panic::catch_unwind(move || now({ body }.0.collect()).map(drop));
        assert!(unwound.is_err());
        let event = log.only();
        assert_eq!((event.outcome(), event.field("error")), ("panic", "in the body"));
        assert_eq!(event.field("bytes_out"), "3");
    });
}

#[test]
fn a_service_that_fails_is_an_error() {
    collect(|log| {
        let service = service_fn(|_: Request<()>| {
            std::future::ready(Err::<Response<Empty<Bytes>>, _>(BoxError::from("overloaded")))
        });
        now(RequestLogLayer::new().layer(service).oneshot(get("/"))).unwrap_err();
        let event = log.only();
        assert_eq!((event.outcome(), event.field("error.type")), ("error", "service"));
        assert_eq!(event.field("error"), "the service gave no answer");
        assert_eq!(event.level, Level::ERROR);
    });
}

#[test]
fn an_offered_id_is_kept_if_it_is_well_formed_and_replaced_if_not() {
    collect(|log| {
        let answer = |id: &[u8]| {
            let id = HeaderValue::from_bytes(id).unwrap();
            let request = Request::get("/").header("x-request-id", id).body(()).unwrap();
            send(&RequestLogLayer::new(), request, |_| Response::new(Empty::<Bytes>::new()))
        };
        assert_eq!(answer(b"abc-1").headers()["x-request-id"], "abc-1");
        let event = log.only();
        assert_eq!((event.field("request_id"), event.has("request_id_refused")), ("abc-1", false));

        let huge = vec![b'a'; 64 * 1024];
        for hostile in [&b"a b"[..], b"\xe9", b"\"", b"<script>", &huge] {
            let response = answer(hostile);
            let event = log.only();
            let id = response.headers()["x-request-id"].to_str().unwrap();
            assert_eq!((id, id.len()), (event.field("request_id"), 36));
            assert!(event.has("request_id_refused"));
            let everything = format!("{event:?}");
            assert!(everything.len() < 4096, "nothing of it is recorded");
        }
    });
}

#[test]
fn the_layers_id_replaces_the_handlers() {
    collect(|log| {
        let response = send(&RequestLogLayer::new(), get("/"), |_| {
            Response::builder().header("x-request-id", "upstream's").body(full("")).unwrap()
        });
        let ids: Vec<_> = response.headers().get_all("x-request-id").iter().collect();
        assert_eq!(ids, [log.only().field("request_id")]);
    });
}

#[test]
fn a_trace_is_continued() {
    collect(|log| {
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let request = Request::get("/").header("traceparent", header).body(()).unwrap();
        send(&RequestLogLayer::new(), request, |request| {
            let trace = request.extensions().get::<TraceContext>().unwrap();
            assert_eq!(trace.parent_id(), "b7ad6b7169203331");
            let context = LogContext::current();
            assert_eq!(context.request().unwrap().span_id(), Some(trace.span_id()));
            Response::new(Empty::<Bytes>::new())
        });
        let event = log.only();
        assert_eq!(event.field("trace_id"), "0af7651916cd43dd8448eb211c80319c");
        assert_ne!(event.field("span_id"), "b7ad6b7169203331");
    });
}

#[test]
fn own_traffic_is_quiet_unless_it_fails() {
    collect(|log| {
        for (code, level) in [(200, Level::DEBUG), (401, Level::DEBUG), (500, Level::ERROR)] {
            send(&RequestLogLayer::new(), get("/"), |_| {
                let mut response = status(code, Empty::<Bytes>::new());
                response.extensions_mut().insert(OwnTraffic);
                response
            });
            assert_eq!(log.only().level, level, "{code}");
        }
    });
}

#[test]
fn own_traffic_is_quiet_when_its_client_leaves_before_the_answer() {
    collect(|log| {
        for (is_own, level) in [(true, Level::DEBUG), (false, Level::INFO)] {
            let service = service_fn(move |_: Request<()>| async move {
                if is_own {
                    OwnTraffic::mark_request();
                }
                std::future::pending::<Result<Response<Empty<Bytes>>, Infallible>>().await
            });
            let mut service = RequestLogLayer::new().layer(service);
            {
                let mut future = pin!(service.call(get("/")));
                assert!(poll(future.as_mut()).is_pending());
            }
            let event = log.only();
            assert_eq!((event.outcome(), event.level), ("client_disconnected", level));
        }
    });
}

#[test]
fn quiet_paths_are_quiet_unless_they_fail() {
    collect(|log| {
        let layer = RequestLogLayer::new().slow(Duration::ZERO).quiet_paths(["/health"]);
        for (path, code, level) in [
            ("/health", 200, Level::DEBUG),
            ("/health?deep=1", 404, Level::DEBUG),
            ("/health", 503, Level::ERROR),
            ("/healthy", 200, Level::WARN),
        ] {
            send(&layer, get(path), |_| status(code, Empty::<Bytes>::new()));
            assert_eq!(log.only().level, level, "{path} {code}");
        }
        let script = || Script(vec![Step::Fail]);
        let response = send(&layer, get("/health"), |_| Response::new(script()));
        assert!(now(response.into_body().collect()).is_err());
        assert_eq!(log.only().level, Level::ERROR);
    });
}

#[test]
fn a_slow_answer_is_a_warning_and_a_slow_failure_still_an_error() {
    collect(|log| {
        let slow = RequestLogLayer::new().slow(Duration::ZERO);
        send(&slow, get("/"), |_| status(200, Empty::<Bytes>::new()));
        assert_eq!(log.only().level, Level::WARN);
        send(&slow, get("/"), |_| status(500, Empty::<Bytes>::new()));
        assert_eq!(log.only().level, Level::ERROR);
        send(&slow.slow(None), get("/"), |_| status(200, Empty::<Bytes>::new()));
        assert_eq!(log.only().level, Level::INFO);
    });
}

#[test]
fn the_query_is_recorded_as_asked_for() {
    collect(|log| {
        for (detail, shown) in [(QueryDetail::Full, "a=1"), (QueryDetail::Omit, "")] {
            let layer = RequestLogLayer::new().query(detail);
            send(&layer, get("/?a=1"), |_| status(200, Empty::<Bytes>::new()));
            assert_eq!(log.only().field("query"), shown);
        }
    });
}

#[test]
fn of_two_layers_on_one_path_the_outer_one_logs() {
    collect(|log| {
        let service = service_fn(|_: Request<()>| {
            std::future::ready(Ok::<_, Infallible>(Response::new(full("hello"))))
        });
        let service = RequestLogLayer::new().layer(RequestLogLayer::new().layer(service));
        let response = now(service.oneshot(get("/"))).unwrap();
        now(response.into_body().collect()).unwrap();
        assert_eq!(log.only().field("bytes_out"), "5");
    });
}

#[test]
fn the_types_can_be_named_cloned_and_shared() {
    fn check<T: Clone + Send + Sync + 'static>(_: &T) {}
    type Handler = fn(Request<()>) -> std::future::Ready<Result<Response<Full<Bytes>>, Infallible>>;
    let layer: RequestLogLayer = RequestLogLayer::new();
    check(&layer);
    let handler: Handler = |_| std::future::ready(Ok(Response::new(full(""))));
    let service: nexolog_tower::RequestLog<tower::util::ServiceFn<Handler>> =
        layer.layer(service_fn(handler));
    check(&service);
}

#[test]
fn a_connect_is_told_by_where_it_wants_to_go() {
    collect(|log| {
        let uri = "ann:secret@db.internal:5432";
        let request = Request::connect(uri).body(()).unwrap();
        send(&RequestLogLayer::new(), request, |_| status(405, full("")));
        let event = log.only();
        assert_eq!(event.field("message"), "CONNECT db.internal:5432 405");
        assert_eq!(event.field("path"), "db.internal:5432");
    });
}
