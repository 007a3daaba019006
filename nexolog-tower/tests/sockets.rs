//! The same over real connections, where the client can really leave.

#[path = "../../nexolog-macros/tests/support/mod.rs"]
mod support;

#[path = "common/server.rs"]
mod server;

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body as AxumBody;
use axum::routing::{any, get};
use bytes::Bytes;
use http::{Response, StatusCode};
use http_body::{Body, Frame};
use hyper_util::rt::{TokioExecutor, TokioIo};
use nexolog_tower::RequestLogLayer;
use server::{Server, request};
use support::Collector;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tower::{Layer, ServiceBuilder};
use tracing_subscriber::layer::SubscriberExt;

/// One chunk, then whatever the test wants.
struct Chunked {
    sent: bool,
    then: Then,
}

#[derive(Clone, Copy)]
enum Then {
    Hang,
    Fail,
    Panic,
}

impl Body for Chunked {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if !std::mem::replace(&mut self.sent, true) {
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"first chunk")))));
        }
        match self.then {
            Then::Hang => Poll::Pending,
            Then::Fail => Poll::Ready(Some(Err(std::io::Error::other("backend gone")))),
            Then::Panic => panic!("in the body"),
        }
    }
}

fn chunked(then: Then) -> Response<AxumBody> {
    Response::new(AxumBody::new(Chunked { sent: false, then }))
}

#[tokio::test]
async fn a_matched_route_and_the_client_are_told() {
    let app = Router::new()
        .route("/orders/{id}", get(|| async { "hello" }))
        .nest("/api", Router::new().route("/items/{id}", get(|| async { "nested" })))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(RequestLogLayer::new());
    let server = Server::start(app).await;

    let answer = server.exchange(&request("GET", "/orders/7?token=s", "")).await;
    assert!(answer.ends_with("hello"), "{answer}");
    let event = server.only().await;
    assert!(answer.contains(&format!("x-request-id: {}\r\n", event.field("request_id"))));
    assert_eq!((event.field("route"), event.field("path")), ("/orders/{id}", "/orders/7"));
    assert_eq!(event.field("message"), "GET /orders/{id} 200");
    assert_eq!((event.field("client"), event.field("bytes_out")), ("127.0.0.0", "5"));
    assert_eq!((event.outcome(), event.span), ("success", Some("request")));

    server.exchange(&request("GET", "/api/items/3", "")).await;
    assert_eq!(server.only().await.field("route"), "/api/items/{id}");

    server.exchange(&request("GET", "/nowhere", "")).await;
    let event = server.only().await;
    assert_eq!((event.has("route"), event.field("status")), (false, "404"));
}

#[tokio::test]
async fn around_the_router_the_layer_learns_the_route_from_one_inside() {
    let app = Router::new()
        .route("/orders/{id}", get(|| async { "hello" }))
        .layer(RequestLogLayer::new());
    let around = ServiceBuilder::new().layer(RequestLogLayer::new()).service(app);
    let server = Server::start(Router::new().fallback_service(around)).await;
    server.exchange(&request("GET", "/orders/7", "")).await;
    assert_eq!(server.only().await.field("route"), "/orders/{id}");
}

#[tokio::test]
async fn fault_52_head_and_empty_answers_are_logged_at_once() {
    let app = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/gone", get(|| async { StatusCode::NO_CONTENT }))
        .layer(RequestLogLayer::new());
    let server = Server::start(app).await;
    for (method, path, status) in [("HEAD", "/", "200"), ("GET", "/gone", "204")] {
        server.exchange(&request(method, path, "")).await;
        let event = server.only().await;
        assert_eq!((event.outcome(), event.field("status")), ("success", status));
        assert_eq!(event.field("bytes_out"), "0");
    }
}

#[tokio::test]
async fn fault_52_a_client_that_closes_before_the_headers_is_disconnected() {
    let entered = Arc::new(Notify::new());
    let signal = Arc::clone(&entered);
    let slow = get(move || async move {
        signal.notify_one();
        std::future::pending::<()>().await;
    });
    let server =
        Server::start(Router::new().route("/slow", slow).layer(RequestLogLayer::new())).await;
    let mut stream = server.connect().await;
    stream.write_all(&request("GET", "/slow", "")).await.unwrap();
    entered.notified().await;
    drop(stream);
    let event = server.only().await;
    assert_eq!((event.outcome(), event.has("status")), ("client_disconnected", false));
    assert_eq!(event.field("route"), "/slow");
}

