//! How far a caller sees, by type: no endpoint can ask the store, the feed or the logger for more.
//!
//! A call has a [`Reach`]. The store is asked through a [`Reader`], which takes a [`Forced`] filter, and only a reach
//! makes one: it adds the caller's scope to what was asked. What concerns the log as a whole (what was lost, how much
//! is stored, legal holds) is behind [`Whole`], which a reach gives only to who may see everything.

mod extent;
mod look;
mod reader;

pub(super) use extent::{Forced, Reach, Whole};
pub(super) use reader::Reader;
