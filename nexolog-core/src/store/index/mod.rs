//! The sidecar index of a sealed segment: which of its blocks can hold a line that somebody looks for.
//!
//! An index is never the truth. It is made when a segment is sealed, checked whenever it is read, and made again when it
//! is missing, stale or damaged; whoever asks goes without it meanwhile. All its answers are supersets: a block that
//! it leaves out has no such line, one that it names may have one.

mod bits;
mod block;
mod block_set;
mod blocks;
mod builder;
mod bytes;
mod care;
mod facts;
#[cfg(any(test, fuzzing))]
mod fuzzed;
mod hash;
mod head;
mod lines;
mod loader;
mod look_up;
mod noticed;
mod number;
mod part;
mod read_at;
mod section;
mod sidecar;
mod table;
mod terms;
#[cfg(test)]
mod tests;
mod tokens;
#[cfg(feature = "compression")]
mod unpack;
mod words;

pub(in crate::store) use block::{Block, LevelSet};
pub(in crate::store) use block_set::BlockSet;
pub(in crate::store) use builder::{Builder, Place};
pub(in crate::store) use care::Care;
pub(in crate::store) use facts::{SegmentFacts, Unusable};
#[cfg(any(test, fuzzing))]
pub(crate) use fuzzed::{any_index, any_text};
pub(in crate::store) use loader::Index;
pub(in crate::store) use noticed::watch;
pub(in crate::store) use section::Section;
#[cfg(feature = "compression")]
pub(in crate::store) use sidecar::Sidecar;
