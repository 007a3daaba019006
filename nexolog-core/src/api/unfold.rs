use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

type Step<T, I> = Pin<Box<dyn Future<Output = Option<(T, I)>> + Send>>;

/// A stream made by asking a value for its next item, again and again.
///
/// Nothing runs ahead of the reader: the next item is made when it is asked for.
pub(in crate::api) struct Unfold<T, I, F> {
    next: F,
    step: Option<Step<T, I>>,
}

impl<T, I, F, R> Unfold<T, I, F>
where
    F: Fn(T) -> R,
    R: Future<Output = Option<(T, I)>> + Send + 'static,
{
    pub(in crate::api) fn new(value: T, next: F) -> Unfold<T, I, F> {
        let step: Step<T, I> = Box::pin(next(value));
        Unfold { next, step: Some(step) }
    }
}

impl<T, I, F, R> Stream for Unfold<T, I, F>
where
    F: Fn(T) -> R + Unpin,
    R: Future<Output = Option<(T, I)>> + Send + 'static,
{
    type Item = I;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<I>> {
        let this = self.get_mut();
        let Some(step) = &mut this.step else { return Poll::Ready(None) };
        let Some((value, item)) = ready!(step.as_mut().poll(cx)) else {
            this.step = None;
            return Poll::Ready(None);
        };
        this.step = Some(Box::pin((this.next)(value)));
        Poll::Ready(Some(item))
    }
}
