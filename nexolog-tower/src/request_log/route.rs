use http::Extensions;
use nexolog_core::RequestContext;

#[cfg(feature = "axum")]
use axum::extract::MatchedPath;

/// Without axum nothing is known beforehand.
#[cfg(not(feature = "axum"))]
#[derive(Clone, Debug)]
enum MatchedPath {}

#[cfg(not(feature = "axum"))]
impl MatchedPath {
    fn as_str(&self) -> &str {
        match *self {}
    }
}

/// The template of the route that matched, such as `/orders/{id}`, where it is known when the request goes in.
///
/// Around a whole router the layer runs before anything has matched. Then it is told from inside: by another
/// `RequestLogLayer` on the router's routes, or by `set_route`.
#[derive(Clone, Debug)]
pub(super) struct Route {
    matched: Option<MatchedPath>,
}

impl Route {
    /// The route as it is known before the request goes in.
    pub(super) fn of(extensions: &Extensions) -> Route {
        Route { matched: extensions.get::<MatchedPath>().cloned() }
    }

    /// The template: what was told from inside, else what matched.
    pub(super) fn template<'a>(&'a self, context: &'a RequestContext) -> Option<&'a str> {
        context.route().or(self.matched())
    }

    pub(super) fn matched(&self) -> Option<&str> {
        self.matched.as_ref().map(MatchedPath::as_str)
    }
}
