use std::thread;

use tracing::span::EnteredSpan;

use super::Function;
use super::call::{Call, Timing};
use super::carried::Carried;
use super::sync::settle;
use crate::context::{Context, OperationGuard};
use crate::pipeline::stamp;

/// Emits the event of a function when it is dropped; for functions whose body can't stand in a closure
/// because the return type has no name, `impl Fn(&str) -> &str` for one.
///
/// It can't see what is returned, so returning is success; nor what a panic said.
#[derive(Debug)]
#[must_use = "the call ends when the guard is dropped"]
pub struct Guarded<C: Carried>(Option<Running<C>>);

#[derive(Debug)]
struct Running<C> {
    call: Call<C>,
    started: u64,
    /// The function may itself be called while something else unwinds.
    unwinding: bool,
    _operation: OperationGuard,
    _span: Option<EnteredSpan>,
}

impl<C: Carried> Guarded<C> {
    /// Starts a call; `carried` is `None` when nobody wants to hear of it.
    pub fn new(function: &'static Function, carried: Option<C>) -> Guarded<C> {
        Guarded(carried.map(|mut carried| Running {
            unwinding: thread::panicking(),
            _span: carried.take_span(function).map(tracing::Span::entered),
            _operation: Context::enter_operation(&function.operation),
            call: Call { function, carried },
            started: stamp(),
        }))
    }
}

impl<C: Carried> Drop for Guarded<C> {
    fn drop(&mut self) {
        let Some(running) = &self.0 else { return };
        let Running { call, started, .. } = running;
        if thread::panicking() && !running.unwinding {
            call.panicked(None, Timing::until_now(*started, None));
        } else if let Some(verdict) = call.look(*started).succeeded() {
            call.returned(&verdict, *started, None);
        }
        settle(call.function);
    }
}
