use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::response::sse::Event;
use futures_core::Stream;

type Step<T> = Pin<Box<dyn Future<Output = Option<(T, Event)>> + Send>>;

/// A stream of events made by asking a value for its next one, again and again.
///
/// Nothing runs ahead of the reader: the next event is made when it is asked for.
pub(in crate::api) struct Unfold<T, F> {
    next: F,
    step: Option<Step<T>>,
}

impl<T, F, R> Unfold<T, F>
where
    F: Fn(T) -> R,
    R: Future<Output = Option<(T, Event)>> + Send + 'static,
{
    pub(in crate::api) fn new(value: T, next: F) -> Unfold<T, F> {
        let step: Step<T> = Box::pin(next(value));
        Unfold { next, step: Some(step) }
    }
}

impl<T, F, R> Stream for Unfold<T, F>
where
    F: Fn(T) -> R + Unpin,
    R: Future<Output = Option<(T, Event)>> + Send + 'static,
{
    type Item = Result<Event, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(step) = &mut this.step else { return Poll::Ready(None) };
        let Some((value, event)) = ready!(step.as_mut().poll(cx)) else {
            this.step = None;
            return Poll::Ready(None);
        };
        this.step = Some(Box::pin((this.next)(value)));
        Poll::Ready(Some(Ok(event)))
    }
}
