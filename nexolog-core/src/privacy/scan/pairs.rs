use super::bytes::spent;
use super::value::value_at;
use crate::privacy::keys::{KeyRules, Secrecy};
use crate::privacy::words::is_word_byte;

/// Bytes of the longest key that is looked at; of a longer one its end is.
const KEY: usize = 64;

/// Quotes, backslashes and brackets between a key and its separator: `\\\"key\\\":`, `headers["key"] =`.
const MARKS: usize = 10;

/// Spaces between a separator and its value; more only where both are quoted.
const GAP: usize = 8;

/// The secret value whose key ends before the separator at `at`.
#[inline]
pub(super) fn secret_after(text: &str, at: usize, keys: &KeyRules) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let separator = bytes[at];
    let before = at.checked_sub(1).and_then(|before| bytes.get(before))?;
    // `path::name`, and comparisons.
    if matches!(before, b':' | b'=' | b'!' | b'<' | b'>')
        || (separator == b':' && bytes.get(at + 1) == Some(&b':'))
    {
        return None;
    }
    let key = key_before(text, at)?;
    let secrecy = keys.secrecy(key);
    if secrecy == Secrecy::Public {
        return None;
    }
    let from = value_start(bytes, at + 1)?;
    let (start, end) = value_at(bytes, from, is_cookie(key));
    let value = text.get(start..end)?;
    let shown = is_no_secret(value) || (secrecy == Secrecy::Counted && is_number(value));
    (!shown).then_some((start, end))
}

#[inline]
fn key_before(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let mut end = at;
    if bytes.get(end.wrapping_sub(1)) == Some(&b' ') {
        end -= 1;
    }
    let least = end.saturating_sub(MARKS);
    while end > least && matches!(bytes[end - 1], b'"' | b'\'' | b'\\' | b']' | b'`') {
        end -= 1;
    }
    let start = word_start(bytes, end);
    spent(at - start);
    // `card number: 4`, `API key = x`: what the word before says counts, too.
    let second =
        matches!(end - start, 2 | 3 | 4 | 6) && bytes.get(start.wrapping_sub(1)) == Some(&b' ');
    let start =
        if second && is_second(&bytes[start..end]) { word_start(bytes, start - 1) } else { start };
    text.get(start..end).filter(|key| !key.is_empty())
}

/// Whether a word means something only after another one.
fn is_second(word: &[u8]) -> bool {
    [&b"key"[..], b"number", b"no", b"id", b"code"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// Where the key that ends at `end` begins.
#[inline]
fn word_start(bytes: &[u8], end: usize) -> usize {
    let least = end.saturating_sub(KEY);
    let mut start = end;
    while start > least
        && (is_word_byte(bytes[start - 1]) || matches!(bytes[start - 1], b'_' | b'-' | b'.'))
    {
        start -= 1;
    }
    // Not in the middle of a character, where a long key is cut.
    while start < end && bytes[start] & 0xc0 == 0x80 {
        start += 1;
    }
    start
}

/// The place of the value; `=>` and `==` are separators, too.
fn value_start(bytes: &[u8], at: usize) -> Option<usize> {
    let at = at + usize::from(matches!(bytes.get(at), Some(b'=' | b'>')));
    let window = bytes.get(at..bytes.len().min(at + GAP))?;
    let gap = window.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let line = window[..gap].iter().all(|byte| matches!(byte, b' ' | b'\t'));
    (line || matches!(window.get(gap), Some(b'"' | b'{' | b'['))).then_some(at + gap)
}

fn is_cookie(key: &str) -> bool {
    let key = key.as_bytes();
    [&b"cookie"[..], b"cookies"].iter().any(|word| {
        key.len() >= word.len() && key[key.len() - word.len()..].eq_ignore_ascii_case(word)
    })
}

/// What says that there is no value, and what stands for a masked one already.
fn is_no_secret(value: &str) -> bool {
    value.bytes().all(|byte| byte == b'*')
        || ["none", "null", "nil", "undefined", "true", "false"]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word))
}

/// A number, also as `Debug` shows one that may be missing.
pub(crate) fn is_number(value: &str) -> bool {
    let inner = value.strip_prefix("Some(").and_then(|rest| rest.strip_suffix(')'));
    let value = inner.unwrap_or(value).trim_end_matches(['.', '%']);
    !value.is_empty()
        && value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_' | b'/'))
}
