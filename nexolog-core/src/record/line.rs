use std::borrow::Cow;
use std::str::FromStr;

use super::raw::Raw;
use super::stamp::{STAMP_LEN, read_fixed, read_stamp};
use super::text::RawText;
use super::{Key, Level};

/// A stored line, read in place: where each reserved key's value stands.
///
/// Any bytes give a line or `None`. Keys may come in any order and white space may stand between them, as other
/// writers would have it; in the order of our own writer they are found fastest. Of a key written twice the last
/// one counts, as in most readers of JSON.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    values: [Option<Raw<'a>>; Key::COUNT],
    whole: Raw<'a>,
    /// Whether keys stand beside the reserved ones; our writer never does that.
    has_others: bool,
}

impl<'a> Line<'a> {
    /// Reads one line, without its newline.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Line<'a>> {
        let whole = Raw::object(std::str::from_utf8(bytes).ok()?)?;
        let mut line = Line { values: [None; Key::COUNT], whole, has_others: false };
        let mut entries = whole.entries();
        let mut expected = 0;
        for (name, value) in entries.by_ref() {
            match position(name, expected) {
                Some(at) => {
                    line.values[at] = (!value.is_null()).then_some(value);
                    expected = at + 1;
                }
                None => line.has_others = true,
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

    pub(crate) fn module(&self) -> Option<Cow<'a, str>> {
        self.text(Key::Module)
    }

    pub(crate) fn message(&self) -> Option<Cow<'a, str>> {
        self.text(Key::Message)
    }

    pub(crate) fn outcome(&self) -> Option<Cow<'a, str>> {
        self.text(Key::Outcome)
    }

    pub(crate) fn duration_ms(&self) -> Option<f64> {
        self.raw(Key::DurationMs)?.f64()
    }

    pub(crate) fn error(&self) -> Option<ErrorPart<'a>> {
        self.raw(Key::Error).map(ErrorPart)
    }

    /// Keys and values of `fields`, in the order written.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (RawText<'a>, Raw<'a>)> + use<'a> {
        self.raw(Key::Fields).into_iter().flat_map(Raw::entries)
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
        let whole = self.has_others.then_some(self.whole);
        whole.into_iter().flat_map(Raw::entries).filter(|(name, _)| position(*name, 0).is_none())
    }
}

/// The error of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorPart<'a>(Raw<'a>);

impl<'a> ErrorPart<'a> {
    pub(crate) fn kind(self) -> Option<Cow<'a, str>> {
        self.0.get("type")?.scalar_text()
    }

    pub(crate) fn message(self) -> Option<Cow<'a, str>> {
        self.0.get("message")?.scalar_text()
    }

    /// The sources, outermost first.
    pub(crate) fn chain(self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        self.0.get("chain").into_iter().flat_map(Raw::items).filter_map(Raw::scalar_text)
    }
}

/// The first four keys of a line of our own, read by their places without looking at the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head<'a> {
    pub(crate) seq: u64,
    /// In microseconds since the Unix epoch.
    pub(crate) timestamp: i64,
    pub(crate) level: Level,
    /// `None` when the line has none, or has one that only [`Line`] can read.
    pub(crate) module: Option<&'a str>,
}

impl<'a> Head<'a> {
    /// `None` when the line is not in our writer's own form; [`Line::parse`] may still read it.
    pub(crate) fn read(line: &'a [u8]) -> Option<Head<'a>> {
        let rest = line.strip_prefix(b"{\"seq\":")?;
        let end = rest.iter().position(|byte| !byte.is_ascii_digit())?;
        let seq = std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?;
        let rest = rest.get(end..)?.strip_prefix(b",\"timestamp\":\"")?;
        let timestamp = read_fixed(rest.get(..STAMP_LEN)?)?;
        let rest = rest.get(STAMP_LEN..)?.strip_prefix(b"\",\"level\":\"")?;
        let (level, rest) = read_level(rest)?;
        let module = rest.strip_prefix(b",\"module\":\"").and_then(plain_string);
        Some(Head { seq, timestamp, level, module })
    }
}

fn read_level(rest: &[u8]) -> Option<(Level, &[u8])> {
    Level::ALL.into_iter().find_map(|level| {
        let after = rest.strip_prefix(level.as_str().as_bytes())?.strip_prefix(b"\"")?;
        Some((level, after))
    })
}

/// The string whose inside `rest` begins with, if it needs no decoding.
fn plain_string(rest: &[u8]) -> Option<&str> {
    let end = memchr::memchr2(b'"', b'\\', rest)?;
    if rest.get(end) != Some(&b'"') {
        return None;
    }
    std::str::from_utf8(rest.get(..end)?).ok()
}

/// Which reserved key `name` is; `expected` is where our own writer would have it at the earliest.
fn position(name: RawText<'_>, expected: usize) -> Option<usize> {
    let is_named = |at: &usize| name.is(Key::ALL[*at].name());
    (expected..Key::COUNT).find(is_named).or_else(|| (0..expected).find(is_named))
}

/// Calls `visit` with every value that `path` leads to, until it says `true`; whether it did.
///
/// Names may contain dots themselves, so `a.b` is an entry `a.b` as well as `b` inside of `a`.
pub(crate) fn find_path<'a>(
    entries: impl Iterator<Item = (RawText<'a>, Raw<'a>)>,
    path: &str,
    visit: &mut dyn FnMut(Raw<'a>) -> bool,
) -> bool {
    for (name, value) in entries {
        if name.is(path) {
            if visit(value) {
                return true;
            }
            continue;
        }
        if !path.contains('.') {
            continue;
        }
        let name = name.decoded();
        let inner = path.strip_prefix(name.as_ref()).and_then(|rest| rest.strip_prefix('.'));
        if let Some(inner) = inner
            && find_path(value.entries(), inner, visit)
        {
            return true;
        }
    }
    false
}
