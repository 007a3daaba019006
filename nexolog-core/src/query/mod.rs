//! The filter language: one syntax for the API, the page, alert rules and saved views.
//!
//! Text goes in ([`parse`]), a [`Filter`] comes out together with [`Warning`]s for the parts that could
//! only be taken as text. A filter answers one question: does this line match? This room knows records,
//! and nothing else.

use crate::record::Level;

/// A parsed filter; see the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {}

/// A part of the text that was taken as plain text, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where the part begins: byte offset into the text.
    pub position: usize,
    /// What was wrong and what would be right.
    pub message: String,
}

/// What [`parse`] made of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What the text asks for; every text gives one.
    pub filter: Filter,
    /// Parts that could not be read as meant.
    pub warnings: Vec<Warning>,
}

/// Reads a filter. Total: every text gives an answer. `now` anchors relative times (`last:1h`).
pub fn parse(_text: &str, _now: jiff::Timestamp) -> Parsed {
    Parsed { filter: Filter {}, warnings: Vec::new() }
}

impl Filter {
    /// Matches every line.
    pub fn all() -> Filter {
        Filter {}
    }

    /// Matches what every one of `filters` matches.
    pub fn and(_filters: impl IntoIterator<Item = Filter>) -> Filter {
        Filter {}
    }

    /// Matches lines of one of these levels.
    pub fn levels(_levels: impl IntoIterator<Item = Level>) -> Filter {
        Filter {}
    }

    /// Matches lines at or above `level`.
    pub fn at_least(_level: Level) -> Filter {
        Filter {}
    }

    /// Matches lines whose reserved key or field `key` is exactly one of `values` (case-sensitive).
    pub fn one_of(_key: &str, _values: impl IntoIterator<Item = String>) -> Filter {
        Filter {}
    }

    /// Matches lines stamped at or after `from` and before `to`, in microseconds since the Unix epoch.
    pub fn between(_from: Option<i64>, _to: Option<i64>) -> Filter {
        Filter {}
    }

    /// Whether `line` (one line of JSON, without its newline) matches.
    pub fn matches(&self, _line: &[u8]) -> bool {
        true
    }
}
