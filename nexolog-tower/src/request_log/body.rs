use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use nexolog_core::__private::Snapshot;
use pin_project_lite::pin_project;

use super::ending::Ending;
use super::exchange::Exchange;
use super::ongoing::Ongoing;

pin_project! {
    /// A response's body that ends the request's event with it.
    pub struct ResponseBody<B> {
        // `None` for the answer to a panic, once it is over, and while the drop below runs.
        #[pin]
        inner: Option<B>,
        ongoing: Ongoing,
        // With how many bytes it is over.
        announced: Option<u64>,
    }

    impl<B> PinnedDrop for ResponseBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            this.ongoing.end_after(|| this.inner.set(None), |_| Ending::left());
        }
    }
}

impl<B: Body> ResponseBody<B> {
    pub(super) fn followed(inner: B, ongoing: Ongoing, announced: Option<u64>) -> ResponseBody<B> {
        ResponseBody { inner: Some(inner), ongoing, announced }
    }

    pub(super) fn unfollowed(inner: B) -> ResponseBody<B> {
        ResponseBody { inner: Some(inner), ongoing: Ongoing::none(), announced: None }
    }
}

impl<B> ResponseBody<B> {
    pub(super) fn empty() -> ResponseBody<B> {
        ResponseBody { inner: None, ongoing: Ongoing::none(), announced: None }
    }
}

impl<B: Body> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(mut inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let polled = {
            let _scope = this.ongoing.enter();
            catch_unwind(AssertUnwindSafe(|| inner.as_mut().poll_frame(cx)))
        };
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(Some(Ok(frame)))) => {
                let last = note(&frame, this.ongoing, *this.announced) || inner.is_end_stream();
                if last {
                    this.ongoing.end_after(|| this.inner.set(None), Exchange::completed);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Ok(Poll::Ready(Some(Err(error)))) => {
                let broke = |_: &Exchange| Ending::failed("body", "the response's body broke off");
                this.ongoing.end_after(|| this.inner.set(None), broke);
                Poll::Ready(Some(Err(error)))
            }
            Ok(Poll::Ready(None)) => {
                this.ongoing.end_after(|| this.inner.set(None), Exchange::completed);
                Poll::Ready(None)
            }
            Err(payload) => {
                let panicked = |_: &Exchange| Ending::panicked(Snapshot::of_panic(&*payload));
                this.ongoing.end_after(|| this.inner.set(None), panicked);
                resume_unwind(payload)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

/// Counts a frame; whether it is the last one that anybody will ask for: servers stop at trailers, and
/// those of HTTP/1 when all the announced bytes are there.
fn note<D: bytes::Buf>(frame: &Frame<D>, ongoing: &mut Ongoing, announced: Option<u64>) -> bool {
    let Some(exchange) = ongoing.exchange_mut() else { return false };
    if let Some(trailers) = frame.trailers_ref() {
        exchange.note_grpc_status(trailers);
        return true;
    }
    let length = frame.data_ref().map_or(0, bytes::Buf::remaining);
    exchange.bytes_out += length as u64;
    announced.is_some_and(|announced| exchange.bytes_out >= announced)
}

/// An empty body that nobody follows, for layers such as CORS that answer by themselves.
impl<B> Default for ResponseBody<B> {
    fn default() -> ResponseBody<B> {
        ResponseBody::empty()
    }
}

impl<B> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").field("ongoing", &self.ongoing).finish_non_exhaustive()
    }
}
