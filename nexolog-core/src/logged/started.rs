use std::thread;

use super::call::{Call, Ending, Timing};
use super::carried::Carried;
use super::{Function, Snapshot};
use crate::context::{Context, OperationGuard};
use crate::pipeline::stamp;
use crate::record::{Level, Outcome};

/// A call that somebody ends by hand. Dropped without a word it is unfinished, or has panicked if that is why.
#[derive(Debug)]
pub(crate) struct Started<C: Carried> {
    /// `None` when nobody wants to hear of it, and once it has ended.
    call: Option<Call<C>>,
    since: u64,
    /// It may itself be started while something else unwinds.
    unwinding: bool,
    _operation: OperationGuard,
}

impl<C: Carried> Started<C> {
    /// Starts a call; `carried` is `None` when nobody wants to hear of it.
    pub(crate) fn new(function: &'static Function, carried: Option<C>) -> Started<C> {
        Started {
            unwinding: thread::panicking(),
            _operation: Context::enter_operation(&function.operation),
            call: carried.map(|carried| Call { function, carried }),
            since: stamp(),
        }
    }

    /// What the call carries, if anybody wants to hear of it.
    pub(crate) fn carried(&self) -> Option<&C> {
        self.call.as_ref().map(|call| &call.carried)
    }

    /// It ended as it should.
    pub(crate) fn succeed(mut self) {
        let Some(call) = self.call.take() else { return };
        if let Some(verdict) = call.look(self.since).succeeded() {
            call.returned(&verdict, self.since, None);
        }
    }

    /// It failed.
    pub(crate) fn fail(mut self, level: Level, failure: impl FnOnce() -> Snapshot) {
        let Some(call) = self.call.take() else { return };
        if let Some(verdict) = call.look(self.since).failed(level, || Some(failure())) {
            call.returned(&verdict, self.since, None);
        }
    }
}

impl<C: Carried> Drop for Started<C> {
    fn drop(&mut self) {
        let Some(call) = self.call.take() else { return };
        let timing = Timing::until_now(self.since, None);
        if thread::panicking() && !self.unwinding {
            call.panicked(None, timing);
        } else {
            call.end(&Ending::of(Outcome::Unfinished, Level::Warning), timing);
        }
    }
}
