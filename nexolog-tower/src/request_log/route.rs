use std::sync::{Arc, OnceLock};

use http::Extensions;

/// The template of the route that matched, such as `/orders/{id}`.
///
/// Around a whole router the layer runs before anything has matched. Another `RequestLogLayer` inside, on
/// the router's routes, then tells this one.
#[derive(Clone, Debug)]
pub(super) enum Route {
    Known(Arc<str>),
    /// To be told from inside; empty when nothing matched.
    Awaited(Arc<OnceLock<Arc<str>>>),
}

impl Route {
    /// The route as it is known before the request goes in.
    pub(super) fn of(extensions: &mut Extensions) -> Route {
        if let Some(route) = matched(extensions) {
            return Route::Known(route);
        }
        let slot = Slot::default();
        extensions.insert(slot.clone());
        Route::Awaited(slot.0)
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Route::Known(route) => Some(route),
            Route::Awaited(slot) => slot.get().map(|route| &**route),
        }
    }
}

/// Tells the layer outside which route has matched.
pub(super) fn tell_outside(extensions: &Extensions) {
    if let (Some(slot), Some(route)) = (extensions.get::<Slot>(), matched(extensions)) {
        // Whoever told first stands closer to the router.
        drop(slot.0.set(route));
    }
}

#[derive(Clone, Debug, Default)]
struct Slot(Arc<OnceLock<Arc<str>>>);

#[cfg(feature = "axum")]
fn matched(extensions: &Extensions) -> Option<Arc<str>> {
    extensions.get::<axum::extract::MatchedPath>().map(|path| path.as_str().into())
}

#[cfg(not(feature = "axum"))]
fn matched(_: &Extensions) -> Option<Arc<str>> {
    None
}
