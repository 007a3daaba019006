//! What the fuzzers of `tests/fuzz` call, and what must hold whatever bytes they try. No part of the public interface:
//! it is there in tests and with `--cfg fuzzing` only.
//!
//! Each function takes any bytes and panics where a promise is broken.

mod checks;
mod event;
#[cfg(feature = "compression")]
mod frames;
mod index;
mod line;
mod program;
mod query;
mod rollup;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use checks::is_one_line;
pub use event::event;
#[cfg(feature = "compression")]
pub use frames::frames;
pub use index::index;
pub use line::line;
pub use query::query;
pub use rollup::rollup;
