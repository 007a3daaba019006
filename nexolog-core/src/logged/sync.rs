use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Instant;

use super::call::{Call, Timing};
use super::{Captured, Function, Snapshot, Verdict};
use crate::context::Context;

/// Runs the body of a function and emits its event; `fields` is `None` when nobody wants to hear of it.
///
/// A panic is logged once the body has unwound, and goes on.
#[inline]
pub fn run<R, C: AsRef<[Captured]>>(
    function: &'static Function,
    fields: Option<C>,
    body: impl FnOnce() -> R,
    judge: impl FnOnce(&R) -> Verdict,
) -> R {
    match fields {
        Some(fields) => run_logged(&Call { function, fields }, body, judge),
        None => body(),
    }
}

fn run_logged<R, C: AsRef<[Captured]>>(
    call: &Call<C>,
    body: impl FnOnce() -> R,
    judge: impl FnOnce(&R) -> Verdict,
) -> R {
    let _operation = Context::enter_operation(&call.function.operation);
    let started = Instant::now();
    let timing = || Timing { total: started.elapsed(), busy: None };
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(returned) => {
            if call.wants_return() {
                let timing = timing();
                call.returned(judge(&returned), timing);
            }
            returned
        }
        Err(payload) => {
            call.panicked(Some(Snapshot::of_panic(&*payload)), timing());
            resume_unwind(payload)
        }
    }
}
