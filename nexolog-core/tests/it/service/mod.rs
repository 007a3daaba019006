//! The typed helpers, by the records they write.

#[cfg(feature = "api")]
mod audited;
mod errors;
mod every;
mod hostile;
mod operations;
mod records;
#[cfg(feature = "api")]
mod statistics;
mod table;
