//! Beside other layers, in any order: it builds, it answers, and each request is one event.
#![cfg(feature = "tower-http")]

#[path = "../../nexolog-macros/tests/support/mod.rs"]
mod support;

mod common;

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use common::full;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use nexolog_tower::RequestLogLayer;
use support::{Collector, Seen};
use tower::{BoxError, Layer, Service, ServiceBuilder, ServiceExt, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tracing_subscriber::layer::SubscriberExt;

const TEXT: &str = "a text that is long enough to be worth compressing, compressing, compressing";

/// What handlers do in these tests, by path.
async fn handler(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
    match request.uri().path() {
        "/panic" => panic!("in the handler"),
        "/forever" => std::future::pending().await,
        _ => Ok(Response::builder().header("content-type", "text/plain").body(full(TEXT)).unwrap()),
    }
}

fn get(path: &str) -> Request<Full<Bytes>> {
    let request = Request::get(path).header("accept-encoding", "gzip").header("origin", "http://a");
    request.body(Full::default()).unwrap()
}

/// Sends a request and reads the answer; gives its status, or what failed, and the events.
async fn ask<S, B>(
    service: S,
    log: &Collector,
    path: &str,
) -> (Result<StatusCode, BoxError>, Vec<Seen>)
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error: Into<BoxError>>,
    B: http_body::Body<Error: std::fmt::Debug>,
{
    let answered = match service.oneshot(get(path)).await {
        Ok(response) => {
            let status = response.status();
            response.into_body().collect().await.unwrap();
            Ok(status)
        }
        Err(error) => Err(error.into()),
    };
    (answered, log.take())
}

fn logger() -> (Collector, tracing::subscriber::DefaultGuard) {
    let log = Collector::default();
    let filter = tracing_subscriber::filter::Targets::new()
        .with_target("nexolog_tower", tracing::Level::TRACE);
    let subscriber = tracing_subscriber::registry().with(filter).with(log.clone());
    (log, tracing::subscriber::set_default(subscriber))
}

/// Builds the stack once with our layer at each place, and asks it.
macro_rules! in_any_order {
    ($log:expr, $path:expr, |$place:ident, $status:ident, $event:ident| $check:expr; $($layer:expr),+ $(,)?) => {
        in_any_order!(@ $log, $path, [$place $status $event $check] 0, (ServiceBuilder::new()) $($layer),+)
    };
    // At this place, with the rest inside.
    (@ $log:expr, $path:expr, [$place:ident $status:ident $event:ident $check:expr] $at:expr, ($outer:expr) $($rest:expr),*) => {{
        let service = $outer.layer(RequestLogLayer::new())$(.layer($rest))*.service_fn(handler);
        let (status, mut events) = ask(service, $log, $path).await;
        assert_eq!(events.len(), 1, "place {}: {events:#?}", $at);
        let ($place, $status, $event) = ($at, status, events.remove(0));
        $check;
        in_any_order!(@next $log, $path, [$place $status $event $check] $at, ($outer) $($rest),*);
    }};
    (@next $log:expr, $path:expr, $checks:tt $at:expr, ($outer:expr)) => {};
    (@next $log:expr, $path:expr, $checks:tt $at:expr, ($outer:expr) $first:expr $(, $rest:expr)*) => {
        in_any_order!(@ $log, $path, $checks $at + 1, ($outer.layer($first)) $($rest),*)
    };
}

#[tokio::test]
async fn a_success_is_one_event_in_any_order() {
    let (log, _collecting) = logger();
    in_any_order!(&log, "/", |place, status, event| {
        assert_eq!(status.unwrap(), 200, "place {place}");
        assert_eq!((event.outcome(), event.field("status")), ("success", "200"), "place {place}");
        assert!(event.number("bytes_out") > 0.0, "place {place}");
    };
        tower::load_shed::LoadShedLayer::new(),
        tower::timeout::TimeoutLayer::new(Duration::from_secs(60)),
        CorsLayer::permissive(),
        CompressionLayer::new(),
        CatchPanicLayer::new(),
    );
}

#[tokio::test]
async fn a_panic_is_one_event_in_any_order() {
    let (log, _collecting) = logger();
    in_any_order!(&log, "/panic", |place, status, event| {
        assert_eq!(status.unwrap(), 500, "place {place}");
        // Outside of one that catches panics we see its answer, inside of it the panic itself.
        let outcome = if place < 5 { "error" } else { "panic" };
        assert_eq!((event.outcome(), event.field("status")), (outcome, "500"), "place {place}");
    };
        tower::load_shed::LoadShedLayer::new(),
        tower::timeout::TimeoutLayer::new(Duration::from_secs(60)),
        CorsLayer::permissive(),
        CompressionLayer::new(),
        CatchPanicLayer::new(),
    );
}

#[tokio::test]
async fn a_timeout_is_one_event_in_any_order() {
    let (log, _collecting) = logger();
    in_any_order!(&log, "/forever", |place, status, event| {
        assert!(status.unwrap_err().is::<tower::timeout::error::Elapsed>());
        // A timeout inside fails; one around us drops us.
        let outcome = if place < 2 { "error" } else { "client_disconnected" };
        assert_eq!(event.outcome(), outcome, "place {place}");
    };
        tower::load_shed::LoadShedLayer::new(),
        tower::timeout::TimeoutLayer::new(Duration::from_millis(1)),
        CorsLayer::permissive(),
    );
}

#[tokio::test]
async fn a_timeout_of_tower_http_reads_timeout() {
    let (log, _collecting) = logger();
    let limit = Duration::from_millis(1);
    let timeout =
        tower_http::timeout::TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limit);
    let service = ServiceBuilder::new().layer(RequestLogLayer::new()).layer(timeout);
    let (status, events) = ask(service.service_fn(handler), &log, "/forever").await;
    assert_eq!((status.unwrap(), events.len()), (StatusCode::REQUEST_TIMEOUT, 1));
    assert_eq!(events[0].outcome(), "timeout");
}

/// A service that is never ready.
struct Busy;
impl Service<Request<Full<Bytes>>> for Busy {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = std::future::Pending<Result<Self::Response, Infallible>>;
    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Pending
    }
    fn call(&mut self, _: Request<Full<Bytes>>) -> Self::Future {
        std::future::pending()
    }
}

#[tokio::test]
async fn what_is_shed_is_an_error_of_the_service() {
    let (log, _collecting) = logger();
    let shed = ServiceBuilder::new().layer(RequestLogLayer::new()).load_shed().service(Busy);
    let (answered, events) = ask(shed, &log, "/").await;
    assert!(answered.unwrap_err().is::<tower::load_shed::error::Overloaded>());
    assert_eq!((events.len(), events[0].outcome()), (1, "error"));
    assert_eq!(events[0].field("error.type"), "service");
}

#[tokio::test]
async fn the_id_is_there_as_tower_https_own_type() {
    let (log, _collecting) = logger();
    let service = service_fn(|request: Request<Full<Bytes>>| async move {
        let id = request.extensions().get::<tower_http::request_id::RequestId>().unwrap();
        let mut response = Response::new(full(""));
        response.headers_mut().insert("x-seen", id.header_value().clone());
        Ok::<_, Infallible>(response)
    });
    let response = RequestLogLayer::new().layer(service).oneshot(get("/")).await.unwrap();
    assert_eq!(response.headers()["x-seen"], response.headers()["x-request-id"]);
    assert_eq!(log.take().len(), 1);
}
