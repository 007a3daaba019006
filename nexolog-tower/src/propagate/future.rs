use std::fmt::{self, Display};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::CallBody;
use super::call::Call;

pin_project! {
    /// The future of [`Propagate`](super::Propagate).
    #[must_use = "futures do nothing unless polled"]
    pub struct CallFuture<F> {
        // Dropped first, so that what it logs comes before the call's event.
        #[pin]
        inner: F,
        // Taken when the answer is there.
        call: Option<Call>,
    }
}

impl<F> CallFuture<F> {
    pub(super) fn new(inner: F, call: Call) -> CallFuture<F> {
        CallFuture { inner, call: Some(call) }
    }
}

impl<F, B, E> Future for CallFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
    E: Display,
{
    type Output = Result<Response<CallBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.inner.poll(cx));
        let mut call = this.call.take();
        if let Some(call) = &mut call {
            match &answer {
                Ok(response) => call.answered(response),
                Err(error) => call.failed("service", error),
            }
        }
        Poll::Ready(answer.map(|response| response.map(|body| CallBody::new(body, call))))
    }
}

impl<F> fmt::Debug for CallFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").field("call", &self.call).finish_non_exhaustive()
    }
}
