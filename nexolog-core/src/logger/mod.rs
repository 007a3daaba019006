//! The running logger: built, installed, asked, ended.

#[cfg(feature = "api")]
mod control;
mod counters;
mod error;
mod handle;
mod install;
mod start;

pub use counters::Counters;
pub use error::{ShutdownError, StartError};
pub use handle::Nexolog;
