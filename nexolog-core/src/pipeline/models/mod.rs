//! The queue, its batches, the turns of who writes and the count of what is dropped under every order of steps that a scheduler finds.
//!
//! The modules are the very ones that Nexolog is made of, compiled once more with `shuttle`'s locks, atomics and
//! threads in the place of the standard library's. A failing model prints a schedule that
//! [`shuttle::replay`] repeats. `NEXOLOG_MODEL_RUNS` sets how many schedules of each kind are tried.

#![expect(dead_code, reason = "no model needs all of what it shares with the pipeline")]

mod dropping;
mod flushing;
mod keeping;
mod logger;
mod support;
mod sync;
mod urgent;
mod waiting;

#[path = "../batch.rs"]
mod batch;
#[path = "../losses.rs"]
mod losses;
#[path = "../progress.rs"]
mod progress;
#[path = "../queue.rs"]
mod queue;
#[path = "../turns.rs"]
mod turns;

use super::{flush_error, reach};
