//! What a record is: its level, its outcome, its line of JSON.
//!
//! This room knows nobody. `wire` is the typed form in which a record travels from the caller to the
//! writer, who reads it by `body` and `items`; `json` and `timestamp` render values. `line` reads a stored line in place, by the keys of `key` (quickest in our `own_form`), with
//! `raw` for the JSON values in it and `text` for strings. What only questions need stands apart: `head` reads
//! the first keys by their places, `meaning` knows numbers, times and fields, `path` and `scalars` look
//! inside of values, and `stamp` reads times.

#[cfg(all(test, feature = "api"))]
pub(crate) mod arbitrary;
pub(crate) mod body;
#[cfg(feature = "api")]
mod head;
pub(crate) mod items;
pub(crate) mod json;
mod json_text;
mod key;
mod level;
mod line;
#[cfg(feature = "api")]
mod meaning;
mod milliseconds;
mod outcome;
mod own_form;
#[cfg(feature = "api")]
mod path;
mod raw;
#[cfg(feature = "api")]
mod scalars;
mod scanner;
#[cfg(feature = "api")]
mod stamp;
mod string_end;
#[cfg(all(test, feature = "api"))]
mod tests;
mod text;
pub(crate) mod timestamp;
pub(crate) mod wire;

#[cfg(feature = "api")]
pub(crate) use head::Head;
pub use json_text::put_json_str;
pub(crate) use key::Key;
pub use level::{Level, ParseLevelError};
pub(crate) use line::Line;
pub use milliseconds::milliseconds;
pub use outcome::Outcome;
#[cfg(feature = "api")]
pub(crate) use path::find_path;
pub(crate) use raw::Raw;
pub(crate) use text::RawText;
#[cfg(feature = "api")]
pub(crate) use {line::ErrorPart, raw::Kind};
