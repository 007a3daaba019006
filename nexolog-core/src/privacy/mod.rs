//! What must never reach a file: values under keys that name secrets, and values that look like secrets.
//!
//! A service chooses with [`Masking`]; [`Masker`] is what the choice becomes. Keys are judged once
//! (`keys`), texts are searched in one linear pass without regular expressions (`scan`), and what was
//! found is replaced as its rule says (`replace`). All of it runs on the writer, before a byte of a
//! line reaches anything.

mod action;
mod counts;
mod custom;
mod hash;
mod keys;
mod masked;
mod masker;
mod masking;
mod process_key;
mod replace;
mod rule;
mod scan;
mod vocabulary;
mod words;

#[cfg(test)]
mod tests;

pub use action::MaskAction;
pub use counts::MaskCounts;
pub use masked::Masked;
pub use masking::Masking;
pub use rule::MaskRule;

pub(crate) use hash::MaskKey;
pub(crate) use keys::Secrecy;
pub(crate) use masker::{Masker, WITHHELD};
pub(crate) use process_key::{hashed, share_key};
pub(crate) use replace::MASKED;
pub(crate) use scan::{Hit, is_number, settled};
