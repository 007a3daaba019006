//! Where records rest, and how they are found again.
//!
//! The write side is `directory` (a log directory that is ours alone), `family` (one file that is
//! appended to and rotated) and `sealer` (the thread that compresses and removes sealed segments, as `retention` says).
//! Segments are removed through `removal` alone, which asks `holds` first.
//! The read side, `embedded`, works from the files alone. What the files are called is in `names`.

mod active;
mod age_clock;
#[cfg(feature = "compression")]
mod compress;
mod contents;
mod directory;
mod discarded;
#[cfg(feature = "api")]
mod embedded;
mod error;
#[cfg(feature = "api")]
mod explore;
mod family;
mod fs;
pub(crate) mod holds;
#[cfg(feature = "api")]
#[allow(
    dead_code,
    unused_imports,
    reason = "the planner of searches, which asks most of it, is not there yet"
)]
mod index;
mod instances;
mod line_head;
mod lock;
#[cfg(feature = "api")]
mod log_store;
pub(crate) mod names;
mod parked;
mod place;
#[cfg(feature = "api")]
mod read_line;
mod recover;
mod removal;
mod repair;
mod report;
mod retention;
#[cfg(feature = "api")]
mod rollup;
mod sealer;
mod segments;
mod sequence;
mod shared;
mod state;
mod stem;
mod survey;
mod tail;
#[cfg(test)]
mod tests;
mod tidying;
#[cfg(any(feature = "api", feature = "compression"))]
mod whole_lines;
mod work;

pub(crate) use directory::{Directory, DirectoryOptions};
#[cfg(feature = "api")]
pub(crate) use embedded::EmbeddedStore;
#[cfg(all(any(test, fuzzing), feature = "api", feature = "compression"))]
pub(crate) use embedded::read_frames;
pub(crate) use error::OpenError;
#[cfg(feature = "api")]
pub(crate) use explore::{
    Bar, Facet, Facets, FacetsRequest, Field, Fields, FieldsRequest, Histogram, HistogramRequest,
    Sought, TYPES, Visited,
};
pub(crate) use family::Family;
#[cfg(test)]
pub(crate) use fs::{Disk, Fs};
pub(crate) use fs::{is_out_of_files, open_files_limit};
#[cfg(feature = "api")]
pub use holds::{Hold, HoldError};
#[cfg(all(any(test, fuzzing), feature = "api"))]
pub(crate) use index::{any_index, any_text};
#[cfg(feature = "api")]
pub(crate) use log_store::*;
#[cfg(feature = "api")]
pub(crate) use report::RemovalCause;
pub(crate) use report::{Held, Opening, Recovered, Removed, StoreReport};
pub(crate) use retention::Limits;
#[cfg(all(any(test, fuzzing), feature = "api"))]
pub(crate) use rollup::check_rollup;
