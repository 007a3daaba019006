//! Random events through the whole way from `tracing` to the file, beside what an oracle says that the line must be.
//! The oracle knows the rules of a record and none of the code.

mod callsite;
mod events;
mod expected;
mod logging;
mod proof;
