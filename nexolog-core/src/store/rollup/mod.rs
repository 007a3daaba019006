//! What lines add up to, so that statistics need not read them again.
//!
//! `of_file` counts a file line after line: `facts` says what of a line is counted, `totals` holds the sums (a `module` has a `cell` a
//! level; `deeds` are operations and calls; `names` bounds how many are told apart; `times` and `sketch` are for
//! durations, in `buckets`, `people` for distinct users), and `slots` the counts over time. Sums of two files add up (`choose` adds only
//! some levels or modules), and nothing depends on the order. `written` makes bytes of it and reads them back (`bytes`, `chunk`),
//! trusting nothing.

mod answer;
mod buckets;
mod bytes;
mod cell;
#[cfg(any(test, fuzzing))]
mod check;
mod choose;
mod chunk;
mod deeds;
mod facts;
mod module;
mod names;
mod of_file;
mod over_time;
mod people;
mod sketch;
mod slots;
#[cfg(test)]
pub(in crate::store) mod tests;
mod times;
mod totals;
mod widths;
mod written;

#[cfg(any(test, fuzzing))]
pub(crate) use check::check_rollup;
pub(in crate::store) use chunk::Unpacker;
pub(in crate::store) use names::OTHER;
pub(in crate::store) use of_file::{FileFacts, Rollup};
pub(in crate::store) use over_time::OverTime;
pub(in crate::store) use people::hash;
pub(in crate::store) use totals::{Chooses, Everybody, LONGEST_NAME, Totals};
pub(in crate::store) use widths::{NARROWEST, signed, wider};
pub(in crate::store) use written::{
    read_chosen_over_time, read_facts, read_over_time, read_totals,
};
