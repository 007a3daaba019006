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

fn key_before(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let mut end = at;
    end -= usize::from(bytes[..end].ends_with(b" "));
    let marks = bytes[..end].iter().rev().take(MARKS);
    end -= marks.take_while(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b']' | b'`')).count();
    let start = word_start(bytes, end);
    spent(at - start);
    let key = text.get(start..end).filter(|key| !key.is_empty())?;
    // `card number: 4`, `API key = x`: what the word before says counts, too.
    let is_second = [&b"key"[..], b"number", b"no", b"id", b"code"]
        .iter()
        .any(|word| key.as_bytes().eq_ignore_ascii_case(word));
    if is_second && bytes[..start].ends_with(b" ") {
        return text.get(word_start(bytes, start - 1)..end);
    }
    Some(key)
}

/// Where the key that ends at `end` begins.
fn word_start(bytes: &[u8], end: usize) -> usize {
    let window = end.saturating_sub(KEY);
    let length = bytes[window..end]
        .iter()
        .rev()
        .take_while(|byte| is_word_byte(**byte) || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    let mut start = end - length;
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
