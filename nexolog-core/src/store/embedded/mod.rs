//! The embedded store: records found again in the files on disk, with no lock, and with no state but what can be read again.
//!
//! A question first takes a `snapshot` of which segments there are, in the service's own directory and those
//! of other instances beneath it. `segment` opens one, as `plain` text or as `frames` of zstd, and gives it block by
//! block, forwards or backwards. A `plan` says by the segment's index which blocks need not be read; `scan` looks through
//! one that is; of what is known already (`kept`), a sealed segment is not even opened when nothing in it is to be read (`indexed`),
//! and of an active file only what is new is looked through for its blocks (`growing`, by having `followed` it). `lines` walks what matches in a directory over all its segments, and `merge` that of all
//! directories as one; `position` is how far each has come. Where there is much to read, a second thread (`ahead`) takes
//! frames from the same `desk`. `search` and `stats` fold over lines; `storage` and `cleanup` look at files.
//! What an answer had to leave out is gathered in `left_out`.

#[cfg(feature = "compression")]
mod ahead;
mod cleanup;
#[cfg(feature = "compression")]
mod desk;
mod explore;
mod files;
mod followed;
#[cfg(feature = "compression")]
mod frame_headers;
#[cfg(feature = "compression")]
mod frames;
mod growing;
mod help;
mod indexed;
mod kept;
mod left_out;
mod lines;
mod merge;
mod piece;
mod plain;
mod plan;
mod position;
mod question;
mod scan;
mod search;
mod segment;
mod snapshot;
mod stats;
mod storage;
mod store;
mod sums;
#[cfg(test)]
mod tests;

#[cfg(all(any(test, fuzzing), feature = "compression"))]
pub(crate) use frames::read_frames;
pub(super) use plain::LONGEST_LINE;
pub(crate) use store::EmbeddedStore;
