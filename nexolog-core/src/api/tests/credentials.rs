//! Every endpoint against every kind of credential.

use std::sync::atomic::Ordering;

use http::{Method, StatusCode};
use serde_json::json;

use super::support::{ADMIN, Ask, Fixture, VIEWER, ask, get, sample, sample_record, tokens};
use crate::api::access::Role;
use crate::api::dispatch::ENDPOINTS;
use crate::api::limits::Limits;
use crate::api::{Access, Principal};

/// Asks every endpoint that needs somebody, once for each.
fn guarded() -> impl Iterator<Item = (&'static str, Ask, Role)> {
    ENDPOINTS.iter().filter_map(|endpoint| {
        let question = ask(endpoint.method.clone(), &sample(endpoint.path));
        endpoint.needs.map(|role| (endpoint.path, question, role))
    })
}

#[tokio::test]
async fn fault_57_without_credentials_every_endpoint_answers_401_and_looks_at_nothing() {
    let fixture = Fixture::new();
    for (path, question, _) in guarded() {
        let answer = fixture.send(question).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert_eq!(answer.json()["status"], 401, "{path}");
    }
    assert_eq!(fixture.memory.asked.load(Ordering::SeqCst), 0);
    assert!(fixture.memory.cleanups.lock().unwrap().is_empty());
}

