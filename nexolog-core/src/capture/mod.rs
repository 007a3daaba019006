//! From a `tracing` event to bytes in the queue.
//!
//! Everything here runs on the caller's thread, so it only copies: what can be known once a callsite is
//! in its [`plan`], what can be done later is done by the writer.

mod callsites;
mod handler;
mod keeper;
mod layer;
mod level_table;
mod levels;
mod limiter;
pub(crate) mod panic_hook;
mod plan;
mod shown;
mod span;
mod suppressed;
mod thread_state;
mod visitor;

pub(crate) use handler::Capture;
pub(crate) use layer::NexologLayer;
pub(crate) use levels::Levels;
#[cfg(test)]
pub(crate) use limiter::Limiter;
pub(crate) use plan::{OWN_MODULE, OWN_PLAN, Plan, Slot, origin};
pub(crate) use shown::shown;
pub use span::ContextSpan;
pub(crate) use suppressed::{Suppressed, Suppression};
pub(crate) use visitor::FIELD_CAP;
