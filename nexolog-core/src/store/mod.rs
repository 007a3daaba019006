//! Where records rest, and how they are found again.

#[cfg(feature = "api")]
mod log_store;
mod names;
mod stem;
#[cfg(test)]
mod tests;

#[cfg(feature = "api")]
pub use log_store::*;
