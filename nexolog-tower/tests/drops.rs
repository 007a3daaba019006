//! What is left of a request is dropped inside of it, before its event.

#[path = "../../nexolog-macros/tests/support/mod.rs"]
mod support;

mod common;
#[path = "common/script.rs"]
mod script;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use common::{get, poll, send};
use http::{HeaderValue, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty};
use nexolog_core::Context as LogContext;
use nexolog_tower::{RequestId, RequestLogLayer};
use script::{Script, Step};
use support::{Collector, collect};
use tower::{BoxError, Layer, Service, service_fn};

struct LogsInDrop(Script);
impl Drop for LogsInDrop {
    fn drop(&mut self) {
        tracing::info!("dropped");
    }
}
impl Body for LogsInDrop {
    type Data = Bytes;
    type Error = BoxError;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }
}

#[test]
fn the_context_is_in_force_in_handler_body_and_drops() {
    collect(|log| {
        let request = Request::get("/").header("x-request-id", "r-7").body(()).unwrap();
        let response = send(&RequestLogLayer::new(), request, |request| {
            assert_eq!(request.extensions().get::<RequestId>().unwrap().as_str(), "r-7");
            tracing::info!("from the handler");
            Response::new(LogsInDrop(Script(vec![Step::Log, Step::Wait])))
        });
        {
            let mut body = pin!(response.into_body());
            assert!(poll(pin!(body.frame())).is_pending());
            assert!(LogContext::current().request().is_none());
        }
        let seen = log.take();
        let said: Vec<_> = seen.iter().map(|event| event.field("message")).collect();
        let last = "GET / 200 client disconnected";
        assert_eq!(said, ["from the handler", "from the body", "dropped", last]);
        assert!(seen.iter().all(|event| event.request.as_deref() == Some("r-7")), "{seen:#?}");
    });
}

#[test]
fn what_is_dropped_is_dropped_inside_its_request_however_it_ended() {
    collect(|log| {
        for (script, outcome) in [
            (vec![Step::Data(b"a")], "success"),
            (vec![Step::Data(b"abc"), Step::Wait], "success"),
            (vec![Step::Fail], "error"),
            (vec![Step::Panic], "panic"),
            (vec![Step::Wait], "client_disconnected"),
        ] {
            let response = send(&RequestLogLayer::new(), get("/"), |_| {
                let mut response = Response::new(LogsInDrop(Script(script.clone())));
                response.headers_mut().insert("content-length", HeaderValue::from_static("3"));
                response
            });
            let body = AssertUnwindSafe(response.into_body());
            let _ = catch_unwind(move || poll(pin!({ body }.0.collect())).map(drop));
            assert_dropped_inside(log, outcome);
        }
    });
}

#[test]
fn a_handler_is_dropped_inside_its_request_however_it_ended() {
    type Answer = Result<Response<Empty<Bytes>>, &'static str>;

    /// It keeps what it has until it is dropped, as no `async fn` does.
    struct Keeps(#[expect(dead_code, reason = "it is dropped")] LogsInDrop, fn() -> Answer);
    impl Future for Keeps {
        type Output = Answer;
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Answer> {
            Poll::Ready(self.1())
        }
    }
    collect(|log| {
        let answers: [(fn() -> Answer, _); 3] = [
            (|| Ok(Response::new(Empty::new())), "success"),
            (|| Err("overloaded"), "error"),
            (|| panic!("in the handler"), "panic"),
        ];
        for (answer, outcome) in answers {
            let service = service_fn(|_: Request<()>| Keeps(LogsInDrop(Script(vec![])), answer));
            let mut service = RequestLogLayer::new().layer(service);
            let mut future = pin!(service.call(get("/")));
            assert!(poll(future.as_mut()).is_ready());
            assert_dropped_inside(log, outcome);
        }
    });
}

/// One drop and then the event, both of one request.
fn assert_dropped_inside(log: &Collector, outcome: &str) {
    let seen = log.take();
    assert_eq!(seen.len(), 2, "{outcome}: {seen:#?}");
    assert_eq!((seen[0].field("message"), seen[1].outcome()), ("dropped", outcome));
    assert!(seen[0].request.is_some(), "{outcome}: {seen:#?}");
    assert_eq!(seen[0].request, seen[1].request);
}

#[test]
fn a_drop_that_panics_is_how_the_request_ended() {
    struct Explodes(Script);
    impl Drop for Explodes {
        fn drop(&mut self) {
            panic!("in the drop");
        }
    }
    impl Body for Explodes {
        type Data = Bytes;
        type Error = BoxError;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            Pin::new(&mut self.0).poll_frame(cx)
        }
    }
    collect(|log| {
        for script in [vec![Step::Data(b"a")], vec![Step::Fail], vec![Step::Wait]] {
            let response = send(&RequestLogLayer::new(), get("/"), |_| {
                Response::new(Explodes(Script(script.clone())))
            });
            let body = AssertUnwindSafe(response.into_body());
            let unwound = catch_unwind(move || poll(pin!({ body }.0.collect())).map(drop));
            assert!(unwound.is_err());
            let event = log.only();
            assert_eq!((event.outcome(), event.field("error")), ("panic", "in the drop"));
        }
    });
}
