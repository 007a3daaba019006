//! The routes inside a host's router, wherever and however it mounts them.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get as handle;
use http::{Method, StatusCode};

use super::memory::Memory;
use super::support::{Answer, Ask, VIEWER, ask, backend, get, send, tokens};
use crate::api::{Shutdown, routes};

fn ours<S: Clone + Send + Sync + 'static>() -> Router<S> {
    routes(backend(&Memory::new(), &Shutdown::new()), tokens())
}

async fn answer(router: &Router, question: Ask) -> Answer {
    Answer::read(send(router, question).await).await
}

async fn mark(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-host", "seen".parse().unwrap());
    response
}

/// Whether the API (and the page) answer beneath `prefix`, with all that is not theirs left to the host.
async fn check(router: &Router, prefix: &str) {
    let search = get(&format!("{prefix}/api/v1/logs/search?limit=1")).token(VIEWER);
    assert_eq!(answer(router, search).await.status, StatusCode::OK, "{prefix}");
    for path in ["/api/v1/logs", "/api/v1/logs/", "/api/v1/logs/a/b"] {
        let refused = answer(router, get(&format!("{prefix}{path}"))).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{prefix}{path}");
        let missing = answer(router, get(&format!("{prefix}{path}")).token(VIEWER)).await;
        assert_eq!(missing.header("content-type"), "application/problem+json", "{prefix}{path}");
    }
    for method in [Method::GET, Method::POST, Method::OPTIONS, Method::TRACE] {
        let other = ask(method, &format!("{prefix}/api/v1/logs/search/")).token(VIEWER);
        assert_eq!(answer(router, other).await.status, StatusCode::NOT_FOUND);
    }
    #[cfg(feature = "dashboard")]
    for path in ["/dashboard/logs", "/dashboard/logs/"] {
        let page = answer(router, get(&format!("{prefix}{path}"))).await;
        assert_eq!(page.status, StatusCode::OK, "{prefix}{path}");
        assert!(page.text.starts_with("<!doctype html>"));
    }
}

fn host() -> Router {
    Router::new()
        .route("/orders", handle(|| async { "orders" }))
        .fallback(|| async { (StatusCode::NOT_FOUND, "the host's own 404") })
}

async fn check_host(router: &Router) {
    assert_eq!(answer(router, get("/orders")).await.text, "orders");
    for path in ["/api/v1/login", "/dashboard", "/dashboard/logsx", "/nothing"] {
        assert_eq!(answer(router, get(path)).await.text, "the host's own 404", "{path}");
    }
}

#[tokio::test]
async fn merged_before_a_layer_they_are_inside_it() {
    let router = host().merge(ours()).layer(from_fn(mark));
    check(&router, "").await;
    check_host(&router).await;
    assert_eq!(answer(&router, get("/api/v1/logs/search")).await.header("x-host"), "seen");
}

#[tokio::test]
async fn merged_after_a_layer_they_are_outside_it() {
    let router = host().layer(from_fn(mark)).merge(ours());
    check(&router, "").await;
    check_host(&router).await;
    assert_eq!(answer(&router, get("/orders")).await.header("x-host"), "seen");
    assert_eq!(answer(&router, get("/api/v1/logs/search")).await.header("x-host"), "");
}

#[tokio::test]
async fn they_merge_into_a_router_with_state() {
    #[derive(Clone)]
    struct Shop(&'static str);
    let router: Router<Shop> = Router::new()
        .route("/name", handle(|State(shop): State<Shop>| async move { shop.0 }))
        .merge(ours());
    let router = router.with_state(Shop("corner shop"));
    check(&router, "").await;
    assert_eq!(answer(&router, get("/name")).await.text, "corner shop");
}

#[tokio::test]
async fn they_nest_at_any_depth() {
    for prefix in ["/a", "/a/b", "/a/b/c"] {
        let router = host().nest(prefix, ours());
        check(&router, prefix).await;
        check_host(&router).await;
    }
    let router = host().nest("/outer", Router::new().nest("/inner", ours()));
    check(&router, "/outer/inner").await;
}

#[tokio::test]
async fn they_nest_beneath_a_path_with_a_parameter() {
    let router = host().nest("/tenants/{tenant}", ours());
    check(&router, "/tenants/acme").await;
}

#[tokio::test]
async fn two_of_them_live_side_by_side() {
    let router = Router::new().nest("/one", ours()).nest("/two", ours());
    check(&router, "/one").await;
    check(&router, "/two").await;
}

#[tokio::test]
async fn a_nested_host_fallback_never_answers_for_them() {
    let inner: Router = Router::new().fallback(|| async { "inner fallback" }).merge(ours());
    let router = host().nest("/a", inner);
    check(&router, "/a").await;
    assert_eq!(answer(&router, get("/a/nothing")).await.text, "inner fallback");
}

#[tokio::test]
async fn they_serve_as_a_service_of_their_own() {
    let router = Router::new().nest_service("/logs", ours::<()>());
    check(&router, "/logs").await;
}
