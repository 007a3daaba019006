//! Who may read, and who may change.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::support::{VIEWER, shop};

const API: &str = "/api/v1/logs";

/// Every route of the API: method and path.
fn routes() -> Vec<(Method, &'static str)> {
    let get = |path| (Method::GET, path);
    vec![
        get("/search"),
        get("/stats"),
        get("/modules"),
        get("/levels"),
        (Method::PUT, "/levels"),
        get("/health"),
        get("/stream"),
        (Method::DELETE, "/cleanup"),
        get("/holds"),
        (Method::POST, "/holds"),
        (Method::DELETE, "/holds"),
        get("/session"),
        (Method::DELETE, "/session"),
        get(""),
        get("/"),
        get("/no/such/route"),
    ]
}

#[tokio::test]
async fn without_a_token_every_route_answers_401_with_problem_details() {
    let shop = shop(&[]);
    let client = shop.client();
    for (index, (method, path)) in routes().into_iter().enumerate() {
        // A few wrong ones only: soon nobody would listen to their sender for a while.
        let wrong = (index < 3).then_some(Some("wrong-token-wrong-token"));
        for token in std::iter::once(None).chain(wrong) {
            let asked = client.with_token(token).request(method.clone(), &format!("{API}{path}"));
            let response = asked.send().await.unwrap();
            let what = format!("{method} {path} with {token:?}");
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{what}");
            let kind = response.headers()["content-type"].to_str().unwrap();
            assert_eq!(kind, "application/problem+json", "{what}");
            assert!(response.headers().contains_key("www-authenticate"), "{what}");
            let problem: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
            assert_eq!(problem["status"], 401, "{what}");
            assert!(
                problem["title"].is_string() && problem["detail"].is_string(),
                "{what}: {problem}"
            );
        }
    }
}

#[tokio::test]
async fn a_viewer_reads_and_an_admin_changes() {
    let shop = shop(&[]);
    let admin = shop.client();
    let viewer = admin.with_token(Some(VIEWER));
    for path in ["/search", "/stats", "/modules", "/levels", "/health", "/session"] {
        assert_eq!(viewer.get(&format!("{API}{path}")).await.status(), StatusCode::OK, "{path}");
    }
    let before = std::fs::read_dir(shop.directory()).unwrap().count();
    for (method, path) in [(Method::DELETE, "/cleanup?older_than_days=1"), (Method::PUT, "/levels")]
    {
        let refused = viewer.request(method, &format!("{API}{path}")).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
        let problem: Value = serde_json::from_str(&refused.text().await.unwrap()).unwrap();
        assert_eq!(problem["status"], 403);
    }
    assert_eq!(std::fs::read_dir(shop.directory()).unwrap().count(), before);
    let done =
        admin.request(Method::DELETE, &format!("{API}/cleanup?older_than_days=1&dry_run=true"));
    assert_eq!(done.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn the_page_is_served_to_everybody_and_holds_no_data() {
    let shop = shop(&[]);
    let page = shop.client().with_token(None).get("/dashboard/logs").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("default-src"));
    let page = page.text().await.unwrap();
    assert!(page.contains("<!doctype html>") && !page.contains("the shop is open"));
}
