use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use tracing::Span;

use super::call::{Call, Timing};
use super::carried::Carried;
use super::{Function, Look, Snapshot, Verdict};
use crate::context::Context;
use crate::pipeline::stamp;

/// Runs the body of a function and emits its event; `carried` is `None` when nobody wants to hear of it.
///
/// A panic is logged once the body has unwound, and goes on.
#[inline]
pub fn run<R, C: Carried>(
    function: &'static Function,
    carried: Option<C>,
    body: impl FnOnce() -> R,
    judge: impl FnOnce(&R, Look) -> Option<Verdict>,
) -> R {
    match carried {
        Some(carried) => run_logged(Call { function, carried }, body, judge),
        None => body(),
    }
}

fn run_logged<R, C: Carried>(
    mut call: Call<C>,
    body: impl FnOnce() -> R,
    judge: impl FnOnce(&R, Look) -> Option<Verdict>,
) -> R {
    let span = call.carried.take_span(call.function);
    let _span = span.as_ref().map(Span::enter);
    let _operation = Context::enter_operation(&call.function.operation);
    let started = stamp();
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(returned) => {
            if let Some(verdict) = judge(&returned, call.look(started)) {
                call.returned(&verdict, started, None);
            }
            settle(call.function);
            returned
        }
        Err(payload) => {
            let timing = Timing::until_now(started, None);
            call.panicked(Some(Snapshot::of_panic(&*payload)), timing);
            settle(call.function);
            resume_unwind(payload)
        }
    }
}

/// Waits until an audited call is in the trail.
#[cfg_attr(not(feature = "api"), expect(unused_variables, reason = "no function is audited"))]
#[inline]
pub(super) fn settle(function: &Function) {
    #[cfg(feature = "api")]
    if function.audited {
        super::audited::settle();
    }
}
