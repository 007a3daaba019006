//! What a record is: its level, its outcome, its line of JSON.
//!
//! This room knows nobody. [`wire`] is the typed form in which a record travels from the caller to the
//! writer; [`json`] and [`timestamp`] render values.

pub(crate) mod json;
mod level;
mod outcome;
pub(crate) mod timestamp;
pub(crate) mod wire;

pub use level::{Level, ParseLevelError};
pub use outcome::Outcome;
