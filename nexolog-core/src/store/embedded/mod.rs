//! The embedded store: records found again in the files on disk, with no lock and no state of its own.
//!
//! A question first takes a `snapshot` of which segments there are, in the service's own directory and those
//! of other instances beneath it. `segment` opens one, as `plain` text or as `frames` of zstd, and gives it block by
//! block, forwards or backwards; `lines` walks a directory's lines over all its segments, and `merge` those of all
//! directories as one. `search` and `stats` fold over lines; `storage` and `cleanup` look at files.
//! What an answer had to leave out is gathered in `left_out`.

mod cleanup;
mod files;
#[cfg(feature = "compression")]
mod frames;
mod left_out;
mod lines;
mod merge;
mod plain;
mod search;
mod segment;
mod snapshot;
mod stats;
mod storage;
mod store;
#[cfg(test)]
mod tests;

#[cfg(all(any(test, fuzzing), feature = "compression"))]
pub(crate) use frames::read_frames;
pub(super) use plain::LONGEST_LINE;
pub(crate) use store::EmbeddedStore;
