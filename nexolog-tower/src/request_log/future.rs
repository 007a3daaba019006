use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Response, StatusCode, Version};
use http_body::Body;
use nexolog_core::__private::Snapshot;
use pin_project_lite::pin_project;

use super::ResponseBody;
use super::deadline::Deadline;
use super::ending::Ending;
use super::exchange::{Exchange, number};
use super::ongoing::Ongoing;

pin_project! {
    /// The future of [`RequestLog`](super::RequestLog).
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // `None` once it has panicked, and while the drop below runs.
        #[pin]
        inner: Option<F>,
        ongoing: Ongoing,
        catch_panics: bool,
        deadline: Option<Deadline>,
        // The service panicked before it gave a future.
        panic: Option<Box<Snapshot>>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            // What the handler logs in its own drops belongs to the request, and comes before its event.
            let mut this = this.project();
            this.ongoing.end_after(|| this.inner.set(None), |_| Ending::left());
        }
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(
        inner: F,
        ongoing: Ongoing,
        catch_panics: bool,
        deadline: Option<Deadline>,
    ) -> ResponseFuture<F> {
        ResponseFuture { inner: Some(inner), ongoing, catch_panics, deadline, panic: None }
    }

    /// Another layer follows the request.
    pub(super) fn unfollowed(inner: F) -> ResponseFuture<F> {
        ResponseFuture::new(inner, Ongoing::none(), false, None)
    }

    pub(super) fn panicked(panic: Snapshot, ongoing: Ongoing) -> ResponseFuture<F> {
        let panic = Some(Box::new(panic));
        ResponseFuture { inner: None, ongoing, catch_panics: true, deadline: None, panic }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(panic) = this.panic.take() {
            return Poll::Ready(Ok(answer_panic(*panic, this.ongoing, || {})));
        }
        let polled = {
            let _scope = this.ongoing.enter();
            catch_unwind(AssertUnwindSafe(|| {
                let polled = this.inner.as_mut().as_pin_mut().map(|inner| inner.poll(cx));
                if polled.as_ref().is_some_and(Poll::is_ready) {
                    this.inner.set(None);
                }
                polled
            }))
        };
        match polled {
            Ok(Some(Poll::Pending))
                if this.deadline.as_ref().is_some_and(|it| it.is_over(cx.waker())) =>
            {
                Poll::Ready(Ok(answer_timeout(this.ongoing, || this.inner.set(None))))
            }
            // Nothing is left of it when it is polled again after its end, which no caller may do.
            Ok(None | Some(Poll::Pending)) => Poll::Pending,
            Ok(Some(Poll::Ready(Ok(response)))) => Poll::Ready(Ok(answer(response, this.ongoing))),
            Ok(Some(Poll::Ready(Err(error)))) => {
                this.ongoing.end(|_| Ending::failed("service", "the service gave no answer"));
                Poll::Ready(Err(error))
            }
            Err(payload) => {
                let panic = Snapshot::of_panic(&*payload);
                let rest = || this.inner.set(None);
                if *this.catch_panics {
                    return Poll::Ready(Ok(answer_panic(panic, this.ongoing, rest)));
                }
                this.ongoing.end_after(rest, |_| Ending::panicked(panic));
                resume_unwind(payload)
            }
        }
    }
}

/// Puts the id on the response, and follows its body if there is one to follow.
fn answer<B: Body>(mut response: Response<B>, ongoing: &mut Ongoing) -> Response<ResponseBody<B>> {
    let Some(exchange) = ongoing.exchange_mut() else {
        return response.map(ResponseBody::unfollowed);
    };
    exchange.answered(&mut response);
    let over = exchange.ends_with_headers() || response.body().is_end_stream();
    if over {
        ongoing.end(Exchange::completed);
        return response.map(ResponseBody::unfollowed);
    }
    let announced = announced(exchange, &response);
    let ongoing = std::mem::replace(ongoing, Ongoing::none());
    response.map(|body| ResponseBody::followed(body, ongoing, announced))
}

/// With how many bytes of body the response is over. Only HTTP/1 stops there; later versions send what trailers
/// there are.
fn announced<B: Body>(exchange: &Exchange, response: &Response<B>) -> Option<u64> {
    if exchange.facts.version >= Version::HTTP_2 {
        return None;
    }
    number(response.headers()).or_else(|| response.body().size_hint().exact())
}

fn answer_panic<B>(
    panic: Snapshot,
    ongoing: &mut Ongoing,
    rest: impl FnOnce(),
) -> Response<ResponseBody<B>> {
    let response = bare_answer(StatusCode::INTERNAL_SERVER_ERROR, ongoing);
    ongoing.end_after(rest, |_| Ending::panicked(panic));
    response
}

fn answer_timeout<B>(ongoing: &mut Ongoing, rest: impl FnOnce()) -> Response<ResponseBody<B>> {
    let response = bare_answer(StatusCode::GATEWAY_TIMEOUT, ongoing);
    ongoing.end_after(rest, Exchange::completed);
    response
}

/// A status, the id, and an empty body.
fn bare_answer<B>(status: StatusCode, ongoing: &mut Ongoing) -> Response<ResponseBody<B>> {
    let mut response = Response::new(ResponseBody::empty());
    *response.status_mut() = status;
    if let Some(exchange) = ongoing.exchange_mut() {
        exchange.answered(&mut response);
    }
    response
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").field("ongoing", &self.ongoing).finish_non_exhaustive()
    }
}
