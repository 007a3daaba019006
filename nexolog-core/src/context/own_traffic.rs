use super::Context;

/// Marks a response as an answer of the logger's own API or page.
///
/// In a response's extensions it makes the request layer log the request at DEBUG, unless it failed with
/// 5xx: whoever watches the logs should not see mostly themselves. Clients that leave before there is a response
/// are covered by [`mark_request`](OwnTraffic::mark_request).
///
/// ```
/// use nexolog_core::OwnTraffic;
///
/// # #[cfg(feature = "api")] {
/// let mut response = http::Response::new(());
/// response.extensions_mut().insert(OwnTraffic);
/// # }
/// # let _ = OwnTraffic;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnTraffic;

impl OwnTraffic {
    /// Marks the request that is running, so that it counts as own traffic even when its client leaves before it is
    /// answered, as a page does whose reader goes on typing. Outside of any request it does nothing.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use nexolog_core::{Context, OwnTraffic, RequestContext};
    ///
    /// let request = Arc::new(RequestContext::new("r-1"));
    /// Context::for_request(Arc::clone(&request)).scope(OwnTraffic::mark_request);
    /// assert!(request.is_own_traffic());
    /// ```
    pub fn mark_request() {
        Context::with_current(|context| {
            if let Some(request) = context.request() {
                request.mark_own_traffic();
            }
        });
    }
}
