use std::borrow::Cow;

use super::Key;
use super::own_form;
use super::raw::Raw;
use super::text::RawText;

/// A stored line, read in place: where each reserved key's value stands.
///
/// Any bytes give a line or `None`. Keys may come in any order and white space may stand between them, as other
/// writers would have it; in the order of our own writer they are found fastest. Of a key written twice the last
/// one counts, as in most readers of JSON.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    values: [Option<Raw<'a>>; Key::COUNT],
    /// All of it, when keys stand beside the reserved ones; our writer never does that.
    pub(super) with_others: Option<Raw<'a>>,
}

impl<'a> Line<'a> {
    /// Reads one line, without its newline.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Line<'a>> {
        let text = std::str::from_utf8(bytes).ok()?;
        Line::of_own(text).or_else(|| Line::parse_any(text))
    }

    /// Reads one line if it has our keys only, each once at the most, in our order.
    #[cfg(feature = "api")]
    pub(crate) fn parse_own(bytes: &'a [u8]) -> Option<Line<'a>> {
        Line::of_own(std::str::from_utf8(bytes).ok()?)
    }

    fn of_own(text: &'a str) -> Option<Line<'a>> {
        own_form::values(text).map(|values| Line { values, with_others: None })
    }

    fn parse_any(text: &'a str) -> Option<Line<'a>> {
        let whole = Raw::object(text)?;
        let mut line = Line { values: [None; Key::COUNT], with_others: None };
        let mut entries = whole.entries();
        let mut expected = 0;
        for (name, value) in entries.by_ref() {
            match position(name, expected) {
                Some(at) => {
                    line.values[at] = (!value.is_null()).then_some(value);
                    expected = at + 1;
                }
                None => line.with_others = Some(whole),
            }
        }
        entries.ended_well().then_some(line)
    }

    /// The value of a reserved key; a null counts as absent.
    pub(crate) fn raw(&self, key: Key) -> Option<Raw<'a>> {
        self.values[key as usize]
    }

    /// What the string under a reserved key says; `None` when there is none or it is no string.
    pub(crate) fn text(&self, key: Key) -> Option<Cow<'a, str>> {
        Some(self.raw(key)?.string()?.decoded())
    }

    pub(crate) fn module(&self) -> Option<Cow<'a, str>> {
        self.text(Key::Module)
    }

    pub(crate) fn message(&self) -> Option<Cow<'a, str>> {
        self.text(Key::Message)
    }

    pub(crate) fn error(&self) -> Option<ErrorPart<'a>> {
        self.raw(Key::Error).map(ErrorPart)
    }

    /// Keys and values of `fields`, in the order written.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (RawText<'a>, Raw<'a>)> + use<'a> {
        self.raw(Key::Fields).into_iter().flat_map(Raw::entries)
    }
}

/// The error of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorPart<'a>(pub(super) Raw<'a>);

impl<'a> ErrorPart<'a> {
    pub(crate) fn message(self) -> Option<Cow<'a, str>> {
        self.0.get("message")?.scalar_text()
    }

    /// The sources, outermost first.
    pub(crate) fn chain(self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        self.0.get("chain").into_iter().flat_map(Raw::items).filter_map(Raw::scalar_text)
    }
}

/// Which reserved key `name` is; `expected` is where our own writer would have it at the earliest.
pub(super) fn position(name: RawText<'_>, expected: usize) -> Option<usize> {
    let is_named = |at: &usize| name.is(Key::ALL[*at].name());
    (expected..Key::COUNT).find(is_named).or_else(|| (0..expected).find(is_named))
}
