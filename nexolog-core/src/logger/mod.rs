//! The running logger: built, installed, asked, ended.

#[cfg(feature = "api")]
mod audit;
#[cfg(feature = "api")]
mod control;
mod counters;
mod error;
mod handle;
#[cfg(feature = "api")]
mod holds;
mod install;
mod mask_trial;
mod start;
#[cfg(feature = "api")]
mod terminated;
#[cfg(all(test, unix))]
mod tests;

pub use counters::Counters;
pub use error::{ShutdownError, StartError};
pub use handle::Nexolog;
pub use mask_trial::MaskTrial;
#[cfg(feature = "api")]
pub use terminated::terminated;
