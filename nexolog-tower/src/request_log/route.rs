use http::Extensions;
use nexolog_core::RequestContext;

/// The template of the route that matched, such as `/orders/{id}`, where it is known when the request goes in.
///
/// Around a whole router the layer runs before anything has matched. Then it is told from inside: by another
/// `RequestLogLayer` on the router's routes, or by `set_route`.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    #[cfg(feature = "axum")]
    matched: Option<axum::extract::MatchedPath>,
}

impl Route {
    /// The route as it is known before the request goes in.
    #[cfg(feature = "axum")]
    pub(super) fn of(extensions: &Extensions) -> Route {
        Route { matched: extensions.get::<axum::extract::MatchedPath>().cloned() }
    }

    #[cfg(not(feature = "axum"))]
    pub(super) fn of(_: &Extensions) -> Route {
        Route::default()
    }

    /// The template: what was told from inside, else what matched.
    pub(super) fn template<'a>(&'a self, context: &'a RequestContext) -> Option<&'a str> {
        context.route().or(self.matched())
    }

    #[cfg(feature = "axum")]
    pub(super) fn matched(&self) -> Option<&str> {
        self.matched.as_ref().map(axum::extract::MatchedPath::as_str)
    }

    #[cfg(not(feature = "axum"))]
    pub(super) fn matched(&self) -> Option<&str> {
        None
    }
}
