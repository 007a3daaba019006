//! From the caller's buffer to the files: a bounded queue, one writer, flush, and the count of what was lost.
//!
//! Callers put events into [`queue`] and go on. The writer is a role held under a lock: mostly by a
//! thread of its own that looks by itself every so often, and by a caller that needs its line in the file
//! now. Whoever holds it takes everything that was logged before a moment, puts it in order, renders and
//! writes it.

mod batch;
mod calm;
mod clock;
mod copies;
mod exit_hook;
#[cfg(feature = "api")]
mod figures;
mod flush_error;
mod fork;
mod health;
mod heartbeat;
mod left_out;
mod lines;
mod loss_teller;
mod losses;
mod mask;
#[cfg(test)]
#[allow(clippy::duplicate_mod, reason = "the models compile the same files with other locks")]
mod models;
mod outputs;
mod own_record;
mod program;
mod progress;
mod queue;
mod reach;
mod render;
mod repeats;
mod reports;
#[cfg(feature = "api")]
mod requests;
mod role;
mod suppressed;
mod sync;
#[cfg(test)]
mod tests;
mod trouble;
mod turns;
mod view;
mod writer;

pub use clock::stamp;
pub(crate) use clock::{stamp_of, with_stamp};
#[cfg(feature = "api")]
pub(crate) use figures::Figures;
pub(crate) use flush_error::FlushError;
pub(crate) use fork::generation;
pub(crate) use left_out::{LeavesOut, know};
pub(crate) use losses::{Cause, Losses};
pub(crate) use outputs::Outputs;
pub(crate) use own_record::OwnRecord;
pub(crate) use queue::{Lane, Queue};
#[cfg(feature = "api")]
pub(crate) use reports::removed;
#[cfg(all(test, feature = "api"))]
pub(crate) use requests::RequestTimes;
pub(crate) use role::Pipeline;
pub(crate) use trouble::say;
pub(crate) use writer::Writer;
#[cfg(all(any(test, fuzzing), feature = "api"))]
pub(crate) use {mask::Mask, program::Programs, render::Renderer, view::View};
