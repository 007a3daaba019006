use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Response, StatusCode};
use http_body::Body;
use nexolog_core::__private::Snapshot;
use pin_project_lite::pin_project;

use super::ResponseBody;
use super::deadline::Deadline;
use super::ending::Ending;
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
            let _scope = this.ongoing.enter();
            this.inner.set(None);
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
            return Poll::Ready(Ok(answer_panic(*panic, this.ongoing)));
        }
        // Polled again after its end, which no caller may do.
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Pending };
        let catch_panics = *this.catch_panics;
        let polled = this.ongoing.run(|exchange| {
            let mut polled = catch_unwind(AssertUnwindSafe(|| inner.poll(cx)));
            let ending = exchange.and_then(|exchange| match &mut polled {
                Ok(Poll::Ready(Ok(response))) => exchange.answered_by(response),
                Ok(Poll::Ready(Err(_))) => Some(Ending::failed("service")),
                Err(payload) if !catch_panics => {
                    Some(Ending::panicked(Snapshot::of_panic(&**payload)))
                }
                _ => None,
            });
            (polled, ending)
        });
        match polled {
            Ok(Poll::Pending)
                if this.deadline.as_ref().is_some_and(|it| it.is_over(cx.waker())) =>
            {
                // The handler ends inside its request, and before the event.
                let scope = this.ongoing.enter();
                this.inner.set(None);
                drop(scope);
                Poll::Ready(Ok(answer_timeout(this.ongoing)))
            }
            Ok(polled) => polled.map_ok(|response| follow(response, this.ongoing)),
            Err(payload) if catch_panics => {
                let response = answer_panic(Snapshot::of_panic(&*payload), this.ongoing);
                this.inner.set(None);
                Poll::Ready(Ok(response))
            }
            Err(payload) => resume_unwind(payload),
        }
    }
}

/// Follows the body of a response, if there is one to follow.
fn follow<B: Body>(response: Response<B>, ongoing: &mut Ongoing) -> Response<ResponseBody<B>> {
    if ongoing.is_over() {
        return response.map(ResponseBody::unfollowed);
    }
    let announced = super::exchange::number(response.headers());
    let ongoing = std::mem::replace(ongoing, Ongoing::none());
    response.map(|body| ResponseBody::followed(body, ongoing, announced))
}

fn answer_panic<B>(panic: Snapshot, ongoing: &mut Ongoing) -> Response<ResponseBody<B>> {
    let response = bare_answer(StatusCode::INTERNAL_SERVER_ERROR, ongoing);
    ongoing.end(|_| Ending::panicked(panic));
    response
}

fn answer_timeout<B>(ongoing: &mut Ongoing) -> Response<ResponseBody<B>> {
    let response = bare_answer(StatusCode::GATEWAY_TIMEOUT, ongoing);
    ongoing.end(super::exchange::Exchange::completed);
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
