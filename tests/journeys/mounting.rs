//! Wherever a host mounts the routes, they answer, and the host's own routes stay as they were.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use nexolog::{Nexolog, RequestLogLayer};

use crate::support::{Client, access, logger, serve};

/// Asks for the API and the page below `prefix`, and for what is the host's.
async fn works(what: &str, router: Router, prefix: &str) {
    let base = serve(router).await;
    let client = Client::admin(&base);
    for path in ["/api/v1/logs/search", "/api/v1/logs/health"] {
        let answer = client.json(&format!("{prefix}{path}")).await;
        assert!(answer["took_ms"].is_number(), "{what}: {path}");
    }
    let nobody = client.with_token(None).get(&format!("{prefix}/api/v1/logs/search")).await;
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED, "{what}");
    let page_path = format!("{prefix}/dashboard/logs");
    let page = client.get(&page_path).await;
    assert_eq!(page.status(), StatusCode::OK, "{what}");
    let script = script_of(&page.text().await.unwrap());
    // As a browser resolves it.
    let script = reqwest::Url::parse(&format!("{base}{page_path}")).unwrap().join(&script).unwrap();
    let script = client.get(script.as_str().strip_prefix(&base).unwrap()).await;
    assert_eq!(script.status(), StatusCode::OK, "{what}: the page's script is found");
    assert!(script.headers()["content-type"].to_str().unwrap().contains("javascript"), "{what}");

    assert_eq!(client.get("/").await.text().await.unwrap(), "the host", "{what}");
    let lost = client.get("/nowhere").await;
    assert_eq!(lost.status(), StatusCode::NOT_FOUND, "{what}");
    let kind = lost.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    let is_ours = kind == Some("application/problem+json");
    assert!(!is_ours, "{what}: the host's 404s are the host's");
}

fn script_of(page: &str) -> String {
    let (_, rest) = page.split_once("<script type=\"module\" src=\"").expect("a script");
    rest.split_once('"').unwrap().0.to_owned()
}

fn host<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/", get(|| async { "the host" }))
}

#[derive(Clone)]
struct State;

fn routes<S: Clone + Send + Sync + 'static>(logs: &Nexolog) -> Router<S> {
    logs.routes(access())
}

#[tokio::test]
async fn merged_before_and_after_the_layer() {
    let logger = logger("host", |builder| builder);
    let _listening = logger.listen();
    let layer = RequestLogLayer::new;
    works("before", host().merge(routes(&logger.logs)).layer(layer()), "").await;
    works("after", host().layer(layer()).merge(routes(&logger.logs)), "").await;
    // Answers of the API do not fill the log they are asked from.
    let own = logger
        .records()
        .iter()
        .filter(|record| {
            record["fields"]["path"].as_str().is_some_and(|path| path.contains("/logs"))
                && record["level"] == "INFO"
                && record["fields"]["status"] == 200
        })
        .count();
    assert_eq!(own, 0);
}

#[tokio::test]
async fn merged_into_a_router_with_state() {
    let logger = logger("host", |builder| builder);
    let handler = get(|_: axum::extract::State<State>| async { "stateful" });
    let router: Router<State> = host().route("/stateful", handler);
    works("before its state", router.clone().merge(routes(&logger.logs)).with_state(State), "")
        .await;
    works("after its state", router.with_state(State).merge(routes(&logger.logs)), "").await;
}

#[tokio::test]
async fn nested_once_and_twice() {
    let logger = logger("host", |builder| builder);
    works("nested", host().nest("/a", routes(&logger.logs)), "/a").await;
    works("nested deep", host().nest("/a/b", routes(&logger.logs)), "/a/b").await;
    let inner = Router::new().nest("/b", routes(&logger.logs));
    works("nested in nested", host().nest("/a", inner), "/a/b").await;
}

#[tokio::test]
async fn beside_the_hosts_own_fallback() {
    let logger = logger("host", |builder| builder);
    let lost = || async { (StatusCode::NOT_FOUND, "the host knows nothing of this") };
    let router = host().fallback(lost).merge(routes(&logger.logs));
    works("fallback before", router, "").await;
    works("fallback after", host().merge(routes(&logger.logs)).fallback(lost), "").await;
    let base = serve(host().fallback(lost).merge(routes(&logger.logs))).await;
    let answer = Client::admin(base).get("/nowhere").await.text().await.unwrap();
    assert_eq!(answer, "the host knows nothing of this");
}
