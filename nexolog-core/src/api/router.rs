use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::routing::any;

use super::access::Access;
use super::limits::Limits;
use super::service::Api;
use super::{Backend, dispatch};

/// Where the API lives beneath the mount point.
pub(super) const PREFIX: &str = "/api/v1/logs";

/// The logs API, and with the feature `dashboard` the page, as a router of any state.
///
/// Both own their prefixes by wildcard routes and all methods, so that whatever comes there gets our
/// answer, and they set no fallback: two fallbacks can't merge, and the host's 404s are the host's.
pub(crate) fn routes<S>(backend: Backend, access: Access) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let limits =
        Limits { waiting: backend.waiting_searches, viewers: backend.viewers, ..Limits::default() };
    routes_within(backend, access, limits)
}

pub(super) fn routes_within<S>(backend: Backend, access: Access, limits: Limits) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let api = Arc::new(Api::new(backend, access, limits));
    let handler = any(move |request: Request| {
        let api = Arc::clone(&api);
        async move { dispatch::answer(api, request).await }
    });
    let router = own(Router::new(), PREFIX, &handler);
    #[cfg(feature = "dashboard")]
    let router = own(router, crate::dashboard::PREFIX, &any(crate::dashboard::answer));
    router
}

/// Routes everything at and beneath `prefix` to `handler`.
fn own<S>(router: Router<S>, prefix: &str, handler: &axum::routing::MethodRouter<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router
        .route(prefix, handler.clone())
        .route(&format!("{prefix}/"), handler.clone())
        .route(&format!("{prefix}/{{*rest}}"), handler.clone())
}
