use std::thread;
use std::time::Instant;

use super::call::{Call, Timing};
use super::{Captured, Function, Verdict};
use crate::context::{Context, OperationGuard};

/// Emits the event of a function when it is dropped; for functions whose body can't stand in a closure
/// because the return type has no name, `impl Fn(&str) -> &str` for one.
///
/// It can't see what is returned, so returning is success; nor what a panic said.
#[derive(Debug)]
#[must_use = "the call ends when the guard is dropped"]
pub struct Guarded<C: AsRef<[Captured]>>(Option<Running<C>>);

#[derive(Debug)]
struct Running<C> {
    call: Call<C>,
    started: Instant,
    /// The function may itself be called while something else unwinds.
    unwinding: bool,
    _operation: OperationGuard,
}

impl<C: AsRef<[Captured]>> Guarded<C> {
    /// Starts a call; `fields` is `None` when nobody wants to hear of it.
    pub fn new(function: &'static Function, fields: Option<C>) -> Guarded<C> {
        Guarded(fields.map(|fields| Running {
            call: Call { function, fields },
            unwinding: thread::panicking(),
            _operation: Context::enter_operation(&function.operation),
            started: Instant::now(),
        }))
    }
}

impl<C: AsRef<[Captured]>> Drop for Guarded<C> {
    fn drop(&mut self) {
        let Some(running) = &self.0 else { return };
        let timing = Timing { total: running.started.elapsed(), busy: None };
        if thread::panicking() && !running.unwinding {
            running.call.panicked(None, timing);
        } else {
            running.call.returned(Verdict::new(None), timing);
        }
    }
}
