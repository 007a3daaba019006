use std::cell::OnceCell;

use memchr::memchr;

use super::embedded::LONGEST_LINE;
use crate::record::{Head, Line};

/// A line that is read once for all who take in the lines of a segment.
#[derive(Clone, Debug)]
pub(super) struct ReadLine<'a> {
    /// Without its newline.
    pub(super) text: &'a [u8],
    /// Whether it is longer than any of ours; then it counts as such and is not looked at.
    pub(super) is_long: bool,
    /// Its first keys, if they stand where ours do.
    pub(super) head: Option<Head<'a>>,
    parsed: OnceCell<Parsed<'a>>,
}

#[derive(Clone, Debug)]
enum Parsed<'a> {
    /// It has our keys only, each once at the most, in our order.
    Own(Line<'a>),
    Other(Line<'a>),
    None,
}

impl<'a> ReadLine<'a> {
    fn of(text: &'a [u8]) -> ReadLine<'a> {
        let is_long = text.len() > LONGEST_LINE;
        let head = if is_long { None } else { Head::read(text) };
        ReadLine { text, is_long, head, parsed: OnceCell::new() }
    }

    /// Reads every line of `text` that is not empty.
    pub(super) fn each(mut text: &'a [u8], mut take: impl FnMut(&ReadLine<'a>)) {
        while !text.is_empty() {
            let end = memchr(b'\n', text).unwrap_or(text.len());
            let (line, rest) = text.split_at(end);
            text = rest.get(1..).unwrap_or_default();
            if !line.is_empty() {
                take(&ReadLine::of(line));
            }
        }
    }

    /// All that it says; `None` when it is no JSON.
    pub(super) fn line(&self) -> Option<&Line<'a>> {
        match self.parsed() {
            Parsed::Own(line) | Parsed::Other(line) => Some(line),
            Parsed::None => None,
        }
    }

    /// The same, when it has our keys only, each once at the most, in our order: then its values are all there is.
    pub(super) fn own(&self) -> Option<&Line<'a>> {
        match self.parsed() {
            Parsed::Own(line) => Some(line),
            Parsed::Other(_) | Parsed::None => None,
        }
    }

    fn parsed(&self) -> &Parsed<'a> {
        self.parsed.get_or_init(|| {
            if self.is_long {
                return Parsed::None;
            }
            let own = Line::parse_own(self.text).map(Parsed::Own);
            own.or_else(|| Line::parse(self.text).map(Parsed::Other)).unwrap_or(Parsed::None)
        })
    }

    /// Number and time; `None` when it is no record.
    pub(super) fn identity(&self) -> Option<(u64, i64)> {
        if let Some(head) = &self.head {
            return Some((head.seq, head.timestamp));
        }
        let line = self.line()?;
        Some((line.seq()?, line.timestamp()?))
    }
}
