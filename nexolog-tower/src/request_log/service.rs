use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use nexolog_core::__private::Snapshot;
use tower_service::Service;

use super::exchange::Ending;
use super::ongoing::Ongoing;
use super::route;
use super::settings::Settings;
use super::{ResponseBody, ResponseFuture};
use crate::request_id::RequestId;

/// The service that [`RequestLogLayer`](super::RequestLogLayer) makes.
#[derive(Clone, Debug)]
pub struct RequestLog<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S> RequestLog<S> {
    pub(super) fn new(inner: S, settings: Arc<Settings>) -> RequestLog<S> {
        RequestLog { inner, settings }
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

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for RequestLog<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: http_body::Body,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> ResponseFuture<S::Future> {
        if request.extensions().get::<RequestId>().is_some() {
            route::tell_outside(request.extensions());
            return ResponseFuture::new(self.inner.call(request), Ongoing::none(), false);
        }
        let mut ongoing = Ongoing::begin(&mut request, &self.settings);
        let called = {
            let _scope = ongoing.enter();
            catch_unwind(AssertUnwindSafe(|| self.inner.call(request)))
        };
        let catch_panics = self.settings.catch_panics;
        match called {
            Ok(future) => ResponseFuture::new(future, ongoing, catch_panics),
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
