//! The running logger: built, installed, asked, ended.

#[cfg(feature = "api")]
mod control;
mod error;
mod handle;
mod install;
mod start;

pub use error::{ShutdownError, StartError};
pub use handle::Nexolog;
