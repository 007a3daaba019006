use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use super::settings::Settings;
use super::{ClientAddress, QueryDetail, RequestLog};

/// Gives every request an id and a context, and logs it as one event when it is over.
///
/// It works on any service of `http` types: `axum::Router::layer`, hyper, tonic, `tower::ServiceBuilder`.
/// Put it outside of everything that may answer in the handler's place, so that those answers are logged
/// too. Where two of them are on one path, the outer one logs.
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
/// that is logged while the request runs. A valid `traceparent` continues its trace likewise.
///
/// # The event
///
/// It has `event.name = "request"`, module `api`, and `method`, `route` (where axum's is known), `path`,
/// `query`, `status`, `outcome`, `duration_ms`, `time_to_headers_ms`, `bytes_in` (from `content-length`),
/// `bytes_out`, `version`, `scheme`, `user_agent`, `client`, `grpc_status`, each left out when it is not
/// known. Level: ERROR for 5xx, panics and bodies that fail; WARNING for success that was [slow](Self::slow);
/// else INFO. An answer of Nexolog's own API is logged at DEBUG unless it is a 5xx.
#[derive(Clone, Debug, Default)]
pub struct RequestLogLayer {
    settings: Settings,
}

impl RequestLogLayer {
    /// A layer with the defaults.
    #[must_use]
    pub fn new() -> RequestLogLayer {
        RequestLogLayer::default()
    }

    /// From how long on a successful request is logged at WARNING; 2 s unless said otherwise, never for `None`.
    ///
    /// What counts is the time until the response's headers: a long download or a live stream is not slow.
    #[must_use]
    pub fn slow(mut self, threshold: impl Into<Option<Duration>>) -> RequestLogLayer {
        self.settings.slow = threshold.into();
        self
    }

    /// Whether a panic in the handler is answered with 500 and an empty body. On unless said otherwise; when
    /// it is off, the panic is logged and goes on.
    #[must_use]
    pub fn catch_panics(mut self, catch: bool) -> RequestLogLayer {
        self.settings.catch_panics = catch;
        self
    }

    /// Opens no span for the request.
    ///
    /// The span has no fields. It is there so that `.in_current_span()` carries the request's context into
    /// spawned tasks, and so that other layers can group what belongs together. Without it only
    /// `nexolog::spawn` and `Context` carry.
    #[must_use]
    pub fn without_span(mut self) -> RequestLogLayer {
        self.settings.span = false;
        self
    }

    /// Paths, such as those of health checks, whose requests are logged at DEBUG unless they fail.
    ///
    /// A path matches as a whole, as the layer sees it. 5xx, panics and failing bodies stay errors, so a
    /// dead probe is seen.
    ///
    /// ```
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().quiet_paths(["/healthz", "/readyz"]);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn quiet_paths<P: Into<Box<str>>>(
        mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> RequestLogLayer {
        self.settings.quiet_paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// How much of query strings is recorded; [`QueryDetail::Keys`] unless said otherwise.
    #[must_use]
    pub fn query(mut self, detail: QueryDetail) -> RequestLogLayer {
        self.settings.query = detail;
        self
    }

    /// How much of the client's address is recorded; [`ClientAddress::Truncated`] unless said otherwise.
    ///
    /// The address is that of the connection, from axum's `ConnectInfo<SocketAddr>` or a plain
    /// `SocketAddr` in the request's extensions. Forwarding headers are not believed.
    #[must_use]
    pub fn client_address(mut self, detail: ClientAddress) -> RequestLogLayer {
        self.settings.client = detail;
        self
    }
}

impl<S> Layer<S> for RequestLogLayer {
    type Service = RequestLog<S>;

    fn layer(&self, inner: S) -> RequestLog<S> {
        RequestLog::new(inner, Arc::new(self.settings.clone()))
    }
}
