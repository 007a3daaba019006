use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing_core::field::Value;

use super::Text;
use crate::capture::panic_hook::silently;
use crate::privacy;

/// A value as it was when the call began, since the body may move or change its source.
#[derive(Clone, Debug)]
pub enum Captured {
    /// Nothing to record: the `None` of an option.
    Absent,
    /// A truth value.
    Bool(bool),
    /// A whole number that may be negative.
    Signed(i64),
    /// A whole number.
    Unsigned(u64),
    /// A whole number too large for [`Captured::Signed`].
    Signed128(Box<i128>),
    /// A whole number too large for [`Captured::Unsigned`].
    Unsigned128(Box<u128>),
    /// A number.
    Float(f64),
    /// A text that lives for ever.
    Static(&'static str),
    /// Anything else.
    Text(Text),
}

impl Captured {
    /// What `value` displays as.
    pub fn display<T: fmt::Display + ?Sized>(value: &T) -> Captured {
        Captured::Text(Text::display(value))
    }

    /// What `value` looks like to a developer.
    pub fn debug<T: fmt::Debug + ?Sized>(value: &T) -> Captured {
        Captured::Text(Text::debug(value))
    }

    /// What the user's own code makes of what was returned, which may panic though the call is over.
    pub fn caught(look: impl FnOnce() -> Captured) -> Captured {
        silently(|| catch_unwind(AssertUnwindSafe(look)))
            .unwrap_or_else(|_| Captured::Text(Text::copy(Text::PANICKED)))
    }

    /// How long something is.
    #[must_use]
    pub fn length(length: usize) -> Captured {
        Captured::Unsigned(length as u64)
    }

    /// What stands for a value that nobody may see.
    #[must_use]
    pub fn masked() -> Captured {
        Captured::Text(Text::copy(privacy::MASKED))
    }

    /// What stands for a value that shall only be told from others: its keyed hash.
    #[must_use]
    pub fn hashed(self) -> Captured {
        let hash = |text: &str| Captured::Text(Text::copy(&privacy::hashed(text)));
        match self {
            Captured::Absent => Captured::Absent,
            Captured::Bool(value) => hash(&value.to_string()),
            Captured::Signed(value) => hash(&value.to_string()),
            Captured::Unsigned(value) => hash(&value.to_string()),
            Captured::Signed128(value) => hash(&value.to_string()),
            Captured::Unsigned128(value) => hash(&value.to_string()),
            Captured::Float(value) => hash(&value.to_string()),
            Captured::Static(text) => hash(text),
            Captured::Text(text) => hash(text.as_str()),
        }
    }

    /// The text, for [`value`](Captured::value); empty for what is no text.
    pub(super) fn text(&self) -> &str {
        match self {
            Captured::Static(text) => text,
            Captured::Text(text) => text.as_str(),
            _ => "",
        }
    }

    /// The value for an event. `text` is what [`text`](Captured::text) gave: a `str` can only be
    /// passed on behind a reference that lives somewhere.
    pub(super) fn value<'a>(&'a self, text: &'a &'a str) -> Option<&'a dyn Value> {
        Some(match self {
            Captured::Absent => return None,
            Captured::Bool(value) => value,
            Captured::Signed(value) => value,
            Captured::Unsigned(value) => value,
            Captured::Signed128(value) => value,
            Captured::Unsigned128(value) => value,
            Captured::Float(value) => value,
            Captured::Static(_) | Captured::Text(_) => text,
        })
    }
}
