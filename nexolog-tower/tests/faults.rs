//! The faults of HTTP: what is sent, read or broken beneath the layer is told once and never changed.

#[path = "../../nexolog-macros/tests/support/mod.rs"]
mod support;

#[path = "common/server.rs"]
mod server;

mod common;

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use axum::Router;
use axum::routing::post;
use bytes::Bytes;
use common::{full, get, now, poll, send};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use nexolog_core::{Console, LineBatch, Nexolog, Sink};
use nexolog_tower::{QueryDetail, RequestLogLayer};
use server::Server;
use support::collect;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::{Layer, ServiceExt, service_fn};
use tracing_subscriber::layer::SubscriberExt;

const CHUNK: usize = 1 << 20;

/// So many chunks of a megabyte, all of the same memory.
struct Endless {
    chunk: Bytes,
    left: u64,
}

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(self.chunk.clone()))))
    }
}

/// A frame is handed on before the next one is asked for, and it is the handler's own memory.
#[test]
fn fault_52_a_body_of_ten_gigabytes_passes_unbuffered_and_is_one_line() {
    collect(|log| {
        let chunk = Bytes::from(vec![b'x'; CHUNK]);
        let chunks = 10 * 1024;
        let body = || Endless { chunk: chunk.clone(), left: chunks };
        let response = send(&RequestLogLayer::new(), get("/"), |_| Response::new(body()));
        let mut body = pin!(response.into_body());
        for _ in 0..chunks {
            let frame = now(body.as_mut().frame()).unwrap().unwrap();
            let data = frame.into_data().unwrap();
            assert_eq!((data.as_ptr(), data.len()), (chunk.as_ptr(), CHUNK));
            assert!(log.take().is_empty(), "it is not over");
        }
        assert!(now(body.frame()).is_none());
        let event = log.only();
        assert_eq!(event.outcome(), "success");
        assert_eq!(event.field("bytes_out"), (chunks * CHUNK as u64).to_string());
    });
}

#[tokio::test]
async fn fault_52_an_interim_answer_is_none_and_the_final_one_is_told() {
    let app = Router::new()
        .route("/", post(|body: String| async move { body }))
        .layer(RequestLogLayer::new());
    let server = Server::start(app).await;
    let mut stream = server.connect().await;
    let head = "POST / HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\ncontent-length: 5\r\n\
                expect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    assert!(server.log.take().is_empty(), "the handler waits for the body");
    stream.write_all(b"hello").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhello"));
    let event = server.only().await;
    assert_eq!((event.outcome(), event.field("status")), ("success", "200"));
}

const CANARY: &str = "c4n4ry";

/// A service that logs to files in `directory`, asked once.
fn logged_to(directory: &Path, layer: &RequestLogLayer, request: Request<()>) {
    let builder = Nexolog::builder("shop").directory(directory).console(Console::Off);
    let logs = builder.build().unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(logs.layer()), || {
        let response = send(layer, request, |_| {
            let mut response = Response::new(full("hello"));
            response.headers_mut().insert(
                "set-cookie",
                HeaderValue::from_str(&format!("session={CANARY}; HttpOnly")).unwrap(),
            );
            response
        });
        now(pin!(response.into_body()).frame()).unwrap().unwrap();
    });
    logs.shutdown().unwrap();
}

fn written(directory: &Path) -> String {
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap());
    texts.map(|text| String::from_utf8_lossy(&text).into_owned()).collect()
}

#[test]
fn fault_53_credentials_of_a_request_are_in_no_file() {
    let request = || {
        Request::get(format!("/orders?token={CANARY}&api_key={CANARY}&page=2"))
            .header("authorization", format!("Bearer {CANARY}-{CANARY}"))
            .header("proxy-authorization", format!("Basic {CANARY}"))
            .header("cookie", format!("session={CANARY}"))
            .header("x-api-key", CANARY)
            .header("referer", format!("https://example.com/?token={CANARY}"))
            .body(())
            .unwrap()
    };
    let every = ["authorization", "proxy-authorization", "cookie", "x-api-key", "referer"];
    let chosen = RequestLogLayer::new()
        .query(QueryDetail::Full)
        .request_headers(every.map(http::HeaderName::from_static))
        .response_headers([http::header::SET_COOKIE]);
    for layer in [RequestLogLayer::new(), chosen] {
        let directory = tempfile::tempdir().unwrap();
        logged_to(directory.path(), &layer, request());
        let text = written(directory.path());
        assert!(text.contains("/orders"), "the request is told");
        assert!(!text.contains(CANARY), "{text}");
    }
}

