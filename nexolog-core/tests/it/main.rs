//! Core through its public interface, with the files read back by a parser that is not ours.

mod accounting;
#[cfg(unix)]
mod child;
mod context;
mod exit;
#[cfg(unix)]
mod faults;
mod ledger;
mod lines;
mod sinks;
mod support;
