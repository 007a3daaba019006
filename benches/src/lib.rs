//! Nexolog beside its peers: the same work, the same disk, in one interleaved run.
//!
//! One binary a part of the budgets: `capture`, `logged`, `request`, `server`, `store`, `find`, and `patterns`. `README.md` says what each measures and
//! holds the tables of the last run.

pub mod allocations;
pub mod clocks;
pub mod corpus;
pub mod driver;
pub mod event;
pub mod figures;
pub mod finding;
pub mod functions;
pub mod lines;
pub mod measure;
pub mod mining;
pub mod peers;
pub mod requests;
pub mod server;
pub mod stored;
pub mod table;
