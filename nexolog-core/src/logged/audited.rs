//! Calls that are audit entries: in the trail of the logger that would hear their events, before they are over.

use std::cell::Cell;
use std::time::Duration;

use super::Function;
use super::call::Timing;
use crate::audit::{Draft, Kind, Ticket};
use crate::capture::NexologLayer;
use crate::context::Context;
use crate::pipeline::say;
use crate::record::Outcome;

/// How long a call waits for the disk. What it did can't be taken back, so it goes on then, and the trail itself tells
/// what it misses.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

thread_local! {
    /// The entry of the call that has just ended here.
    static ENDED: Cell<Option<Ticket>> = const { Cell::new(None) };
}

/// Notes the end of a call. Which levels are on does not matter.
pub(super) fn note(function: &'static Function, outcome: Outcome, timing: Timing) {
    let nanos = timing.ended.saturating_sub(timing.started);
    let mut draft = Draft::new(Kind::Operation, function.operation.name(), outcome.as_str())
        .number("duration_us", nanos / 1_000);
    if let Some(Some(request)) = Context::with_current(|context| context.request().cloned()) {
        let (user, organization) = request.people();
        draft = draft
            .value("principal", user.unwrap_or_default())
            .value("organization", organization.unwrap_or_default())
            .value("request_id", request.request_id());
    }
    let ticket = tracing_core::dispatcher::get_default(|dispatch| {
        dispatch.downcast_ref::<NexologLayer>().map(|layer| layer.trail.append(draft.clone()))
    });
    // Where thread-local storage is gone, nobody can wait.
    let _ = ENDED.try_with(|ended| ended.set(ticket));
}

fn take() -> Option<Ticket> {
    ENDED.try_with(Cell::take).ok()?
}

/// Forgets the entry of a call that nobody waits for.
pub(super) fn forget() {
    drop(take());
}

/// Returns when the call that has just ended on this thread is in the audit trail.
pub(super) fn settle() {
    if let Some(ticket) = take() {
        tell(ticket.wait(PATIENCE));
    }
}

/// Gives what the future of a call gives, once it is in the audit trail. No thread waits for the disk.
pub async fn audited<F: Future>(call: F) -> F::Output {
    let returned = call.await;
    // The call ended in this very poll, on this very thread.
    if let Some(ticket) = take() {
        tell(ticket.await);
    }
    returned
}

/// The trail tells what it misses once it is written again; until then somebody should know.
pub(crate) fn tell(outcome: Result<(), crate::audit::AuditError>) {
    if let Err(error) = outcome {
        say(&format!("a call is not in the audit trail: {error}"));
    }
}
