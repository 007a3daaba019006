//! From a `tracing` event to bytes in the queue.
//!
//! Everything here runs on the caller's thread, so it only copies: what can be known once a callsite is
//! in its [`plan`], what can be done later is done by the writer.

mod callsites;
mod handler;
mod layer;
mod level_table;
mod levels;
pub(crate) mod panic_hook;
mod plan;
mod span;
mod thread_state;
mod visitor;

pub(crate) use handler::Capture;
pub(crate) use layer::NexologLayer;
pub(crate) use levels::Levels;
pub(crate) use plan::{OWN_MODULE, OWN_PLAN, Plan, Slot, origin};
pub(crate) use visitor::FIELD_CAP;
