/// Marks a response as an answer of the logger's own API or page.
///
/// In a response's extensions it makes the request layer log the request at DEBUG, unless it failed with
/// 5xx: whoever watches the logs should not see mostly themselves.
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
