//! What spans around and inside of a request say is in its lines.

mod common;

use common::{full, get, send};
use http::Response;
use nexolog_core::{Console, Nexolog};
use nexolog_tower::RequestLogLayer;
use tracing_subscriber::layer::SubscriberExt;

/// The lines of what `f` logs, each with its message.
fn lines(f: impl FnOnce()) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let logs = Nexolog::builder("shop").directory(directory.path()).console(Console::Off);
    let logs = logs.build().unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(logs.layer()), f);
    logs.shutdown().unwrap();
    let text = std::fs::read_to_string(directory.path().join("shop.jsonl")).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn line<'a>(lines: &'a [String], message: &str) -> &'a str {
    let message = format!("\"message\":\"{message}\"");
    let mut found = lines.iter().filter(|line| line.contains(&message));
    let line = found.next().unwrap_or_else(|| panic!("no {message} in {lines:?}"));
    assert_eq!(found.count(), 0, "{message}");
    line
}

fn ask(inside: fn()) {
    let answered = send(&RequestLogLayer::new(), get("/orders"), |_| {
        inside();
        Response::new(full("done"))
    });
    common::now(http_body_util::BodyExt::collect(answered.into_body())).unwrap();
}

#[test]
fn a_span_around_the_request_is_in_its_lines() {
    let lines = lines(|| {
        let _connection = tracing::info_span!("connection", tenant = "acme").entered();
        ask(|| tracing::info!("inside"));
    });
    for message in ["inside", "GET /orders 200"] {
        let line = line(&lines, message);
        assert!(line.contains("\"tenant\":\"acme\"") && line.contains("request_id"), "{line}");
    }
}

#[test]
fn a_span_inside_the_request_is_in_the_lines_within_it_and_in_no_other() {
    let lines = lines(|| {
        ask(|| {
            tracing::info!("before");
            tracing::info_span!("cart", items = 3).in_scope(|| tracing::info!("within"));
            let span = tracing::info_span!(parent: None, "explicit", color = "red");
            tracing::info!(parent: &span, "elsewhere");
            tracing::info!("after");
        });
        tracing::info!("outside");
    });
    assert!(line(&lines, "within").contains("\"items\":3"));
    assert!(line(&lines, "elsewhere").contains("\"color\":\"red\""));
    for message in ["before", "after", "GET /orders 200"] {
        let line = line(&lines, message);
        assert!(line.contains("request_id") && !line.contains("\"items\""), "{line}");
    }
    assert!(!line(&lines, "outside").contains("request_id"));
}
