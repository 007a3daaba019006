use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use futures_core::Stream;

use super::call::Call;
use super::carried::{Carried, Streaming};
use super::running::Running;
use super::{Function, Logged, Look, Verdict};

/// [`Logged`] for a stream: the call ends with the stream, and its items are counted.
///
/// A function is needed because the macro can't name the type of what it wraps.
#[inline]
pub fn stream<S, J, C>(
    function: &'static Function,
    carried: Option<C>,
    body: S,
    judge: J,
) -> Logged<S, J, Streaming<C>>
where
    S: Stream,
    J: Fn(&S::Item, Look) -> Option<Verdict>,
    C: Carried,
{
    let call = carried.map(|carried| Call { function, carried: Streaming::new(carried) });
    Logged { body, judge, running: Running::new(call) }
}

impl<S, J, C> Stream for Logged<S, J, Streaming<C>>
where
    S: Stream,
    J: Fn(&S::Item, Look) -> Option<Verdict>,
    C: Carried,
{
    type Item = S::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        if this.running.is_over() {
            this.body.poll_next(cx)
        } else {
            poll_logged(this.body, cx, this.judge, this.running)
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.body.size_hint()
    }
}

fn poll_logged<S: Stream, C: Carried>(
    body: Pin<&mut S>,
    cx: &mut TaskContext<'_>,
    judge: &impl Fn(&S::Item, Look) -> Option<Verdict>,
    running: &mut Running<Streaming<C>>,
) -> Poll<Option<S::Item>> {
    let Some(turn) = running.begin() else { return body.poll_next(cx) };
    match catch_unwind(AssertUnwindSafe(|| body.poll_next(cx))) {
        Ok(Poll::Ready(None)) => {
            running.finish(turn, |call, turn, busy| match call.carried.take_failure() {
                Some(failure) => call.failed(failure, turn.timing(busy)),
                None => {
                    if let Some(verdict) = call.look(turn.started()).succeeded() {
                        let busy = turn.busy(busy, verdict.ended);
                        call.returned(&verdict, turn.started(), Some(busy));
                    }
                }
            });
            Poll::Ready(None)
        }
        Ok(polled) => {
            if let Poll::Ready(Some(item)) = &polled {
                running.item(|look| judge(item, look)?.into_item_failure());
            }
            running.pause(turn);
            polled
        }
        Err(payload) => {
            running.panicked(turn, &*payload);
            resume_unwind(payload)
        }
    }
}
