//! Statistics over matching records, in one pass and bounded memory.
//!
//! `fold` takes record after record and knows what each counts for; `times` gathers durations (exactly while they are few,
//! in a `sketch` when they are many); `timeline` counts over time; `tally` counts names, boundedly many.

mod fold;
mod people;
mod sketch;
mod stats_of;
mod tally;
mod timeline;
mod times;

pub(super) use stats_of::stats;
