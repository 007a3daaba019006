//! Message patterns: what messages have in common once the values in them are left out.
//!
//! Nothing is known beforehand of the program that wrote the messages, and nothing is tuned to it. A message is read
//! once into its [`skeleton`](skeleton::Skeleton): tokens in which all that looks like a value (numbers, ids, paths, addresses,
//! names of hosts, dates) is a hole. Messages of one skeleton are one pattern. What a skeleton can't tell, words that
//! vary from message to message, patterns tell by comparison ([`PatternMiner`]): where six of them differ in one place only, that
//! place is a hole, too.
//!
//! # How patterns are compared
//!
//! Each token of a pattern has a hash that depends on its place, and the pattern's is the sum of these. So the hash of
//! a pattern with a hole in some place is known without making it, and a table by such hashes says which patterns are
//! alike but for that place. A place is a hole
//!
//! - when a pattern is known that has a hole there and is the same otherwise, or
//! - when [six](merging::ENOUGH) patterns differ in nothing else, or
//! - when [eight](merging::ENOUGH_OF_TWO) differ in it and in one other place, and have as many different words in both;
//!
//! as long as enough words are left that say what happened: as many as there are holes more than one, and two more where
//! the first token is among them, for sentences mostly begin with what they speak of.
//!
//! A pattern's id is a hash of its text, so it is the same in every process, for any part of a log.

mod merging;
mod miner;
mod pattern;
mod skeleton;
mod words;

#[cfg(test)]
mod tests;

pub use miner::{PatternKey, PatternMiner};
pub use pattern::Pattern;
pub(crate) use pattern::Sighting;
