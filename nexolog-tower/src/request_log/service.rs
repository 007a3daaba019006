use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::{Request, Response};
use nexolog_core::__private::{Snapshot, stamp};
use tower_service::Service;

use super::counting::{ByContentLength, Counting, ExchangeRef};
use super::deadline::Deadline;
use super::ending::Ending;
use super::ongoing::Ongoing;
use super::route::Route;
use super::settings::Settings;
use super::{ResponseBody, ResponseFuture};
use crate::request_id::RequestId;

/// The service that [`RequestLogLayer`](super::RequestLogLayer) makes.
///
/// ```
/// use nexolog_tower::{RequestLog, RequestLogLayer};
/// use tower_layer::Layer;
///
/// struct Server<S> {
///     service: RequestLog<S>,
/// }
/// let server = Server { service: RequestLogLayer::new().layer("any service") };
/// assert_eq!(server.service.into_inner(), "any service");
/// ```
pub struct RequestLog<S, C = ByContentLength> {
    inner: S,
    settings: Arc<Settings>,
    counting: PhantomData<fn() -> C>,
}

impl<S, C> RequestLog<S, C> {
    pub(super) fn new(inner: S, settings: Arc<Settings>) -> RequestLog<S, C> {
        RequestLog { inner, settings, counting: PhantomData }
    }

    /// The service inside.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service inside, to be changed.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Takes the layer off.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, C, ReqBody, ResBody> Service<Request<ReqBody>> for RequestLog<S, C>
where
    C: Counting<ReqBody>,
    S: Service<Request<C::Body>, Response = Response<ResBody>>,
    ResBody: http_body::Body,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> ResponseFuture<S::Future> {
        if let Some(outer) = request.extensions().get::<RequestId>() {
            if let Some(template) = Route::of(request.extensions()).matched() {
                outer.context().set_route(template);
            }
            let request = request.map(|body| C::wrap(body, None));
            return ResponseFuture::unfollowed(self.inner.call(request));
        }
        let mut ongoing = Ongoing::begin(&mut request, &self.settings);
        let mut exchange = ongoing.exchange_mut().map(ExchangeRef);
        let request = request.map(|body| C::wrap(body, exchange.as_mut()));
        let called = {
            let _scope = ongoing.enter();
            catch_unwind(AssertUnwindSafe(|| self.inner.call(request)))
        };
        let catch_panics = self.settings.catch_panics;
        match called {
            Ok(future) => {
                let deadline = self.deadline(&mut ongoing);
                ResponseFuture::new(future, ongoing, catch_panics, deadline)
            }
            Err(payload) => {
                let panic = Snapshot::of_panic(&*payload);
                if catch_panics {
                    return ResponseFuture::panicked(panic, ongoing);
                }
                ongoing.end(|_| Ending::panicked(panic));
                resume_unwind(payload)
            }
        }
    }
}

impl<S, C> RequestLog<S, C> {
    fn deadline(&self, ongoing: &mut Ongoing) -> Option<Deadline> {
        let limit = self.settings.timeout?;
        let spent = ongoing.exchange_mut()?.lasted(stamp());
        Deadline::after(Instant::now(), limit.saturating_sub(spent))
    }
}

// By hand, since how bodies are counted need not be cloned or shown.
impl<S: Clone, C> Clone for RequestLog<S, C> {
    fn clone(&self) -> RequestLog<S, C> {
        RequestLog::new(self.inner.clone(), Arc::clone(&self.settings))
    }
}

impl<S: fmt::Debug, C> fmt::Debug for RequestLog<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestLog")
            .field("inner", &self.inner)
            .field("settings", &self.settings)
            .finish()
    }
}
