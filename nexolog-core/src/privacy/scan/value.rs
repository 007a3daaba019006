use super::bytes::{end_of, is_token68, spent};
use crate::privacy::words::is_word_byte;

/// Bytes of the longest key that a comma may stand before.
const NEXT_KEY: usize = 64;

/// The value that begins at `at`: what is in quotes, in brackets, or up to the next gap. `cookies` go on
/// after a semicolon.
pub(super) fn value_at(bytes: &[u8], at: usize, cookies: bool) -> (usize, usize) {
    let quote = end_of(bytes, at, |byte| byte == b'\\');
    match bytes.get(quote) {
        Some(mark @ (b'"' | b'\'')) => (quote + 1, quoted_end(bytes, quote + 1, *mark, quote - at)),
        Some(b'[' | b'{' | b'(') if quote == at => (at, bracket_end(bytes, at)),
        _ => (at, bare_end(bytes, at, cookies)),
    }
}

/// The end of a quoted text whose opening mark has so many backslashes before it: JSON inside a JSON
/// string has one, one deeper three.
///
/// A mark closes when exactly those belong to it; what is left must be escaped backslashes of the text, of which
/// each takes twice as many as a mark of this depth and its own backslash. A mark with fewer closes a
/// text around this one. Without any, the value goes to the end.
fn quoted_end(bytes: &[u8], from: usize, mark: u8, depth: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    for place in memchr::memchr_iter(mark, rest) {
        let backslashes = rest[..place].iter().rev().take_while(|byte| **byte == b'\\').count();
        let closes = backslashes < depth || (backslashes - depth).is_multiple_of(2 * (depth + 1));
        if closes {
            spent(place);
            return from + place - backslashes.min(depth);
        }
    }
    spent(rest.len());
    bytes.len()
}

/// The end of what is in the bracket at `at`, brackets inside it and quoted text respected.
fn bracket_end(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut place = at;
    while let Some(byte) = bytes.get(place) {
        match byte {
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' => depth = depth.saturating_sub(1),
            b'"' => place = quoted_end(bytes, place + 1, b'"', 0),
            _ => {}
        }
        place += 1;
        if depth == 0 {
            break;
        }
    }
    spent(place - at);
    place.min(bytes.len())
}

fn bare_end(bytes: &[u8], at: usize, cookies: bool) -> usize {
    let mut end = word_end(bytes, at);
    while cookies && bytes.get(end..).is_some_and(|rest| rest.starts_with(b"; ")) {
        end = word_end(bytes, end + 2);
    }
    let word = bytes.get(at..end).unwrap_or_default();
    match bytes.get(end..) {
        Some([b'[' | b'{' | b'(', ..]) => bracket_end(bytes, end),
        // `Token { secret: .. }` of a derived `Debug`.
        Some([b' ', b'{', ..]) if word.first().is_some_and(u8::is_ascii_uppercase) => {
            bracket_end(bytes, end + 1)
        }
        Some([b' ', ..]) if has_parts(word) => {
            end_of(bytes, end, |byte| byte != b'\n' && byte != b'\r')
        }
        Some([b' ', next, ..]) if is_scheme(word) && is_token68(*next) => word_end(bytes, end + 1),
        _ => end,
    }
}

/// Ways of authorization that a token follows.
fn is_scheme(word: &[u8]) -> bool {
    [&b"bearer"[..], b"basic", b"token", b"negotiate", b"apikey", b"dpop"]
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// Ways of authorization that are followed by parts with commas between.
fn has_parts(word: &[u8]) -> bool {
    word.eq_ignore_ascii_case(b"digest") || word.eq_ignore_ascii_case(b"aws4-hmac-sha256")
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(byte) = bytes.get(end) {
        let ends = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'&' => true,
            b'[' | b'{' | b'(' => end > at,
            b')' | b']' | b'}' | b'>' | b'"' | b'\'' | b'`' => closes(bytes, end + 1),
            b'\\' => matches!(bytes.get(end + 1), Some(b'"' | b'n' | b'r' | b't')),
            b',' | b';' | b'|' => closes(bytes, end + 1) || is_key_next(bytes, end + 1),
            b'<' => bytes.get(end + 1) == Some(&b'/'),
            _ => false,
        };
        if ends {
            break;
        }
        end += 1;
    }
    spent(end - at);
    end
}

/// Whether what comes after a closing mark shows that it was one: a password may hold any character.
fn closes(bytes: &[u8], next: usize) -> bool {
    bytes.get(next).is_none_or(|byte| {
        byte.is_ascii_whitespace()
            || matches!(
                byte,
                b',' | b';'
                    | b'.'
                    | b':'
                    | b')'
                    | b']'
                    | b'}'
                    | b'>'
                    | b'"'
                    | b'\''
                    | b'&'
                    | b'\\'
                    | b'/'
            )
    })
}

/// Whether another `key=` or `key:` begins at `at`.
fn is_key_next(bytes: &[u8], at: usize) -> bool {
    let window = bytes.get(at..bytes.len().min(at + NEXT_KEY)).unwrap_or_default();
    let key = window
        .iter()
        .take_while(|byte| is_word_byte(**byte) || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    spent(key);
    key > 0 && matches!(window.get(key), Some(b'=' | b':'))
}
