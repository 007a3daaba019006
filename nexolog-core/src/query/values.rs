use std::cmp::Ordering;

use crate::record::{Kind, Raw};

use super::fold::Needle;
use super::glob::Glob;
use super::number::Number;
use super::pattern::Pattern;

/// What a filter asks of one value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// Any value will do.
    Exists,
    /// The text, letter for letter.
    Exact {
        text: String,
        needle: Needle,
    },
    /// The text in any letter case, or the number.
    Is {
        needle: Needle,
        number: Option<Number>,
    },
    /// A text that contains this.
    Contains(Needle),
    Glob(Glob),
    Pattern(Pattern),
    /// A number on one side of another; the side is `Less` or `Greater`.
    Beyond {
        side: Ordering,
        or_equal: bool,
        number: Number,
    },
    /// A number in a range, both ends included.
    Within {
        from: Option<Number>,
        to: Option<Number>,
    },
}

impl Test {
    pub(super) fn exact(text: String) -> Test {
        Test::Exact { needle: Needle::new(&text), text }
    }

    /// Whether the value passes, or any of its elements when it is an array.
    pub(super) fn accepts(&self, value: Raw<'_>) -> bool {
        match (self, value.kind()) {
            (Test::Exists, _) => true,
            (_, Kind::Array) => value.items().any(|item| self.accepts_scalar(item)),
            _ => self.accepts_scalar(value),
        }
    }

    fn accepts_scalar(&self, value: Raw<'_>) -> bool {
        let Some(text) = value.scalar_text() else { return false };
        if let Test::Is { number: Some(wanted), .. } = self
            && value.kind() == Kind::Number
            && compare(&text, *wanted) == Some(Ordering::Equal)
        {
            return true;
        }
        self.accepts_text(&text)
    }

    /// Whether the text of a scalar passes.
    pub(super) fn accepts_text(&self, text: &str) -> bool {
        match self {
            Test::Exists => true,
            Test::Exact { text: wanted, .. } => text == wanted,
            Test::Is { needle, .. } => needle.equals(text),
            Test::Contains(needle) => needle.is_in(text),
            Test::Glob(glob) => glob.matches(text),
            Test::Pattern(pattern) => pattern.is_in(text),
            Test::Beyond { side, or_equal, number } => compare(text, *number)
                .is_some_and(|found| found == *side || *or_equal && found == Ordering::Equal),
            Test::Within { from, to } => {
                from.is_none_or(|from| compare(text, from).is_some_and(Ordering::is_ge))
                    && to.is_none_or(|to| compare(text, to).is_some_and(Ordering::is_le))
            }
        }
    }

    /// Whether some value in this line, which is plain, may pass; `false` is certain.
    pub(super) fn may_pass_in_plain(&self, line: &[u8]) -> bool {
        match self {
            Test::Exact { needle, .. }
            | Test::Is { needle, number: None }
            | Test::Contains(needle) => needle.may_be_in_plain(line),
            _ => true,
        }
    }
}

fn compare(text: &str, with: Number) -> Option<Ordering> {
    Number::read(text)?.compare(with)
}
