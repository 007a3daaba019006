//! Everything that matches, as one file of any size.
//!
//! An `exporter` asks the store for a page at a time, on the threads that search, when the client has taken the one before: memory stays
//! flat, a slow client holds no thread, and one that leaves stops the work. `format` writes pages as JSON lines, JSON or CSV (`csv`). The end
//! is always told: what can't go on breaks the transfer, and what could not be read is said in the last record.

mod csv;
mod exporter;
mod format;

pub(super) use csv::Columns;
pub(super) use exporter::{Exporter, Wanted};
pub(super) use format::Format;
