//! The typed helpers, by the records they write.

mod errors;
mod every;
mod hostile;
mod operations;
mod records;
mod table;
