/// Marks a response as the logger's own: of the logs API or the page.
///
/// It stands in the extensions of every response that [`routes`] gives, so that a layer around the
/// whole service can leave these out of its log, its metrics and its error rates: who watches the log
/// should not fill it.
///
/// ```
/// use nexolog_core::OwnTraffic;
///
/// let mut response = http::Response::new(());
/// assert!(response.extensions().get::<OwnTraffic>().is_none());
/// response.extensions_mut().insert(OwnTraffic);
/// assert!(response.extensions().get::<OwnTraffic>().is_some());
/// ```
///
/// [`routes`]: https://docs.rs/nexolog/latest/nexolog/struct.Nexolog.html#method.routes
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnTraffic;
