//! Core through its public interface, with the files read back by a parser that is not ours.

mod accounting;
#[cfg(unix)]
mod child;
mod content;
mod context;
mod exit;
#[cfg(unix)]
mod faults;
mod heartbeat;
mod held_back;
mod kept;
mod ledger;
mod lines;
mod masking;
mod modules;
mod service;
mod sinks;
mod support;
