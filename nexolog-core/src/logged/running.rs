use std::any::Any;
use std::num::NonZero;

use tracing::Span;

use super::call::{Call, Timing};
use super::carried::{Carried, ItemFailure, Streaming};
use super::{Function, Look, Snapshot};
use crate::context::{self, Context, Operation, OperationGuard};
use crate::pipeline::stamp;

/// The call of a future or a stream, between its polls.
///
/// Dropped before the call has ended, it is a cancelled call; so it must be dropped after the body, and
/// [`before_drop`](Running::before_drop) must come before both.
#[derive(Debug)]
pub(super) struct Running<C: Carried> {
    /// `None` when nobody wants to hear of it, and once it has ended.
    call: Option<Call<C>>,
    /// When it was first polled.
    started: Option<NonZero<u64>>,
    busy: u64,
    /// The operation around the drop, from its beginning to its end.
    around: Option<&'static Operation>,
}

/// One poll of a call.
pub(super) struct Turn {
    began: u64,
    started: u64,
    span: Option<Span>,
    _operation: OperationGuard,
}

impl<C: Carried> Running<C> {
    #[inline]
    pub(super) fn new(call: Option<Call<C>>) -> Running<C> {
        Running { call, started: None, busy: 0, around: None }
    }

    #[inline]
    pub(super) fn is_over(&self) -> bool {
        self.call.is_none()
    }

    /// Enters the operation and the span. `None` when the call is over.
    pub(super) fn begin(&mut self) -> Option<Turn> {
        let call = self.call.as_mut()?;
        let function = call.function;
        let span = call.carried.take_span(function);
        enter(span.as_ref());
        let operation = Context::enter_operation(&function.operation);
        let began = stamp();
        // The clock's very first nanosecond counts as its second, which keeps every future small.
        let started =
            *self.started.get_or_insert(NonZero::new(began).unwrap_or(NonZero::<u64>::MIN));
        Some(Turn { began, started: started.get(), span, _operation: operation })
    }

    /// The body waits for something.
    pub(super) fn pause(&mut self, turn: Turn) {
        self.busy += stamp() - turn.began;
        exit(turn.span.as_ref());
        if let Some(call) = &mut self.call {
            call.carried.put_span(turn.span);
        }
    }

    /// The body is done; `end` emits the event.
    pub(super) fn finish(&mut self, turn: Turn, end: impl FnOnce(&mut Call<C>, &Turn, u64)) {
        if let Some(mut call) = self.call.take() {
            end(&mut call, &turn, self.busy);
        }
        turn.leave();
    }

    /// The body panicked.
    pub(super) fn panicked(&mut self, turn: Turn, payload: &(dyn Any + Send)) {
        self.finish(turn, |call, turn, busy| {
            let timing = turn.timing(busy);
            call.panicked(Some(Snapshot::of_panic(payload)), timing);
            forget(call.function);
        });
    }

    /// The body is dropped next, and this after it: what it logs meanwhile is in its operation.
    #[inline]
    pub(super) fn before_drop(&mut self) {
        if self.call.is_some() {
            self.enter_for_drop();
        }
    }

    fn enter_for_drop(&mut self) {
        let Some(call) = &mut self.call else { return };
        self.around = context::swap_operation(Some(&call.function.operation));
        // A future that was never polled was no call.
        if self.started.is_some() {
            let span = call.carried.take_span(call.function);
            enter(span.as_ref());
            call.carried.put_span(span);
        }
    }

    fn give_up(&mut self) {
        let Some(mut call) = self.call.take() else { return };
        if let Some(started) = self.started {
            let span = call.carried.take_span(call.function);
            call.given_up(Timing::until_now(started.get(), Some(self.busy)));
            forget(call.function);
            exit(span.as_ref());
        }
        context::swap_operation(self.around);
    }
}

impl<C: Carried> Running<Streaming<C>> {
    /// A stream gave an item; `look` tells of one that is an `Err`.
    pub(super) fn item(&mut self, look: impl FnOnce(Look) -> Option<ItemFailure>) {
        let Some(call) = &mut self.call else { return };
        let at_item = call.look_at_item();
        call.carried.count(|| look(at_item));
    }
}

impl Turn {
    fn leave(self) {
        exit(self.span.as_ref());
    }

    pub(super) fn started(&self) -> u64 {
        self.started
    }

    /// The time spent in polls up to the end of this one.
    pub(super) fn busy(&self, before: u64, ended: u64) -> u64 {
        before + ended.saturating_sub(self.began)
    }

    pub(super) fn timing(&self, busy: u64) -> Timing {
        let ended = stamp();
        Timing { started: self.started, ended, busy: Some(self.busy(busy, ended)) }
    }
}

impl<C: Carried> Drop for Running<C> {
    #[inline]
    fn drop(&mut self) {
        if self.call.is_some() {
            self.give_up();
        }
    }
}

/// Nobody waits for the entry of an audited call that was broken off: its future is gone.
#[cfg_attr(not(feature = "api"), expect(unused_variables, reason = "no function is audited"))]
fn forget(function: &Function) {
    #[cfg(feature = "api")]
    if function.audited {
        super::audited::forget();
    }
}

/// Guards of spans can't be kept in a future that is sent elsewhere.
fn enter(span: Option<&Span>) {
    if let Some(span) = span {
        span.with_subscriber(|(id, dispatch)| dispatch.enter(id));
    }
}

fn exit(span: Option<&Span>) {
    if let Some(span) = span {
        span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
    }
}
