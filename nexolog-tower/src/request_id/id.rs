use std::fmt;
use std::sync::Arc;

use nexolog_core::RequestContext;

/// The id of the request that is running; the layer puts it into the request's extensions.
///
/// ```
/// use nexolog_tower::RequestId;
///
/// fn handler(request: &http::Request<()>) -> String {
///     match request.extensions().get::<RequestId>() {
///         Some(id) => format!("ask for {id} when you call us"),
///         None => "the layer is missing".to_owned(),
///     }
/// }
/// # handler(&http::Request::new(()));
/// ```
#[derive(Clone)]
pub struct RequestId(Arc<RequestContext>);

impl RequestId {
    pub(crate) fn new(request: Arc<RequestContext>) -> RequestId {
        RequestId(request)
    }

    /// The id as it stands in the response's header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.request_id()
    }

    pub(crate) fn context(&self) -> &RequestContext {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestId").field(&self.as_str()).finish()
    }
}

impl PartialEq for RequestId {
    fn eq(&self, other: &RequestId) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RequestId {}
