use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// What `work` gives, or `None` when `end` comes first.
pub(super) async fn until<T>(
    end: impl Future<Output = ()>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut end = pin!(end);
    let mut work = pin!(work);
    poll_fn(move |cx| {
        if end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        work.as_mut().poll(cx).map(Some)
    })
    .await
}
