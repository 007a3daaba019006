use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr2_iter, memmem};

/// Text without its letter case: `Straße`, `STRASSE` and `strasse` are one.
///
/// Upper case first, because several letters share one upper case (`ς` and `σ`, `ß` and `ss`).
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        let upper = text.chars().flat_map(char::to_uppercase);
        return Cow::Owned(upper.flat_map(char::to_lowercase).collect());
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Borrowed(text)
}

/// Where the first letter stands that is none of ASCII and has letters of ASCII in its folded form: `ß` is one, `é` is none.
///
/// Where there is none, what is ASCII in a folded text was so before, letter case aside.
pub(super) fn folding_to_ascii(text: &[u8]) -> Option<usize> {
    const CHUNK: usize = 128;
    let mut at = 0;
    while at < text.len() {
        let chunk = text.get(at..text.len().min(at + CHUNK))?;
        let end = at + chunk.len();
        if chunk.is_ascii() {
            at = end;
            continue;
        }
        while at < end {
            if folds_to_ascii(text.get(at..)?) {
                return Some(at);
            }
            at += 1;
        }
    }
    None
}

/// Whether the text begins with such a letter: one of `ß İ ı ŉ ſ ǰ`, `ẖ` to `ẞ`, the sign for Kelvin, and ligatures.
fn folds_to_ascii(text: &[u8]) -> bool {
    matches!(
        text,
        [0xC3, 0x9F, ..]
            | [0xC4, 0xB0 | 0xB1, ..]
            | [0xC5, 0x89 | 0xBF, ..]
            | [0xC7, 0xB0, ..]
            | [0xE1, 0xBA, 0x96..=0x9E, ..]
            | [0xE2, 0x84, 0xAA, ..]
            | [0xEF, 0xAC, 0x80..=0x86, ..]
    )
}

/// A text to be found in other texts whatever their letter case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needle {
    folded: String,
    /// Which of its bytes to look for first.
    rarest: usize,
    /// The longest part of `folded` that stands in a line of ASCII JSON as it is, letter case aside.
    probe: Probe,
}

impl Needle {
    pub(super) fn new(text: &str) -> Needle {
        let folded = fold(text).into_owned();
        let (rarest, probe) = (rarest(folded.as_bytes()), Probe::longest_in(&folded));
        Needle { folded, rarest, probe }
    }

    pub(super) fn folded(&self) -> &str {
        &self.folded
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        if text.is_ascii() {
            let can_be = self.folded.is_ascii();
            return can_be && is_in_ascii(&self.folded, self.rarest, text.as_bytes());
        }
        memmem::find(fold(text).as_bytes(), self.folded.as_bytes()).is_some()
    }

    pub(super) fn equals(&self, text: &str) -> bool {
        if text.is_ascii() {
            return self.folded.eq_ignore_ascii_case(text);
        }
        fold(text) == self.folded
    }

    /// Whether some text in a line of JSON may contain this; `false` is certain.
    ///
    /// The line must be plain: without `\u` escapes, and without letters that [fold to ASCII](folding_to_ascii).
    pub(super) fn may_be_in_plain(&self, line: &[u8]) -> bool {
        let part = self.folded.get(self.probe.start..self.probe.end).unwrap_or_default();
        (self.folded.is_ascii() || !line.is_ascii()) && is_in_ascii(part, self.probe.rarest, line)
    }
}

/// A part of a needle, and which of its bytes to look for first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Probe {
    start: usize,
    end: usize,
    rarest: usize,
}

impl Probe {
    fn longest_in(folded: &str) -> Probe {
        let Range { start, end } = as_is(folded);
        let part = folded.as_bytes().get(start..end).unwrap_or_default();
        Probe { start, end, rarest: rarest(part) }
    }
}

/// The longest part of `text` that a line of ASCII JSON has as it is: bytes that are escaped, or may be, end a part.
pub(super) fn as_is(text: &str) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut best = 0..0;
    let mut start = 0;
    for at in 0..=bytes.len() {
        let stands_as_is = bytes
            .get(at)
            .is_some_and(|byte| (b' '..0x7f).contains(byte) && !b"\"\\/".contains(byte));
        if stands_as_is {
            continue;
        }
        if at - start > best.len() {
            best = start..at;
        }
        start = at + 1;
    }
    best
}

/// Where the byte of `part` stands that lines of JSON have least of.
pub(super) fn rarest(part: &[u8]) -> usize {
    // From the most frequent down, as counted in our own lines; what is missing here is rare.
    const FREQUENT: &[u8] = b"\"e0t, :ai1rosn2_d3m4l6u5p7c89gfhvb-ykw.{}x";
    let rank = |byte: &u8| FREQUENT.iter().position(|known| known == byte);
    (0..part.len()).max_by_key(|at| rank(&part[*at]).unwrap_or(usize::MAX)).unwrap_or(0)
}

/// Whether `text`, in any letter case, contains `folded`; both are ASCII.
fn is_in_ascii(folded: &str, rarest: usize, text: &[u8]) -> bool {
    let folded = folded.as_bytes();
    let Some(&rare) = folded.get(rarest) else { return true };
    memchr2_iter(rare, rare.to_ascii_uppercase(), text).any(|at| {
        let Some(start) = at.checked_sub(rarest) else { return false };
        let candidate = text.get(start..start + folded.len());
        candidate.is_some_and(|candidate| candidate.eq_ignore_ascii_case(folded))
    })
}

#[cfg(test)]
mod tests {
    use super::{fold, folding_to_ascii};

    #[test]
    fn letters_that_fold_to_ascii_are_known() {
        for c in
            ('\u{80}'..=char::MAX).filter(|c| fold(&c.to_string()).bytes().any(|b| b.is_ascii()))
        {
            let text = format!("{}é{c}", "x".repeat(70));
            assert_eq!(folding_to_ascii(text.as_bytes()), Some(72), "{c}");
        }
        for text in ["", "plain", "é日本語😀Ω", "\u{212b}"] {
            assert_eq!(folding_to_ascii(text.repeat(40).as_bytes()), None, "{text}");
        }
    }
}
