//! What a line's values mean: numbers, times, levels, fields by name. Only who asks about records needs it.

use std::borrow::Cow;
use std::str::FromStr;

use super::line::{ErrorPart, Line, position};
use super::path::find_path;
use super::raw::{Kind, Raw};
use super::stamp::read_stamp;
use super::text::RawText;
use super::{Key, Level};

impl<'a> Line<'a> {
    pub(crate) fn seq(&self) -> Option<u64> {
        self.raw(Key::Seq)?.u64()
    }

    /// In microseconds since the Unix epoch.
    pub(crate) fn timestamp(&self) -> Option<i64> {
        read_stamp(&self.text(Key::Timestamp)?)
    }

    pub(crate) fn level(&self) -> Option<Level> {
        Level::from_str(&self.text(Key::Level)?).ok()
    }

    pub(crate) fn outcome(&self) -> Option<Cow<'a, str>> {
        self.text(Key::Outcome)
    }

    pub(crate) fn duration_ms(&self) -> Option<f64> {
        self.raw(Key::DurationMs)?.f64()
    }

    /// The field called `key`: an entry of that very name, or a path of names joined by dots.
    pub(crate) fn field(&self, key: &str) -> Option<Raw<'a>> {
        let mut found = None;
        find_path(self.fields(), key, &mut |value| {
            found = Some(value);
            true
        });
        found
    }

    /// Entries beside the reserved ones.
    pub(crate) fn others(&self) -> impl Iterator<Item = (RawText<'a>, Raw<'a>)> + use<'a> {
        self.with_others
            .into_iter()
            .flat_map(Raw::entries)
            .filter(|(name, _)| position(*name, 0).is_none())
    }
}

impl<'a> ErrorPart<'a> {
    pub(crate) fn kind(self) -> Option<Cow<'a, str>> {
        self.0.get("type")?.scalar_text()
    }
}

impl Raw<'_> {
    /// A number as a float.
    pub(crate) fn f64(self) -> Option<f64> {
        if self.kind() == Kind::Number { self.as_str().parse().ok() } else { None }
    }

    /// A number that is a whole number without sign.
    pub(crate) fn u64(self) -> Option<u64> {
        if self.kind() == Kind::Number { self.as_str().parse().ok() } else { None }
    }
}