#[tokio::test]
async fn fault_52_a_client_that_closes_in_mid_body_is_disconnected() {
    let app = Router::new()
        .route("/stream", get(|| async { chunked(Then::Hang) }))
        .layer(RequestLogLayer::new());
    let server = Server::start(app).await;
    let mut stream = server.connect().await;
    stream.write_all(&request("GET", "/stream", "")).await.unwrap();
    let mut seen = Vec::new();
    while !seen.windows(11).any(|bytes| bytes == b"first chunk") {
        assert!(stream.read_buf(&mut seen).await.unwrap() > 0);
    }
    drop(stream);
    let event = server.only().await;
    assert_eq!((event.outcome(), event.field("status")), ("client_disconnected", "200"));
    assert_eq!(event.field("bytes_out"), "11");
}

#[tokio::test]
async fn a_body_that_fails_or_panics_breaks_the_connection_and_is_logged() {
    let app = Router::new()
        .route("/fail", get(|| async { chunked(Then::Fail) }))
        .route("/panic", get(|| async { chunked(Then::Panic) }))
        .layer(RequestLogLayer::new());
    let server = Server::start(app).await;
    for (path, outcome, kind) in [("/fail", "error", "body"), ("/panic", "panic", "panic")] {
        let answer = server.exchange(&request("GET", path, "")).await;
        assert!(!answer.ends_with("0\r\n\r\n"), "a whole body: {answer}");
        let event = server.only().await;
        assert_eq!((event.outcome(), event.field("error.type")), (outcome, kind));
        assert_eq!((event.field("status"), event.field("bytes_out")), ("200", "11"));
    }
}

#[tokio::test]
async fn a_panic_in_the_handler_is_answered_and_the_connection_lives() {
    async fn explode() -> &'static str {
        panic!("no such order")
    }
    let app = Router::new()
        .route("/", get(|| async { "fine" }))
        .route("/panic", get(explode))
        .layer(RequestLogLayer::new());
    let server = Server::start(app).await;
    let mut both = b"GET /panic HTTP/1.1\r\nhost: example.com\r\n\r\n".to_vec();
    both.extend(request("GET", "/", ""));
    let answer = server.exchange(&both).await;
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    assert!(answer.contains("content-length: 0\r\n") && answer.ends_with("fine"), "{answer}");
    let [panic, fine] = <[_; 2]>::try_from(server.log.take()).unwrap();
    assert!(answer.contains(&format!("x-request-id: {}\r\n", panic.field("request_id"))));
    assert_eq!((panic.outcome(), fine.outcome()), ("panic", "success"));
}

#[tokio::test]
async fn a_timeout_inside_is_a_timeout_and_one_outside_a_disconnect() {
    async fn forever() {
        std::future::pending::<()>().await;
    }
    async fn late(error: tower::BoxError) -> StatusCode {
        assert!(error.is::<tower::timeout::error::Elapsed>());
        StatusCode::GATEWAY_TIMEOUT
    }
    let timeout = || {
        ServiceBuilder::new()
            .layer(axum::error_handling::HandleErrorLayer::new(late))
            .layer(tower::timeout::TimeoutLayer::new(Duration::from_millis(1)))
    };
    let inside = ServiceBuilder::new().layer(RequestLogLayer::new()).layer(timeout());
    let outside = ServiceBuilder::new().layer(timeout()).layer(RequestLogLayer::new());
    let inside = get(forever).layer::<_, Infallible>(inside);
    let outside = get(forever).layer::<_, Infallible>(outside);
    let server = Server::start(Router::new().route("/in", inside).route("/out", outside)).await;
    server.exchange(&request("GET", "/in", "")).await;
    let event = server.only().await;
    assert_eq!((event.outcome(), event.level), ("timeout", tracing::Level::ERROR));
    server.exchange(&request("GET", "/out", "")).await;
    let event = server.only().await;
    assert_eq!((event.outcome(), event.has("status")), ("client_disconnected", false));
}

#[tokio::test]
async fn fault_52_an_upgraded_connection_is_logged_with_its_headers() {
    let upgrade = any(|request: axum::extract::Request| async move {
        tokio::spawn(hyper::upgrade::on(request));
        Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header("connection", "upgrade")
            .header("upgrade", "echo")
            .body(AxumBody::empty())
            .unwrap()
    });
    let app = Router::new().route("/ws", upgrade).layer(RequestLogLayer::new());
    let server = Server::start(app).await;
    let mut stream = server.connect().await;
    let wish =
        "GET /ws HTTP/1.1\r\nhost: example.com\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";
    stream.write_all(wish.as_bytes()).await.unwrap();
    let event = server.only().await;
    assert_eq!((event.outcome(), event.field("status")), ("upgraded", "101"));
}