#[tokio::test]
async fn fault_58_a_wrong_token_answers_401_and_is_not_repeated() {
    let fixture = Fixture::new();
    for wrong in
        ["viewer-token-012345678", "viewer-token-01234567890", "x", "viewer-token-0123456780"]
    {
        let answer = fixture.send(get("search").token(wrong)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong}");
        assert!(!answer.text.contains(wrong) || wrong == "x", "{}", answer.text);
    }
    let basic = get("search").header("authorization", "Basic dmlld2VyOng=");
    assert_eq!(fixture.send(basic).await.status, StatusCode::UNAUTHORIZED);
    let empty = get("search").header("authorization", "Bearer ");
    assert_eq!(fixture.send(empty).await.status, StatusCode::UNAUTHORIZED);
    let huge = get("search").token(&"a".repeat(5000));
    assert_eq!(fixture.send(huge).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_in_the_address_is_no_credential() {
    let fixture = Fixture::new();
    for name in ["token", "access_token", "authorization"] {
        let answer = fixture.send(get(&format!("search?{name}={ADMIN}"))).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_viewer_reads_everything_and_changes_nothing() {
    let fixture = Fixture::new();
    fixture.memory.log(&[sample_record()]);
    for (path, question, role) in guarded() {
        let response = fixture.open(question.token(VIEWER)).await;
        let status = response.status();
        let expected =
            if role == Role::Admin { status == StatusCode::FORBIDDEN } else { status.is_success() };
        assert!(expected, "{path}: {status}");
    }
    assert!(fixture.memory.cleanups.lock().unwrap().is_empty());
    assert!(fixture.memory.levels.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_admin_may_do_everything() {
    let fixture = Fixture::new();
    let level = ask(Method::PUT, "levels").token(ADMIN).json(&json!({"level": "debug"}));
    assert_eq!(fixture.send(level).await.status, StatusCode::OK);
    let cleanup = ask(Method::DELETE, "cleanup?older_than_days=30").token(ADMIN);
    assert_eq!(fixture.send(cleanup).await.status, StatusCode::OK);
    assert_eq!(fixture.get("search").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_scheme_of_the_header_may_be_written_in_any_case() {
    let fixture = Fixture::new();
    let question = get("search").header("authorization", &format!("bEARER  {VIEWER} "));
    assert_eq!(fixture.send(question).await.status, StatusCode::OK);
}

#[tokio::test]
async fn strangers_are_not_told_which_paths_exist() {
    let fixture = Fixture::new();
    for question in [get("nothing"), get("search/more"), ask(Method::POST, "search"), get("")] {
        assert_eq!(fixture.send(question).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn known_callers_get_404_for_unknown_paths_and_405_for_other_methods() {
    let fixture = Fixture::new();
    for path in [
        "nothing",
        "search/",
        "search/more",
        "..%2f..%2fetc",
        "%00",
        "/api/v1/logs",
        "/api/v1/logs/",
    ] {
        let answer = fixture.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
    for (method, path, allow) in [
        (Method::POST, "search", "GET, HEAD"),
        (Method::OPTIONS, "search", "GET, HEAD"),
        (Method::DELETE, "levels", "GET, HEAD, PUT"),
        (Method::GET, "cleanup", "DELETE"),
        (Method::PATCH, "session", "GET, HEAD, POST, DELETE"),
    ] {
        let answer = fixture.send(ask(method, path).token(ADMIN)).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.header("allow"), allow, "{path}");
        assert_eq!(answer.json()["status"], 405);
    }
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let fixture = Fixture::new();
    fixture.memory.log(&[sample_record()]);
    for path in [
        "search",
        "stream",
        "export",
        "histogram",
        "facets",
        "fields",
        "context?id=1",
        "requests/r1",
    ] {
        let answer = fixture.send(ask(Method::HEAD, path).token(VIEWER)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.text, "");
    }
}

#[tokio::test]
async fn an_open_api_makes_everybody_an_admin_but_refuses_foreign_pages() {
    let fixture = Fixture::with(Access::open(), Limits::default());
    assert_eq!(fixture.send(get("session")).await.json()["by"], "open");
    let change = || ask(Method::PUT, "levels").json(&json!({"level": "debug"}));
    assert_eq!(fixture.send(change()).await.status, StatusCode::OK);
    let foreign = change().header("sec-fetch-site", "cross-site");
    assert_eq!(fixture.send(foreign).await.status, StatusCode::FORBIDDEN);
    let foreign = change().header("origin", "https://evil.example");
    assert_eq!(fixture.send(foreign).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_rule_of_the_host_decides_by_what_it_sees() {
    let access = Access::custom(|request| {
        (request.headers.get("x-user")? == "ada").then(|| Principal::new("ada", Role::Viewer))
    });
    let fixture = Fixture::with(access, Limits::default());
    assert_eq!(fixture.send(get("search")).await.status, StatusCode::UNAUTHORIZED);
    let ada = || get("session").header("x-user", "ada");
    assert_eq!(fixture.send(ada()).await.json()["name"], "ada");
    let cleanup = ask(Method::DELETE, "cleanup?older_than_days=1").header("x-user", "ada");
    assert_eq!(fixture.send(cleanup).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn fault_58_wrong_tokens_are_throttled_by_address_and_a_right_one_never_is() {
    let fixture = Fixture::with(tokens(), Limits::default());
    let wrong = |address| get("search").token("wrong-token-0123456789").at_address(address);
    for _ in 0..10 {
        assert_eq!(fixture.send(wrong("192.0.2.1:1000")).await.status, StatusCode::UNAUTHORIZED);
    }
    let answer = fixture.send(wrong("192.0.2.1:2000")).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&seconds), "{seconds}");

    assert_eq!(fixture.send(wrong("192.0.2.2:1000")).await.status, StatusCode::UNAUTHORIZED);
    let right = get("search").token(VIEWER).at_address("192.0.2.1:3000");
    assert_eq!(fixture.send(right).await.status, StatusCode::OK);
}

#[tokio::test]
async fn fault_58_signing_in_is_throttled_like_the_header() {
    let fixture = Fixture::new();
    let body = json!({"token": "wrong-token-0123456789"});
    let wrong = || ask(Method::POST, "session").json(&body);
    for _ in 0..10 {
        assert_eq!(fixture.send(wrong()).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(fixture.send(wrong()).await.status, StatusCode::TOO_MANY_REQUESTS);
    let right = ask(Method::POST, "session").json(&json!({"token": VIEWER}));
    assert_eq!(fixture.send(right).await.status, StatusCode::OK);
}
