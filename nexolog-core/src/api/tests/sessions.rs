//! Signing in with a token, and what the cookie is good for.

use http::{Method, StatusCode};
use serde_json::json;

use super::support::{ADMIN, Ask, Fixture, VIEWER, ask, get};

async fn sign_in(fixture: &Fixture, token: &str) -> String {
    let answer = fixture
        .send(ask(Method::POST, "session").json(&json!({"token": token})).sent_by_page())
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.cookie()
}

fn change_with(cookie: &str) -> Ask {
    ask(Method::PUT, "levels").header("cookie", cookie).json(&json!({"level": "debug"}))
}

#[tokio::test]
async fn a_token_is_exchanged_for_a_cookie_that_scripts_and_other_sites_cant_use() {
    let fixture = Fixture::new();
    let question = ask(Method::POST, "session").json(&json!({"token": VIEWER}));
    let answer = fixture.send(question).await;
    assert_eq!(answer.json()["role"], "viewer");
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Strict; Max-Age=43200"), "{cookie}");
    assert!(!cookie.contains("Path"), "the browser finds the mount's own path: {cookie}");
    assert!(!cookie.contains("Secure"), "{cookie}");
    assert!(!answer.text.contains(VIEWER) && !cookie.contains(VIEWER));
    let id = answer.cookie().split_once('=').unwrap().1.to_owned();
    assert_eq!(id.len(), 64, "256 bits in hexadecimal");

    let again = answer.cookie();
    let other = sign_in(&fixture, VIEWER).await;
    assert_ne!(again, other);
}

#[tokio::test]
async fn over_tls_the_cookie_is_secure() {
    let fixture = Fixture::new();
    let question = ask(Method::POST, "session")
        .json(&json!({"token": VIEWER}))
        .header("origin", "https://example.com");
    assert!(fixture.send(question).await.header("set-cookie").ends_with("; Secure"));
}

#[tokio::test]
async fn the_cookie_signs_in_until_signing_out() {
    let fixture = Fixture::new();
    let cookie = sign_in(&fixture, VIEWER).await;
    let me = || get("session").header("cookie", &format!("theme=dark; {cookie}; x=y"));
    let answer = fixture.send(me()).await;
    assert_eq!(
        (&answer.json()["role"], &answer.json()["by"]),
        (&json!("viewer"), &json!("session"))
    );

    let out = ask(Method::DELETE, "session").header("cookie", &cookie).sent_by_page();
    let answer = fixture.send(out).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(fixture.send(me()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_cookie_that_nobody_was_given_is_refused() {
    let fixture = Fixture::new();
    for id in ["", "0", &"a".repeat(64)] {
        let question = get("search").header("cookie", &format!("nexolog_session={id}"));
        assert_eq!(fixture.send(question).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn fault_59_with_a_cookie_only_this_services_own_page_changes_something() {
    let fixture = Fixture::new();
    let cookie = sign_in(&fixture, ADMIN).await;
    let status = async |question: Ask| fixture.send(question).await.status;

    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
        ("origin", "https://evil.example"),
        ("origin", "https://example.com.evil.example"),
        ("origin", "http://example.com:8080"),
        ("origin", "null"),
    ] {
        let question = change_with(&cookie).header(name, value);
        assert_eq!(status(question).await, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(status(change_with(&cookie)).await, StatusCode::FORBIDDEN, "says nothing");
    let both = change_with(&cookie)
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://example.com");
    assert_eq!(status(both).await, StatusCode::FORBIDDEN);
    assert!(fixture.memory.levels.lock().unwrap().is_empty());

    for (name, value) in [
        ("sec-fetch-site", "same-origin"),
        ("origin", "https://example.com"),
        ("origin", "http://EXAMPLE.com:80"),
    ] {
        let question = change_with(&cookie).header(name, value);
        assert_eq!(status(question).await, StatusCode::OK, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_bearer_token_needs_no_origin() {
    let fixture = Fixture::new();
    let question = ask(Method::PUT, "levels")
        .token(ADMIN)
        .header("origin", "https://tools.example")
        .json(&json!({"level": "debug"}));
    assert_eq!(fixture.send(question).await.status, StatusCode::OK);
}

#[tokio::test]
async fn fault_59_foreign_pages_can_neither_sign_in_nor_out() {
    let fixture = Fixture::new();
    let cookie = sign_in(&fixture, VIEWER).await;
    let sign_in = ask(Method::POST, "session")
        .json(&json!({"token": VIEWER}))
        .header("sec-fetch-site", "cross-site");
    assert_eq!(fixture.send(sign_in).await.status, StatusCode::FORBIDDEN);
    let sign_out = ask(Method::DELETE, "session")
        .header("cookie", &cookie)
        .header("origin", "https://evil.example");
    assert_eq!(fixture.send(sign_out).await.status, StatusCode::FORBIDDEN);
    let me = get("session").header("cookie", &cookie);
    assert_eq!(fixture.send(me).await.status, StatusCode::OK);
}

#[tokio::test]
async fn fault_59_bodies_that_a_form_could_send_are_refused() {
    let fixture = Fixture::new();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let question = ask(Method::POST, "session").header("content-type", content_type);
        let answer = fixture.send(question).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
}

#[tokio::test]
async fn odd_sign_in_bodies_are_answered_with_what_is_wrong() {
    let fixture = Fixture::new();
    let send = async |body: serde_json::Value| {
        fixture.send(ask(Method::POST, "session").json(&body)).await.status
    };
    assert_eq!(send(json!([1])).await, StatusCode::BAD_REQUEST);
    assert_eq!(send(json!({"token": 5})).await, StatusCode::BAD_REQUEST);
    assert_eq!(send(json!({"password": "x"})).await, StatusCode::BAD_REQUEST);
    assert_eq!(send(json!({})).await, StatusCode::UNAUTHORIZED);
    let long = json!({"token": "x".repeat(20_000)});
    assert_eq!(send(long).await, StatusCode::PAYLOAD_TOO_LARGE);
}
