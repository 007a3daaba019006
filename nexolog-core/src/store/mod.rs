//! Where records rest, and how they are found again.

#[cfg(feature = "api")]
mod log_store;

#[cfg(feature = "api")]
pub use log_store::*;
