//! What a record is: its level, its outcome, its line of JSON.
//!
//! This room knows nobody. `wire` is the typed form in which a record travels from the caller to the
//! writer; `json` and `timestamp` render values. `line` reads a stored line in place, by the keys of `key`, with
//! `raw` for the JSON values in it, `text` for strings and `stamp` for times.

#[cfg(test)]
pub(crate) mod arbitrary;
pub(crate) mod json;
mod key;
mod level;
mod line;
mod milliseconds;
mod outcome;
mod raw;
mod stamp;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod timestamp;
pub(crate) mod wire;

pub(crate) use key::Key;
pub use level::{Level, ParseLevelError};
pub(crate) use line::{ErrorPart, Head, Line, find_path};
pub use milliseconds::milliseconds;
pub use outcome::Outcome;
pub(crate) use raw::{Kind, Raw};
pub(crate) use stamp::read_stamp;
pub(crate) use text::RawText;
