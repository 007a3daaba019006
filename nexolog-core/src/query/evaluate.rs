use std::cell::OnceCell;

use memchr::memchr_iter;

use crate::record::{Head, Key, Level, Line, Raw};

use super::filter::{Filter, Node};
use super::fold::folding_to_ascii;
use super::place::Place;
use super::values::Test;

/// The reserved keys whose values a bare word is looked for in: all that hold text.
const TEXT_KEYS: [Key; 14] = [
    Key::Message,
    Key::Fields,
    Key::Error,
    Key::Module,
    Key::RequestId,
    Key::TraceId,
    Key::SpanId,
    Key::UserId,
    Key::OrganizationId,
    Key::Operation,
    Key::Outcome,
    Key::Target,
    Key::File,
    Key::Thread,
];

impl Filter {
    /// Whether `line` (one line of JSON, without its newline) matches.
    ///
    /// Bytes that are no record match nothing. A line is read only as far as the answer needs, so one that is
    /// damaged further on may match.
    #[must_use]
    pub(crate) fn matches(&self, line: &[u8]) -> bool {
        self.matches_read(line, Head::read(line))
    }

    /// As [`matches`](Filter::matches), for who has read the line's head already.
    #[must_use]
    pub(crate) fn matches_read(&self, line: &[u8], head: Option<Head<'_>>) -> bool {
        let view = View::new(line, head);
        view.is_record() && self.node.matches(&view) && !view.is_broken()
    }
}

/// A line, read as far as somebody asked.
struct View<'a> {
    bytes: &'a [u8],
    head: Option<Head<'a>>,
    line: OnceCell<Option<Line<'a>>>,
    plain: OnceCell<bool>,
}

impl<'a> View<'a> {
    fn new(bytes: &'a [u8], head: Option<Head<'a>>) -> View<'a> {
        View { bytes, head, line: OnceCell::new(), plain: OnceCell::new() }
    }

    fn line(&self) -> Option<&Line<'a>> {
        self.line.get_or_init(|| Line::parse(self.bytes)).as_ref()
    }

    fn is_record(&self) -> bool {
        self.head.is_some() || self.line().is_some()
    }

    /// Whether reading the line was tried, and failed.
    fn is_broken(&self) -> bool {
        matches!(self.line.get(), Some(None))
    }

    /// Whether every text of the line stands in it as it is, but for letter case and escapes of quotes, slashes and
    /// control characters: then a text of ASCII that is not among its bytes is not among its values either.
    fn is_plain(&self) -> bool {
        *self.plain.get_or_init(|| {
            let has_unicode_escape =
                || memchr_iter(b'\\', self.bytes).any(|at| self.bytes.get(at + 1) == Some(&b'u'));
            folding_to_ascii(self.bytes).is_none() && !has_unicode_escape()
        })
    }

    fn level(&self) -> Option<Level> {
        match self.head {
            Some(head) => Some(head.level),
            None => self.line()?.level(),
        }
    }

    fn timestamp(&self) -> Option<i64> {
        match self.head {
            Some(head) => Some(head.timestamp),
            None => self.line()?.timestamp(),
        }
    }

    /// Whether the text of any value passes.
    fn any_text(&self, test: &dyn Fn(&str) -> bool) -> bool {
        let passes = |value: Raw<'_>| value.scalar_text().is_some_and(|text| test(&text));
        let Some(line) = self.line() else { return false };
        let mut known = TEXT_KEYS.iter().filter_map(|key| line.raw(*key));
        known.any(|value| value.scalars().any(passes))
            || line.others().any(|(_, value)| value.scalars().any(passes))
    }

    fn any_value(&self, place: &Place, tests: &[Test]) -> bool {
        if let (Place::Reserved(Key::Module), Some(Head { module: Some(module), .. })) =
            (place, self.head)
        {
            return tests.iter().any(|test| test.accepts_text(module));
        }
        if self.is_plain() && !tests.iter().any(|test| test.may_pass_in_plain(self.bytes)) {
            return false;
        }
        self.line().is_some_and(|line| {
            place.any(line, &|value| tests.iter().any(|test| test.accepts(value)))
        })
    }
}

impl Node {
    fn matches(&self, view: &View<'_>) -> bool {
        match self {
            Node::And(nodes) => nodes.iter().all(|node| node.matches(view)),
            Node::Or(nodes) => nodes.iter().any(|node| node.matches(view)),
            Node::Not(node) => !node.matches(view),
            Node::Levels(levels) => view.level().is_some_and(|level| levels.has(level)),
            Node::Times(times) => view.timestamp().is_some_and(|timestamp| times.has(timestamp)),
            Node::Text(needle) => {
                let may_match = !view.is_plain() || needle.may_be_in_plain(view.bytes);
                may_match && view.any_text(&|text| needle.is_in(text))
            }
            Node::Glob(glob) => view.any_text(&|text| glob.matches(text)),
            Node::Pattern(pattern) => view.any_text(&|text| pattern.is_in(text)),
            Node::Key { place, tests } => view.any_value(place, tests),
        }
    }
}
