//! The audit trail: who did what, in a chain of hashes that shows when somebody edits it.
//!
//! What happened is a `draft`; `trail` takes it, counting what is alike within a minute (`windows`), and the `keeper`'s
//! thread chains it to the `entry` before and brings it to the `file`, many at once. Who must know that it is on the disk
//! waits for its `ticket`. `verify` checks a trail, from the file alone, and `page` reads it. The format is specified in
//! the facade's guide, `audit_trail.md`, so that anyone can write a verifier; the tests hold one in Python.

mod backwards;
mod draft;
mod entry;
mod error;
mod file;
mod hash;
mod head;
mod keeper;
mod lines;
mod options;
mod page;
mod place;
mod report;
mod runs;
#[cfg(test)]
pub(crate) mod tests;
mod ticket;
mod trail;
mod verify;
mod windows;

pub(crate) use draft::{Draft, Kind};
pub(crate) use error::AuditError;
pub use head::{AuditHead, ParseAuditHeadError};
pub(crate) use options::TrailOptions;
pub(crate) use page::Query;
pub(crate) use place::Place;
pub use report::{AuditFinding, AuditFlaw, AuditReport};
pub(crate) use ticket::Ticket;
pub(crate) use trail::{Trail, TrailState};
#[cfg(test)]
use verify::Known;
