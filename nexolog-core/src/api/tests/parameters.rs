//! What clients get wrong, and what they are told.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::{ADMIN, Fixture, ask};
use crate::store::CleanupRequest;

/// The problem that a GET answers with.
async fn problem(path: &str) -> Value {
    let answer = Fixture::new().get(path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], 400);
    assert!(!problem["detail"].as_str().unwrap().ends_with('.'));
    problem
}

#[tokio::test]
async fn fault_64_a_bad_value_is_named_with_what_would_be_right() {
    for (path, parameter, value) in [
        ("search?limit=0", "limit", "0"),
        ("search?limit=1001", "limit", "1001"),
        ("search?limit=-1", "limit", "-1"),
        ("search?limit=99999999999999999999", "limit", "99999999999999999999"),
        ("search?limit=ten", "limit", "ten"),
        ("search?level=loud", "level", "loud"),
        ("search?level=error,loud", "level", "loud"),
        ("search?min_level=7", "min_level", "7"),
        ("search?from=yesteryear", "from", "yesteryear"),
        ("search?to=25:00", "to", "25:00"),
        ("search?from=2026-01-02&to=2026-01-01", "to", "2026-01-01"),
        ("search?cursor=abc", "cursor", "abc"),
        ("search?cursor=1.../etc", "cursor", "1.../etc"),
        ("search?cursor=1.a%2fb", "cursor", "1.a/b"),
        ("search?cursor=-1", "cursor", "-1"),
        ("search?cursor=1@x", "cursor", "1@x"),
        ("search?order=sideways", "order", "sideways"),
        ("search?q=a&q=b", "q", "b"),
        ("stats?interval=0", "interval", "0"),
        ("stats?interval=fast", "interval", "fast"),
        ("stats?interval=1s", "interval", "1s"),
        ("histogram?interval=0", "interval", "0"),
        ("histogram?interval=0ms", "interval", "0ms"),
        ("histogram?interval=1.5s", "interval", "1.5s"),
        ("histogram?interval=-5m", "interval", "-5m"),
        ("histogram?interval=1s", "interval", "1000ms"),
        ("histogram?interval=1h&bars=5", "interval", "1h"),
        ("histogram?bars=1", "bars", "1"),
        ("histogram?bars=2001", "bars", "2001"),
        ("histogram?from=now&to=-1h", "to", "-1h"),
        ("facets?limit=101", "limit", "101"),
        ("facets?sample=0", "sample", "0"),
        ("facets?sample=some", "sample", "some"),
        ("facets?keys=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,one", "keys", "one"),
        (
            "facets?keys=level,a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r",
            "keys",
            "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r",
        ),
        ("fields?sample=-1", "sample", "-1"),
        ("context", "id", ""),
        ("context?id=", "id", ""),
        ("context?id=abc", "id", "abc"),
        ("context?id=1.../etc", "id", "1.../etc"),
        ("context?id=1&before=501", "before", "501"),
        ("context?id=1&after=-1", "after", "-1"),
        ("requests/r1?limit=5001", "limit", "5001"),
        ("requests/r1?limit=0", "limit", "0"),
        ("export?format=xml", "format", "xml"),
        ("export?columns=seq", "columns", "seq"),
        ("export?format=json&columns=seq", "columns", "seq"),
        ("export?limit=0", "limit", "0"),
        ("export?order=up", "order", "up"),
        ("export?cursor=abc", "cursor", "abc"),
        ("stream?cursor=abc", "cursor", "abc"),
        ("stream?min_level=loud", "min_level", "loud"),
    ] {
        let problem = problem(path).await;
        assert_eq!(problem["parameter"], parameter, "{path}");
        assert_eq!(problem["value"], value, "{path}");
        let accepted = problem["accepted"].as_str().unwrap();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(parameter) && detail.ends_with(accepted), "{path}: {detail}");
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_named_with_those_that_exist() {
    for path in [
        "search?levels=error",
        "search?dry_run=true",
        "stats?limit=5",
        "modules?q=a",
        "health?verbose=1",
        "levels?x=",
        "session?x=1",
        "stream?limit=5",
        "export?page=5",
        "histogram?limit=5",
        "facets?key=level",
        "fields?keys=level",
        "context?limit=5",
        "requests/r1?q=a",
    ] {
        let problem = problem(path).await;
        let name = path.split(['?', '=']).nth(1).unwrap();
        assert_eq!(problem["parameter"], name, "{path}");
        assert!(problem["accepted"].is_array(), "{path}");
    }
    let accepted = problem("search?levels=error").await["accepted"].clone();
    assert!(accepted.as_array().unwrap().contains(&json!("min_level")));
}

#[tokio::test]
async fn what_was_sent_is_not_sent_back_at_any_length() {
    let long = "x".repeat(5_000);
    let problem = problem(&format!("search?limit={long}")).await;
    assert!(problem["value"].as_str().unwrap().len() < 200);
}

#[tokio::test]
async fn times_are_taken_in_every_form_that_people_write() {
    let fixture = Fixture::new();
    for time in [
        "2026-11-23T10:00:00Z",
        "2026-11-23T10:00:00%2B01:00",
        "2026-11-23T10:00:00+01:00",
        "2026-11-23",
        "1763892000",
        "1763892000000",
        "-15m",
        "now-2h",
        "now",
        "-1d",
    ] {
        let answer = fixture.get(&format!("search?from={time}&limit=1")).await;
        assert_eq!(answer.status, StatusCode::OK, "{time}: {}", answer.text);
    }
}

#[tokio::test]
async fn an_empty_value_counts_as_none() {
    let fixture = Fixture::new();
    let answer = fixture.get("search?q=&level=&module=&from=&to=&cursor=&limit=").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn cleanup_asks_for_a_limit_and_takes_only_yes_or_no() {
    let fixture = Fixture::new();
    let send = async |path: &str| {
        let answer = fixture.send(ask(Method::DELETE, path).token(ADMIN)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        answer.json()["parameter"].clone()
    };
    assert_eq!(send("cleanup").await, "older_than_days");
    assert_eq!(send("cleanup?older_than_days=-1").await, "older_than_days");
    assert_eq!(send("cleanup?older_than_days=1.5").await, "older_than_days");
    assert_eq!(send("cleanup?older_than_days=1&dry_run=maybe").await, "dry_run");
    assert_eq!(send("cleanup?older_than_days=1&before=now").await, "before");
    assert_eq!(send("cleanup?max_bytes=some").await, "max_bytes");
    assert_eq!(send("cleanup?max_bytes=-1").await, "max_bytes");
    assert_eq!(send("cleanup?max_bytes=some").await, "max_bytes");
    assert_eq!(send("cleanup?max_bytes=-1").await, "max_bytes");
    assert!(fixture.memory.cleanups.lock().unwrap().is_empty());
    let question = ask(Method::DELETE, "cleanup?max_bytes=2GiB&module=auth&dry_run=1").token(ADMIN);
    assert_eq!(fixture.send(question).await.status, StatusCode::OK);
    let wanted = CleanupRequest {
        older_than_days: None,
        max_bytes: Some(2 << 30),
        module: Some("auth".into()),
        dry_run: true,
    };
    assert_eq!(*fixture.memory.cleanups.lock().unwrap(), [wanted]);
}

#[tokio::test]
async fn a_level_change_names_what_is_wrong_with_it() {
    let fixture = Fixture::new();
    for (body, parameter) in [
        (json!({"module": "auth"}), "level"),
        (json!({"module": "auth", "level": "loud"}), "level"),
        (json!({"module": "auth", "level": 3}), "level"),
        (json!({"module": "", "level": "info"}), "module"),
        (json!({"module": "a b", "level": "info"}), "module"),
        (json!({"module": "x".repeat(200), "level": "info"}), "module"),
        (json!({"module": ["auth"], "level": "info"}), "module"),
        (json!({"modul": "auth", "level": "info"}), "modul"),
    ] {
        let answer = fixture.send(ask(Method::PUT, "levels").token(ADMIN).json(&body)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.json()["parameter"], parameter, "{body}");
    }
    assert!(fixture.memory.levels.lock().unwrap().is_empty());
}

#[tokio::test]
async fn fault_64_a_list_of_values_is_bounded() {
    let fixture = Fixture::new();
    let path = |count: usize| format!("search?user_id={}", vec!["u"; count].join(","));
    assert_eq!(fixture.get(&path(256)).await.status, StatusCode::OK);
    let refused = problem(&path(257)).await;
    assert_eq!(
        (&refused["parameter"], &refused["accepted"]),
        (&json!("user_id"), &json!("at most 256 values"))
    );
    let repeated = "module=a&".repeat(257);
    assert_eq!(problem(&format!("stats?{repeated}")).await["parameter"], "module");
}

/// A body without an end, that knows how much of it was taken.
struct Endless(Arc<AtomicUsize>);

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        self.0.fetch_add(1_000, Ordering::SeqCst);
        Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from_static(&[b'['; 1_000])))))
    }
}

#[tokio::test]
async fn fault_64_a_body_is_read_as_far_as_it_may_be_long() {
    let fixture = Fixture::new();
    for (method, path) in
        [(Method::POST, "session"), (Method::PUT, "levels"), (Method::POST, "holds")]
    {
        let taken = Arc::new(AtomicUsize::new(0));
        let body = Body::new(Endless(Arc::clone(&taken)));
        let answer = fixture.send(ask(method, path).token(ADMIN).body(body)).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(taken.load(Ordering::SeqCst) < 20_000, "{path}");
    }
}

#[tokio::test]
async fn fault_64_a_deep_body_is_refused() {
    let fixture = Fixture::new();
    let deep = format!("{{\"level\":{}", "[".repeat(10_000));
    let answer = fixture.send(ask(Method::PUT, "levels").token(ADMIN).body(Body::from(deep))).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
}
