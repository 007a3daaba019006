//! Where records rest, and how they are found again.

mod log_store;

pub use log_store::*;
