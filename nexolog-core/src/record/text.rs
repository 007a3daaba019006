use std::borrow::Cow;
use std::cmp::Ordering;

use memchr::memchr;

/// The inside of a JSON string as written, escapes and all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawText<'a>(&'a str);

impl<'a> RawText<'a> {
    /// `inner` is what stands between the quotes.
    pub(crate) fn new(inner: &'a str) -> RawText<'a> {
        RawText(inner)
    }

    /// What the string says.
    ///
    /// An escape that JSON does not know, and half a surrogate pair, become U+FFFD.
    pub(crate) fn decoded(self) -> Cow<'a, str> {
        match memchr(b'\\', self.0.as_bytes()) {
            None => Cow::Borrowed(self.0),
            Some(first) => Cow::Owned(unescape(self.0, first)),
        }
    }

    fn has_escape(self) -> bool {
        memchr(b'\\', self.0.as_bytes()).is_some()
    }

    /// Whether the string says exactly `text`.
    pub(crate) fn is(self, text: &str) -> bool {
        // What is written with an escape is longer than what it says.
        match self.0.len().cmp(&text.len()) {
            Ordering::Less => false,
            Ordering::Equal => self.0 == text && !text.contains('\\'),
            Ordering::Greater => self.has_escape() && self.decoded() == text,
        }
    }
}

/// `raw` with its escapes resolved; the first is at `first`.
fn unescape(raw: &str, first: usize) -> String {
    let mut text = String::with_capacity(raw.len());
    let (plain, mut rest) = raw.split_at(first);
    text.push_str(plain);
    while let Some(at) = rest.find('\\') {
        let (plain, escape) = rest.split_at(at);
        text.push_str(plain);
        let mut chars = escape.chars();
        chars.next();
        let meaning = match chars.next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('u') => {
                let (meaning, after) = unicode_escape(chars.as_str());
                text.push(meaning);
                rest = after;
                continue;
            }
            _ => char::REPLACEMENT_CHARACTER,
        };
        text.push(meaning);
        rest = chars.as_str();
    }
    text.push_str(rest);
    text
}

/// Reads what follows `\u`, a second half included; gives the character and what is left.
fn unicode_escape(digits: &str) -> (char, &str) {
    const LOST: char = char::REPLACEMENT_CHARACTER;
    let Some((first, after)) = four_digits(digits) else { return (LOST, digits) };
    if let Some(single) = char::from_u32(first) {
        return (single, after);
    }
    let Some((second, end)) = after.strip_prefix("\\u").and_then(four_digits) else {
        return (LOST, after);
    };
    if !(0xD800..0xDC00).contains(&first) || !(0xDC00..0xE000).contains(&second) {
        return (LOST, after);
    }
    let joined = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    (char::from_u32(joined).unwrap_or(LOST), end)
}

fn four_digits(text: &str) -> Option<(u32, &str)> {
    let digits = text.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some((u32::from_str_radix(digits, 16).ok()?, text.get(4..)?))
}