/// The layer has no decoder; that what is packed goes through as it came is what would tell if it got one.
#[test]
fn fault_54_packed_bodies_pass_as_they_came_both_ways() {
    // Ten gigabytes of zeros, if a decoder believed the frame's head (RFC 8878, 3.1.1).
    let bomb: &'static [u8] =
        &[0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0x80, 2, 0, 0, 0, 0x02, 0, 0x10, 0];
    collect(|log| {
        let layer = RequestLogLayer::new().count_request_body();
        let service = layer.layer(service_fn(|request: Request<_>| async {
            let read = BodyExt::collect(request.into_body()).await.unwrap().to_bytes();
            let mut response = Response::new(Full::new(read));
            response.headers_mut().insert("content-encoding", HeaderValue::from_static("zstd"));
            Ok::<_, Infallible>(response)
        }));
        let request = Request::post("/")
            .header("content-encoding", "zstd")
            .body(Full::new(Bytes::from_static(bomb)))
            .unwrap();
        let response = now(service.oneshot(request)).unwrap();
        let back = now(response.into_body().collect()).unwrap().to_bytes();
        assert_eq!(back.as_ptr(), bomb.as_ptr());
        assert_eq!(back.len(), bomb.len());
        let event = log.only();
        let length = bomb.len().to_string();
        assert_eq!(event.field("bytes_in"), length);
        assert_eq!(event.field("bytes_out"), length);
    });
}

/// What a client gets for one path, the request's id left out.
fn answer(layer: Option<&RequestLogLayer>, path: &str) -> (u16, HeaderMap, Vec<u8>, bool) {
    let handler = |request: Request<()>| {
        let mut response = match request.uri().path() {
            "/missing" => common::status(404, full("no")),
            "/failing" => common::status(503, full("later")),
            _ => common::status(200, full("hello")),
        };
        response.headers_mut().insert("etag", HeaderValue::from_static("\"7\""));
        std::future::ready(Ok::<_, Infallible>(response))
    };
    let mut request = get(path);
    request.extensions_mut().insert("192.0.2.1:80".parse::<SocketAddr>().unwrap());
    let (head, body) = match layer {
        None => read(now(service_fn(handler).oneshot(request)).unwrap()),
        Some(layer) => read(now(layer.layer(service_fn(handler)).oneshot(request)).unwrap()),
    };
    let mut headers = head.headers;
    let has_id = headers.remove("x-request-id").is_some();
    (head.status.as_u16(), headers, body, has_id)
}

fn read<B: Body>(response: Response<B>) -> (http::response::Parts, Vec<u8>)
where
    B::Data: AsRef<[u8]>,
    B::Error: std::fmt::Debug,
{
    let (head, body) = response.into_parts();
    let mut body = pin!(body);
    let mut bytes = Vec::new();
    loop {
        let frame = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx));
        let Poll::Ready(Some(frame)) = poll(pin!(frame)) else { return (head, bytes) };
        if let Ok(data) = frame.unwrap().into_data() {
            bytes.extend_from_slice(data.as_ref());
        }
    }
}

struct Broken;

impl Sink for Broken {
    fn write(&mut self, _: &LineBatch) -> std::io::Result<()> {
        panic!("a sink that is broken")
    }
}

/// The directory is gone, and a file stands where it was; the user's sink panics at every record.
#[test]
fn fault_55_where_every_file_and_sink_fails_answers_are_the_same() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("logs");
    let builder = Nexolog::builder("shop").directory(&directory).console(Console::Off);
    let logs = builder.sink("broken", Broken).build().unwrap();
    // Again where the logger has just made a file in it.
    while std::fs::remove_dir_all(&directory)
        .is_err_and(|error| error.kind() != ErrorKind::NotFound)
    {}
    std::fs::write(&directory, "in the way").unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(logs.layer()), || {
        // Until it has noticed, it writes to a file without a name.
        while logs.flush().is_ok() {
            tracing::error!("written to nowhere");
        }
        let layer = RequestLogLayer::new();
        for path in ["/", "/missing", "/failing", "/"] {
            let (status, headers, body, _) = answer(None, path);
            let logged = answer(Some(&layer), path);
            assert_eq!(logged, (status, headers, body, true), "{path}");
            logs.flush().expect_err("nothing can be written");
        }
    });
    logs.shutdown().expect_err("nothing could be written");
}
