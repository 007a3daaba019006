use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, Instant};

use pin_project_lite::pin_project;

use super::call::{Call, Timing};
use super::{Captured, Function, Snapshot, Verdict};
use crate::context::Context;

pin_project! {
    /// The body of an async function together with its call.
    ///
    /// The call begins at the first poll and ends with the body; dropped between the two it is
    /// cancelled, also when it is dropped because something around it unwinds.
    #[must_use = "futures do nothing unless polled"]
    pub struct Logged<F, J, C>
    where
        C: AsRef<[Captured]>,
    {
        // Emptied only by the drop below.
        #[pin]
        body: Option<F>,
        judge: J,
        // `None` when nobody wants to hear of it, and once it has ended.
        call: Option<Call<C>>,
        started: Option<Instant>,
        busy_ns: u64,
    }

    impl<F, J, C> PinnedDrop for Logged<F, J, C>
    where
        C: AsRef<[Captured]>,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Some(call) = this.call.take() else { return };
            let _operation = Context::enter_operation(&call.function.operation);
            let cancelled = Cancelled { call, started: *this.started, busy_ns: *this.busy_ns };
            this.body.set(None);
            drop(cancelled);
        }
    }
}

/// Emits a cancelled call's event even if the drop of its body panics.
struct Cancelled<C: AsRef<[Captured]>> {
    call: Call<C>,
    started: Option<Instant>,
    busy_ns: u64,
}

impl<C: AsRef<[Captured]>> Drop for Cancelled<C> {
    fn drop(&mut self) {
        // A future that was never polled was no call.
        if let Some(started) = self.started {
            self.call.cancelled(timing(started, Instant::now(), self.busy_ns));
        }
    }
}

impl<F, J, C> Logged<F, J, C>
where
    F: Future,
    J: Fn(&F::Output) -> Verdict,
    C: AsRef<[Captured]>,
{
    /// Puts `body` in a call; `fields` is `None` when nobody wants to hear of it.
    #[inline]
    pub fn new(
        function: &'static Function,
        fields: Option<C>,
        body: F,
        judge: J,
    ) -> Logged<F, J, C> {
        let call = fields.map(|fields| Call { function, fields });
        Logged { body: Some(body), judge, call, started: None, busy_ns: 0 }
    }
}

impl<F, J, C> Future for Logged<F, J, C>
where
    F: Future,
    J: Fn(&F::Output) -> Verdict,
    C: AsRef<[Captured]>,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(body) = this.body.as_mut().as_pin_mut() else { return Poll::Pending };
        match this.call {
            Some(_) => poll_logged(body, cx, this.judge, this.call, this.started, this.busy_ns),
            None => body.poll(cx),
        }
    }
}

fn poll_logged<F: Future, C: AsRef<[Captured]>>(
    body: Pin<&mut F>,
    cx: &mut TaskContext<'_>,
    judge: &impl Fn(&F::Output) -> Verdict,
    call: &mut Option<Call<C>>,
    started: &mut Option<Instant>,
    busy_ns: &mut u64,
) -> Poll<F::Output> {
    let Some(function) = call.as_ref().map(|call| call.function) else { return body.poll(cx) };
    let _operation = Context::enter_operation(&function.operation);
    let turn = Instant::now();
    let started = *started.get_or_insert(turn);
    let polled = catch_unwind(AssertUnwindSafe(|| body.poll(cx)));
    let now = Instant::now();
    *busy_ns = busy_ns.saturating_add(nanoseconds(now - turn));
    let timing = timing(started, now, *busy_ns);
    match polled {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(returned)) => {
            if let Some(call) = call.take().filter(Call::wants_return) {
                call.returned(judge(&returned), timing);
            }
            Poll::Ready(returned)
        }
        Err(payload) => {
            if let Some(call) = call.take() {
                call.panicked(Some(Snapshot::of_panic(&*payload)), timing);
            }
            resume_unwind(payload)
        }
    }
}

impl<F, J, C: AsRef<[Captured]>> fmt::Debug for Logged<F, J, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logged").field("started", &self.started).finish_non_exhaustive()
    }
}

fn timing(started: Instant, now: Instant, busy_ns: u64) -> Timing {
    Timing { total: now - started, busy: Some(Duration::from_nanos(busy_ns)) }
}

/// A call that is polled for 584 years may show a few nanoseconds less.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Says what type the body returns, in a branch that is never taken: `if false { return unreached(); }`.
///
/// An async block can't be annotated, and without this `?` and coercions in it would not know their target.
#[must_use]
pub fn unreached<R>() -> R {
    loop {
        std::thread::park();
    }
}

/// Says what type a future gives, for the same reason.
pub fn gives<R, F: Future<Output = R>>(future: F) -> F {
    future
}

/// Calls `body`: a body that builds a future may return early.
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// [`Box::pin`] under a name that no type of the user's can shadow.
pub fn boxed<F>(future: F) -> Pin<Box<F>> {
    Box::pin(future)
}