#[tokio::test]
async fn an_own_timeout_answers_504_and_drops_the_handler() {
    struct Dropped(Arc<Notify>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let dropped = Arc::new(Notify::new());
    let signal = Arc::clone(&dropped);
    let slow = get(move || {
        let held = Dropped(Arc::clone(&signal));
        async move {
            let _held = held;
            std::future::pending::<()>().await;
        }
    });
    let stream = get(|| async { chunked(Then::Hang) });
    let app = Router::new()
        .route("/slow", slow)
        .route("/stream", stream)
        .layer(RequestLogLayer::new().timeout(Duration::from_millis(5)));
    let server = Server::start(app).await;
    let answer = server.exchange(&request("GET", "/slow", "")).await;
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    dropped.notified().await;
    let event = server.only().await;
    assert_eq!((event.outcome(), event.field("status")), ("timeout", "504"));
    assert!(answer.contains(&format!("x-request-id: {}\r\n", event.field("request_id"))));
    assert!(event.number("duration_ms") >= 5.0 && event.level == tracing::Level::ERROR);

    // A body may last: the limit ends with the headers.
    let mut stream = server.connect().await;
    stream.write_all(&request("GET", "/stream", "")).await.unwrap();
    let mut seen = Vec::new();
    while !seen.windows(11).any(|bytes| bytes == b"first chunk") {
        assert!(stream.read_buf(&mut seen).await.unwrap() > 0);
    }
    let limit_is_over = Duration::from_millis(20);
    assert!(tokio::time::timeout(limit_is_over, stream.read_buf(&mut seen)).await.is_err());
    drop(stream);
    assert_eq!(server.only().await.outcome(), "client_disconnected");
}

#[tokio::test]
async fn a_request_that_does_not_end_is_seen_by_the_watchdog() {
    let app = Router::new()
        .route("/slow/{id}", get(std::future::pending::<()>))
        .route("/fast", get(|| async { "hello" }))
        .layer(RequestLogLayer::new().watchdog(Duration::from_millis(5)));
    let server = Server::start(app).await;
    let mut stream = server.connect().await;
    stream.write_all(&request("GET", "/slow/7", "")).await.unwrap();
    let told = server.only().await;
    assert_eq!((told.field("event.name"), told.level), ("request_running", tracing::Level::WARN));
    assert_eq!(told.field("message"), "GET /slow/{id} still running");
    assert!(told.number("running_ms") >= 5.0 && !told.has("outcome"));
    assert_eq!(told.request.as_deref(), Some(told.field("request_id")));
    drop(stream);
    let event = server.only().await;
    assert_eq!(event.field("request_id"), told.field("request_id"));
    assert_eq!(event.outcome(), "client_disconnected");
}

#[tokio::test]
async fn a_request_body_is_counted_whatever_its_length_says() {
    let app = Router::new()
        .route("/", axum::routing::post(|body: Bytes| async move { body.len().to_string() }))
        .layer(RequestLogLayer::new().count_request_body());
    let server = Server::start(app).await;
    let mut post = request("POST", "/", "transfer-encoding: chunked\r\n");
    post.extend_from_slice(b"5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n");
    let answer = server.exchange(&post).await;
    assert!(answer.ends_with("12"), "{answer}");
    assert_eq!(server.only().await.field("bytes_in"), "12");
}

#[tokio::test]
async fn hyper_without_axum_over_http_2() {
    let log = Collector::default();
    let filter = tracing_subscriber::filter::Targets::new()
        .with_target("nexolog_tower", tracing::Level::TRACE);
    let subscriber = tracing_subscriber::registry().with(filter).with(log.clone());
    let _collecting = tracing::subscriber::set_default(subscriber);
    let (client, server) = tokio::io::duplex(64 * 1024);
    let service = RequestLogLayer::new().layer(tower::service_fn(
        |_: http::Request<hyper::body::Incoming>| async {
            Ok::<_, Infallible>(Response::new(Chunked { sent: false, then: Then::Hang }))
        },
    ));
    tokio::spawn(async move {
        let service = hyper_util::service::TowerToHyperService::new(service);
        let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
        builder.serve_connection(TokioIo::new(server), service).await
    });
    let (mut send, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(client))
            .await
            .unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("http://example.com/live")
        .body(http_body_util::Empty::<Bytes>::new())
        .unwrap();
    let response = send.send_request(request).await.unwrap();
    assert_eq!(response.headers()["x-request-id"].len(), 36);
    let mut body = response.into_body();
    assert!(http_body_util::BodyExt::frame(&mut body).await.is_some());
    assert!(log.take().is_empty());
    // Only this stream is reset; the connection lives.
    drop(body);
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            if let Some(event) = log.take().pop() {
                return event;
            }
            tokio::task::yield_now().await;
        }
    });
    let event = waited.await.expect("no event");
    assert_eq!((event.outcome(), event.field("version")), ("client_disconnected", "2"));
    assert_eq!((event.field("scheme"), event.field("bytes_out")), ("http", "11"));
}
