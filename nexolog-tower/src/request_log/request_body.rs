use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// A request's body whose bytes are counted as they are read.
    ///
    /// The service inside a layer with [`count_request_body`](super::RequestLogLayer::count_request_body) is
    /// given it.
    ///
    /// ```
    /// use nexolog_tower::RequestBody;
    ///
    /// async fn handler(request: http::Request<RequestBody<String>>) -> http::Response<String> {
    ///     http::Response::new(request.into_body().into_inner())
    /// }
    /// # let _ = handler;
    /// ```
    #[derive(Debug)]
    pub struct RequestBody<B> {
        #[pin]
        inner: B,
        // `None` where another layer counts.
        count: Option<Arc<AtomicU64>>,
    }
}

impl<B> RequestBody<B> {
    pub(super) fn new(inner: B, count: Option<Arc<AtomicU64>>) -> RequestBody<B> {
        RequestBody { inner, count }
    }

    /// The body as it came. What is read from it is no longer counted.
    pub fn into_inner(self) -> B {
        self.inner
    }
}

impl<B: Body> Body for RequestBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.inner.poll_frame(cx));
        if let (Some(Ok(frame)), Some(count)) = (&frame, this.count) {
            let length = frame.data_ref().map_or(0, Buf::remaining);
            count.fetch_add(length as u64, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
