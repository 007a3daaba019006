//! Headers that mean harm: bounded work, clean lines.

#[path = "../../nexolog-macros/tests/support/mod.rs"]
mod support;

#[path = "common/server.rs"]
mod server;

mod common;

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use common::send;
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response};
use http_body_util::Empty;
use nexolog_core::{Console, Nexolog};
use nexolog_tower::{ForwardedBy, QueryDetail, RequestLogLayer};
use server::{Server, request};
use support::collect;
use tracing_subscriber::layer::SubscriberExt;

#[tokio::test]
async fn fault_51_over_a_connection_hostile_headers_give_clean_lines() {
    let app = Router::new().route("/", get(|| async { "hello" })).layer(RequestLogLayer::new());
    let server = Server::start(app).await;
    let huge = "a".repeat(64 * 1024);
    let cases = [
        format!("x-request-id: {huge}\r\n"),
        "x-request-id: a\r\nx-request-id: b\r\n".to_owned(),
        "x-request-id: \u{e9}t\u{e9}\r\n".to_owned(),
        "x-request-id: \r\n".to_owned(),
        "x-request-id: a\tb\r\n".to_owned(),
        "x-request-id: \u{1b}[31mred\r\n".to_owned(),
        format!("user-agent: {huge}\r\ntraceparent: {huge}\r\n"),
        "content-length: 0\r\ntraceparent: 00-0-0-0\r\n".to_owned(),
    ];
    for case in cases {
        let answer = server.exchange(&request("GET", "/", &case)).await;
        let short = case.chars().take(80).collect::<String>();
        if answer.starts_with("HTTP/1.1 400 ") {
            // The server refused it before any service saw it.
            assert!(server.log.take().is_empty(), "{short}");
            continue;
        }
        let event = server.only().await;
        assert_eq!(event.field("request_id").len(), 36, "{short}");
        assert!(answer.contains(&format!("x-request-id: {}\r\n", event.field("request_id"))));
        assert_eq!(event.has("request_id_refused"), case.contains("x-request-id"), "{short}");
        assert!(format!("{event:?}").len() < 4096, "{short}");
        assert!(!event.has("trace_id"));
    }
}

/// Every line break, control character and broken sequence that a header value can be made of.
fn hostile_values() -> Vec<HeaderValue> {
    let mut values: Vec<Vec<u8>> = vec![
        vec![b'a'; 64 * 1024],
        vec![0xff; 64 * 1024],
        "é".repeat(300).into_bytes(),
        "\u{202e}\u{2028}\u{85}".into(),
        b"\xc3".to_vec(),
        b"\xed\xa0\x80".to_vec(),
        b"${jndi:ldap://x} %s {} ' or 1=1 --".to_vec(),
        b"a, b, ,,,, ;;; = \" \\".to_vec(),
        b"\t".to_vec(),
        Vec::new(),
    ];
    values.extend((0x20..=0xff).filter(|byte| *byte != 0x7f).map(|byte| vec![byte]));
    let values = values.into_iter().map(|value| HeaderValue::from_bytes(&value).unwrap());
    values.collect()
}

#[test]
fn fault_51_no_value_of_any_header_breaks_a_line_or_the_bounds() {
    collect(|log| {
        let names = [
            "x-request-id",
            "traceparent",
            "tracestate",
            "user-agent",
            "x-forwarded-for",
            "content-length",
            "x-chosen",
        ];
        let layer = RequestLogLayer::new()
            .query(QueryDetail::Full)
            .trusted_proxies(ForwardedBy::XForwardedFor, ["0.0.0.0/0".parse().unwrap()])
            .request_headers([HeaderName::from_static("x-chosen")])
            .response_headers([HeaderName::from_static("x-chosen")]);
        for value in hostile_values() {
            for name in names {
                let mut request = Request::get("/").body(()).unwrap();
                request.headers_mut().insert(name, value.clone());
                let peer: std::net::SocketAddr = "192.0.2.1:80".parse().unwrap();
                request.extensions_mut().insert(peer);
                let response = send(&layer, request, |request| {
                    let mut response = Response::new(Empty::<Bytes>::new());
                    // A handler that hands it back.
                    response.headers_mut().extend(request.headers().clone());
                    response
                });
                let event = log.only();
                let ids: Vec<_> = response.headers().get_all("x-request-id").iter().collect();
                assert_eq!(ids, [event.field("request_id")], "{name}: {value:?}");
                assert!(format!("{event:?}").len() < 8 * 1024, "{name}: {value:?}");
                let id = event.field("request_id");
                assert!(id.bytes().all(|byte| byte.is_ascii_graphic()), "{id:?}");
            }
        }
    });
}

