//! What every response says to browsers, what errors keep to themselves, and what hostile names reach: nothing.

use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::json;

use super::support::{ADMIN, Answer, Ask, Fixture, SCOPED, VIEWER, ask, get};
use crate::api::OwnTraffic;
use crate::api::dispatch::ENDPOINTS;

/// Checks the headers and the mark; answers go on.
fn protected(response: Response, what: &str) -> Response {
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.unwrap_or_else(|| panic!("{what} has no {name}")).to_str().unwrap()
    };
    assert!(header("cache-control").contains("no-store"), "{what}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(header("x-frame-options"), "DENY", "{what}");
    let policy = "default-src 'none'; frame-ancestors 'none'";
    assert_eq!(header("content-security-policy"), policy, "{what}");
    if let Some(kind) = response.headers().get("content-type") {
        let kind = kind.to_str().unwrap().split(';').next().unwrap();
        assert!(!kind.contains("html") && !kind.contains("xml"), "{what}: {kind}");
        assert_eq!(kind == "application/problem+json", response.status().as_u16() >= 400, "{what}");
    }
    assert!(response.extensions().get::<OwnTraffic>().is_some(), "{what}");
    response
}

/// An error of each kind.
fn errors() -> Vec<(Ask, StatusCode)> {
    let sign_in = || ask(Method::POST, "session");
    let level = || ask(Method::PUT, "levels").token(ADMIN);
    vec![
        (get("search?limit=0").token(ADMIN), StatusCode::BAD_REQUEST),
        (get("search?level=%3Cscript%3E").token(ADMIN), StatusCode::BAD_REQUEST),
        (get("search?%ff=%ff").token(ADMIN), StatusCode::BAD_REQUEST),
        (level().json(&json!([])), StatusCode::BAD_REQUEST),
        (get("search").token("wrong-token-0123456789"), StatusCode::UNAUTHORIZED),
        (sign_in().json(&json!({"token": "wrong-token-0123456789"})), StatusCode::UNAUTHORIZED),
        (get("holds").token(SCOPED), StatusCode::FORBIDDEN),
        (get("nothing").token(ADMIN), StatusCode::NOT_FOUND),
        (get("/api/v1/logs").token(ADMIN), StatusCode::NOT_FOUND),
        (ask(Method::DELETE, "holds?name=none").token(ADMIN), StatusCode::NOT_FOUND),
        (ask(Method::POST, "search").token(ADMIN), StatusCode::METHOD_NOT_ALLOWED),
        (level().json(&json!({"level": "x".repeat(20_000)})), StatusCode::PAYLOAD_TOO_LARGE),
        (sign_in(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            ask(Method::DELETE, "cleanup?older_than_days=1&module=broken").token(ADMIN),
            StatusCode::INTERNAL_SERVER_ERROR,
        ),
    ]
}

#[tokio::test]
async fn fault_62_every_response_of_every_endpoint_is_protected() {
    for endpoint in &ENDPOINTS {
        for token in [None, Some(VIEWER), Some(ADMIN), Some(SCOPED)] {
            let fixture = Fixture::new();
            let mut question = ask(endpoint.method.clone(), endpoint.path);
            if let Some(token) = token {
                question = question.token(token);
            }
            let what = format!("{} {} with {token:?}", endpoint.method, endpoint.path);
            drop(protected(fixture.open(question).await, &what));
        }
    }
}

#[tokio::test]
async fn fault_62_every_kind_of_error_is_protected() {
    let fixture = Fixture::new();
    for (question, status) in errors() {
        let response = protected(fixture.open(question).await, status.as_str());
        assert_eq!(response.status(), status);
    }
    let wrong = || get("search").token("wrong-token-0123456789").at_address("192.0.2.1:1");
    for _ in 0..10 {
        fixture.send(wrong()).await;
    }
    let response = protected(fixture.open(wrong()).await, "429");
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn fault_62_the_answer_of_a_full_queue_is_protected() {
    let limits = crate::api::limits::Limits { waiting: 0, ..Default::default() };
    let fixture = Fixture::with(super::support::tokens(), limits);
    let response = protected(fixture.open(get("search").token(ADMIN)).await, "503");
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn fault_72_errors_say_what_was_sent_and_nothing_of_the_inside() {
    let fixture = Fixture::new();
    for (question, status) in errors() {
        let answer = fixture.send(question).await;
        assert_eq!(answer.json()["status"], status.as_u16());
        for inner in
            ["src/", ".rs", "panicked", "/tmp", "/secret", "os error", "Error {", "token-0123"]
        {
            assert!(!answer.text.contains(inner), "{status}: {}", answer.text);
        }
    }
}

/// Names that lead elsewhere when somebody joins them to a path, as they stand in an address.
const TRAVERSALS: [&str; 14] = [
    "..%2fetc",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%252e%252e%252fetc",
    "..%5cwindows",
    "....%2f%2fetc",
    "%2fetc%2fpasswd",
    "file:%2f%2f%2fetc%2fpasswd",
    "shop.jsonl%00.png",
    "%c0%ae%c0%ae%c0%af",
    "..;%2fetc",
    "Li4vZXRjL3Bhc3N3ZA==",
    "C:%5cboot.ini",
    ".",
    "..",
];

#[tokio::test]
async fn fault_60_names_that_lead_elsewhere_lead_nowhere() {
    for name in TRAVERSALS {
        let fixture = Fixture::new();
        fixture.memory.log(&[json!({"level": "INFO", "module": "orders", "message": "x"})]);
        for path in [name.to_owned(), format!("search/{name}"), format!("export/{name}")] {
            let answer = fixture.get(&path).await;
            let is_refused =
                matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST);
            assert!(is_refused, "{path}: {} {}", answer.status, answer.text);
        }
        let found = fixture.get(&format!("search?module={name}")).await;
        let is_empty = found.status == StatusCode::OK && found.json()["logs"] == json!([]);
        assert!(is_empty || found.status == StatusCode::BAD_REQUEST, "{name}: {}", found.text);
        for place in ["search?cursor=1.", "stream?cursor=1."] {
            let answer = fixture.get(&format!("{place}{name}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{place}{name}");
        }
    }
}

#[tokio::test]
async fn fault_59_no_page_of_another_origin_gets_anything_changed() {
    let fixture = Fixture::new();
    let signed_in = ask(Method::POST, "session").json(&json!({"token": ADMIN})).sent_by_page();
    let cookie = fixture.send(signed_in).await.cookie();
    let changes: [fn() -> Ask; 4] = [
        || ask(Method::DELETE, "cleanup?older_than_days=0"),
        || ask(Method::PUT, "levels").json(&json!({"level": "debug"})),
        || ask(Method::POST, "holds").json(&json!({"name": "a", "reason": "b", "query": "c"})),
        || ask(Method::DELETE, "holds?name=a"),
    ];
    let foreign: [&[(&'static str, &str)]; 7] = [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        // A sandboxed frame, and one that tells nothing at all.
        &[("origin", "null"), ("referer", "https://example.com/dashboard/logs")],
        &[("referer", "https://example.com/dashboard/logs")],
    ];
    for change in changes {
        for headers in foreign {
            let question =
                headers.iter().fold(change().header("cookie", &cookie), |ask, (name, value)| {
                    ask.header(name, value)
                });
            let answer = fixture.send(question).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}: {}", answer.text);
        }
        // A name that was made to lead here: the browser then says "same origin", and has no cookie for it.
        let rebound = change()
            .header("origin", "http://evil.example")
            .header("sec-fetch-site", "same-origin");
        assert_eq!(fixture.send(rebound).await.status, StatusCode::UNAUTHORIZED);
    }
    unchanged(&fixture);
}

#[tokio::test]
async fn fault_59_what_a_form_can_send_changes_nothing() {
    let fixture = Fixture::new();
    let signed_in = ask(Method::POST, "session").json(&json!({"token": ADMIN})).sent_by_page();
    let cookie = fixture.send(signed_in).await.cookie();
    for (method, path) in [
        (Method::POST, "cleanup?older_than_days=0"),
        (Method::POST, "cleanup?older_than_days=0&_method=DELETE"),
        (Method::GET, "cleanup?older_than_days=0&_method=DELETE"),
        (Method::POST, "levels"),
    ] {
        for content_type in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
        {
            let question = ask(method.clone(), path)
                .header("cookie", &cookie)
                .header("content-type", content_type)
                .header("x-http-method-override", "DELETE")
                .sent_by_page();
            let answer = fixture.send(question).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
    for (method, path) in [(Method::PUT, "levels"), (Method::POST, "holds")] {
        for content_type in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
        {
            let question = ask(method.clone(), path)
                .header("cookie", &cookie)
                .header("content-type", content_type)
                .sent_by_page();
            let answer: Answer = fixture.send(question).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{method} {path}");
        }
    }
    unchanged(&fixture);
}

fn unchanged(fixture: &Fixture) {
    assert!(fixture.memory.cleanups.lock().unwrap().is_empty());
    assert!(fixture.memory.levels.lock().unwrap().is_empty());
    assert!(fixture.memory.notes.lock().unwrap().is_empty());
}

#[tokio::test]
async fn fault_58_a_token_is_in_no_answer_whatever_is_wrong_with_it() {
    for wrong in [
        &ADMIN[..ADMIN.len() - 1],
        &format!("{ADMIN}0"),
        &ADMIN.to_uppercase(),
        "almost-a-token-0123456789",
    ] {
        let fixture = Fixture::new();
        let body = json!({"token": wrong});
        for question in [
            get("search").token(wrong),
            get("search").header("authorization", wrong),
            get(&format!("search?token={wrong}")),
            ask(Method::POST, "session").json(&body),
        ] {
            let answer = fixture.send(question).await;
            assert!(answer.status.is_client_error());
            assert!(!answer.text.contains(wrong), "{}", answer.text);
            let headers = format!("{:?}", answer.headers);
            assert!(!headers.contains(wrong), "{headers}");
        }
    }
}
