//! What the logger counts, in the text format that Prometheus reads.
//!
//! Everything is kept in counters already, most of them the writer's own; only how long searches take is counted here.
//! Labels have few values: levels, modules and routes are bounded in number, all others are ours.

mod families;
mod searches;
mod text;

pub(super) use families::{Source, page};
pub(super) use searches::Searches;
