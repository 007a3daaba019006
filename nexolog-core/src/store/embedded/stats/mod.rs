//! Statistics over matching records, from what files add up to where that is known, and else from their lines.
//!
//! `fold` gathers sums and counts over time (`timeline`); `stats_of` asks for them, file by file: what is `known` of one, if that
//! answers the question, `written` in the index of a sealed segment, or of one
//! that is still written to by having [`followed`](super::followed) it. Of sealed segments the sum is
//! kept (`summed`).

mod fold;
mod known;
mod stats_of;
mod summed;
mod timeline;
mod written;

pub(super) use stats_of::{Kept, stats};
