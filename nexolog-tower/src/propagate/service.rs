use std::fmt::Display;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::call::Call;
use super::layer::Settings;
use super::{CallBody, CallFuture};

/// The client that [`PropagateLayer`](super::PropagateLayer) makes.
///
/// ```
/// use nexolog_tower::{Propagate, PropagateLayer};
/// use tower_layer::Layer;
///
/// let client: Propagate<&str> = PropagateLayer::new("payments").layer("any client");
/// assert_eq!(client.into_inner(), "any client");
/// ```
#[derive(Clone, Debug)]
pub struct Propagate<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S> Propagate<S> {
    pub(super) fn new(inner: S, settings: Arc<Settings>) -> Propagate<S> {
        Propagate { inner, settings }
    }

    /// The client inside.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The client inside, to be changed.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Takes the layer off.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for Propagate<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    S::Error: Display,
    ResBody: Body,
{
    type Response = Response<CallBody<ResBody>>;
    type Error = S::Error;
    type Future = CallFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> CallFuture<S::Future> {
        let call = Call::begin(&mut request, &self.settings);
        CallFuture::new(self.inner.call(request), call)
    }
}
