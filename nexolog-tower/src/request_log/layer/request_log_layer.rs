use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use tower_layer::Layer;

use crate::request_log::settings::Settings;
use crate::request_log::{ByContentLength, ByReading, RequestLog};

/// Gives every request an id and a context, and logs it as one event when it is over.
///
/// It works on any service of `http` types: `axum::Router::layer`, hyper, tonic, `tower::ServiceBuilder`.
/// Put it outside of everything that may answer in the handler's place, so that those answers are logged
/// too. Where two of them are on one path, the outer one does all, and the inner one only tells it the route: none of
/// its options has an effect.
///
/// ```
/// use std::time::Duration;
/// use nexolog_tower::RequestLogLayer;
///
/// let layer = RequestLogLayer::new().slow(Duration::from_millis(500));
/// # let _ = layer;
/// ```
///
/// # The id
///
/// An inbound `x-request-id` of 1 to 128 letters, digits and `._~+/=:@-` is kept. Any other is replaced by
/// a UUID of version 7, and the event says why in `request_id_refused`. The id is on the response (in place
/// of one that the handler set), in the request's extensions as [`RequestId`](crate::RequestId), and on all
/// that is logged while the request runs. A valid `traceparent` continues its trace likewise. See
/// [`id_headers`](Self::id_headers), [`id_kind`](Self::id_kind) and [`start_traces`](Self::start_traces).
///
/// # The event
///
/// It has `event.name = "request"`, module `api`, and `method`, `route` (where axum's is known, or
/// [`set_route`](nexolog_core::set_route) told it), `path`, `query`, `status`, `outcome`, `duration_ms`,
/// `time_to_headers_ms`, `bytes_in`, `bytes_out`, `version`, `scheme`, `user_agent`, `client`, `peer` (where
/// a proxy stands between), `grpc_status`, and what handlers add; each left out when it is not known. Level:
/// ERROR for 5xx, panics and bodies that fail; WARNING for success that was [slow](Self::slow); else INFO.
/// An answer of Nexolog's own API is logged at DEBUG unless it is a 5xx.
pub struct RequestLogLayer<C = ByContentLength> {
    pub(super) settings: Arc<Settings>,
    counting: PhantomData<fn() -> C>,
}

impl RequestLogLayer {
    /// A layer with the defaults.
    #[must_use]
    pub fn new() -> RequestLogLayer {
        RequestLogLayer::with(Arc::default())
    }

    /// Counts the bytes of request bodies as the service reads them, instead of believing `content-length`,
    /// which streams don't have.
    ///
    /// The service inside is given a [`RequestBody`](crate::RequestBody) around each body. axum takes any
    /// body; elsewhere the service must.
    ///
    /// ```
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().count_request_body();
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn count_request_body(self) -> RequestLogLayer<ByReading> {
        RequestLogLayer::with(self.settings)
    }
}

impl<C> RequestLogLayer<C> {
    fn with(settings: Arc<Settings>) -> RequestLogLayer<C> {
        RequestLogLayer { settings, counting: PhantomData }
    }

    pub(super) fn change(mut self, change: impl FnOnce(&mut Settings)) -> RequestLogLayer<C> {
        change(Arc::make_mut(&mut self.settings));
        self
    }
}

impl<S, C> Layer<S> for RequestLogLayer<C> {
    type Service = RequestLog<S, C>;

    fn layer(&self, inner: S) -> RequestLog<S, C> {
        RequestLog::new(inner, Arc::clone(&self.settings))
    }
}

impl Default for RequestLogLayer {
    fn default() -> RequestLogLayer {
        RequestLogLayer::new()
    }
}

// By hand, since how bodies are counted need not be cloned or shown.
impl<C> Clone for RequestLogLayer<C> {
    fn clone(&self) -> RequestLogLayer<C> {
        RequestLogLayer::with(Arc::clone(&self.settings))
    }
}

impl<C> fmt::Debug for RequestLogLayer<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestLogLayer").field("settings", &self.settings).finish()
    }
}