#[test]
fn fault_40_hostile_headers_paths_and_queries_are_one_line_a_request() {
    let directory = tempfile::tempdir().unwrap();
    let builder = Nexolog::builder("shop").directory(directory.path()).console(Console::Off);
    let logs = builder.build().unwrap();
    let paths = [
        "/a%0A%1B[2J",
        "/%E2%80%AE%00?q=%0D%0A%7B%22seq%22:1%7D",
        "/\u{202e}\u{9b}?\u{2028}=\u{61c}",
    ];
    let mut requests = 0;
    tracing::subscriber::with_default(tracing_subscriber::registry().with(logs.layer()), || {
        let layer = RequestLogLayer::new()
            .query(QueryDetail::Full)
            .request_headers([HeaderName::from_static("x-chosen")]);
        for (path, value) in paths
            .iter()
            .flat_map(|path| hostile_values().into_iter().map(move |value| (path, value)))
        {
            let mut request = Request::get(*path).body(()).unwrap();
            request.headers_mut().insert("x-chosen", value.clone());
            request.headers_mut().insert("user-agent", value);
            send(&layer, request, |_| Response::new(Empty::<Bytes>::new()));
            requests += 1;
        }
    });
    logs.shutdown().unwrap();
    let text = std::fs::read_to_string(directory.path().join("api.log")).unwrap();
    let acts = |c: char| {
        let is_mark = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        c != '\n' && c.is_control() || is_mark
    };
    assert!(!text.contains(acts));
    assert!(text.lines().all(|line| line.starts_with("{\"seq\":") && line.ends_with('}')));
    assert_eq!(text.lines().count(), requests);
}

/// Headers that are lists are read to a bound, and of those that must be single a second one is enough.
#[test]
fn fault_51_ten_thousand_headers_give_one_short_line() {
    let lists = [
        ("x-forwarded-for", "10.0.0.1"),
        ("tracestate", "a=1"),
        ("x-chosen", "chosen"),
        ("x-request-id", "r-7"),
    ];
    let mut request = Request::get("/").body(()).unwrap();
    let headers = request.headers_mut();
    for number in 0..2_000 {
        let name = HeaderName::try_from(format!("x-{number}")).unwrap();
        headers.append(name, HeaderValue::from_static("1"));
        for (name, value) in lists {
            headers.append(name, HeaderValue::from_static(value));
        }
    }
    assert_eq!(headers.len(), 10_000);
    request.extensions_mut().insert("10.0.0.1:80".parse::<std::net::SocketAddr>().unwrap());
    collect(|log| {
        let layer = RequestLogLayer::new()
            .trusted_proxies(ForwardedBy::XForwardedFor, ["10.0.0.0/8".parse().unwrap()])
            .request_headers([HeaderName::from_static("x-chosen")]);
        send(&layer, request, |_| Response::new(Empty::<Bytes>::new()));
        let event = log.only();
        assert_eq!(event.field("request_id_refused"), "given more than once");
        assert_eq!(event.field("client"), "10.0.0.0");
        assert!(format!("{event:?}").len() < 8 * 1024);
    });
}
