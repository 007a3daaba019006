use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use pin_project_lite::pin_project;

use super::call::Call;
use super::carried::Carried;
use super::running::Running;
use super::{Function, Look, Verdict};

pin_project! {
    /// The body of an async function, or a stream, together with its call.
    ///
    /// The call begins at the first poll and ends with the body; dropped between the two it is
    /// cancelled, also when it is dropped because something around it unwinds.
    #[must_use = "futures and streams do nothing unless polled"]
    pub struct Logged<F, J, C>
    where
        C: Carried,
    {
        // Dropped in this order: the body's own drop is a part of the call.
        #[pin]
        pub(super) body: F,
        pub(super) judge: J,
        pub(super) running: Running<C>,
    }

    impl<F, J, C> PinnedDrop for Logged<F, J, C>
    where
        C: Carried,
    {
        #[inline]
        fn drop(this: Pin<&mut Self>) {
            this.project().running.before_drop();
        }
    }
}

impl<F, J, C> Logged<F, J, C>
where
    F: Future,
    J: Fn(&F::Output, Look) -> Option<Verdict>,
    C: Carried,
{
    /// Puts `body` in a call; `carried` is `None` when nobody wants to hear of it.
    #[inline]
    pub fn new(
        function: &'static Function,
        carried: Option<C>,
        body: F,
        judge: J,
    ) -> Logged<F, J, C> {
        let call = carried.map(|carried| Call { function, carried });
        Logged { body, judge, running: Running::new(call) }
    }
}

impl<F, J, C> Future for Logged<F, J, C>
where
    F: Future,
    J: Fn(&F::Output, Look) -> Option<Verdict>,
    C: Carried,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.running.is_over() {
            this.body.poll(cx)
        } else {
            poll_logged(this.body, cx, this.judge, this.running)
        }
    }
}

#[inline(never)]
fn poll_logged<F: Future, C: Carried>(
    body: Pin<&mut F>,
    cx: &mut TaskContext<'_>,
    judge: &impl Fn(&F::Output, Look) -> Option<Verdict>,
    running: &mut Running<C>,
) -> Poll<F::Output> {
    let Some(turn) = running.begin() else { return body.poll(cx) };
    match catch_unwind(AssertUnwindSafe(|| body.poll(cx))) {
        Ok(Poll::Pending) => {
            running.pause(turn);
            Poll::Pending
        }
        Ok(Poll::Ready(returned)) => {
            running.finish(turn, |call, turn, busy| {
                if let Some(verdict) = judge(&returned, call.look(turn.started())) {
                    let busy = turn.busy(busy, verdict.ended);
                    call.returned(&verdict, turn.started(), Some(busy));
                }
            });
            Poll::Ready(returned)
        }
        Err(payload) => {
            running.panicked(turn, &*payload);
            resume_unwind(payload)
        }
    }
}

impl<F, J, C: Carried> fmt::Debug for Logged<F, J, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logged").field("ended", &self.running.is_over()).finish_non_exhaustive()
    }
}
