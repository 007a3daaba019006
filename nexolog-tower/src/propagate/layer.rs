use std::sync::Arc;

use http::header::HeaderName;
use tower_layer::Layer;

use super::Propagate;
use crate::request_id::X_REQUEST_ID;

/// Sends the running request's id and trace along with calls to another service, and logs each call as one
/// event.
///
/// It works on any tower client of `http` types. A call gets the headers `x-request-id` and, where the
/// request is part of a trace, `traceparent` (with a span of its own) and `tracestate`; headers that the
/// caller has set stay. Outside of a request nothing is added, and the call is logged all the same.
///
/// The event has `event.name = "external_call"`, `service`, `method`, `host`, `path`, `status`, `outcome`,
/// `duration_ms` and `time_to_headers_ms`; queries are not recorded. It is what the statistics of external
/// services read. Level: ERROR for calls that fail and for 5xx, else INFO.
///
/// ```
/// use nexolog_tower::PropagateLayer;
/// use tower::{ServiceBuilder, service_fn};
///
/// # async fn send(_: http::Request<String>) -> Result<http::Response<String>, std::io::Error> {
/// #     Ok(http::Response::new(String::new()))
/// # }
/// let payments = ServiceBuilder::new()
///     .layer(PropagateLayer::new("payments"))
///     .service(service_fn(send)); // any client
/// # let _ = payments;
/// ```
#[derive(Clone, Debug)]
pub struct PropagateLayer {
    settings: Arc<Settings>,
}

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) service: Box<str>,
    pub(super) module: Option<Box<str>>,
    pub(super) id_header: HeaderName,
}

impl PropagateLayer {
    /// A layer for calls to the service of this name.
    #[must_use]
    pub fn new(service: impl Into<Box<str>>) -> PropagateLayer {
        let service = service.into();
        let settings = Settings { service, module: None, id_header: X_REQUEST_ID };
        PropagateLayer { settings: Arc::new(settings) }
    }

    /// The module of the events; that of the function around the call unless said, or else `api`.
    ///
    /// ```
    /// use nexolog_tower::PropagateLayer;
    ///
    /// let layer = PropagateLayer::new("sendgrid").module("sendgrid");
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn module(mut self, module: impl Into<Box<str>>) -> PropagateLayer {
        Arc::make_mut(&mut self.settings).module = Some(module.into());
        self
    }

    /// The header that takes the id along; `x-request-id` unless said otherwise.
    ///
    /// ```
    /// use http::HeaderName;
    /// use nexolog_tower::PropagateLayer;
    ///
    /// let header = HeaderName::from_static("x-correlation-id");
    /// let layer = PropagateLayer::new("payments").id_header(header);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn id_header(mut self, name: HeaderName) -> PropagateLayer {
        Arc::make_mut(&mut self.settings).id_header = name;
        self
    }
}

impl<S> Layer<S> for PropagateLayer {
    type Service = Propagate<S>;

    fn layer(&self, inner: S) -> Propagate<S> {
        Propagate::new(inner, Arc::clone(&self.settings))
    }
}
