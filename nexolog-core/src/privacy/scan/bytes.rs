//! Classes of bytes that the scanners share.

/// What part of a base64 text or of a token a byte can be (`=` pads the end and is not counted).
pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// What a token in a header is made of (`token68` of RFC 9110, and what JSON web tokens have).
pub(super) fn is_token68(byte: u8) -> bool {
    is_base64(byte) || matches!(byte, b'.' | b'~' | b'=')
}

/// Where the next word begins, after the one at `at`: behind a byte that is no letter and no
/// digit of ASCII.
#[inline]
pub(super) fn next_word(bytes: &[u8], at: usize, end: usize) -> usize {
    let mut at = at;
    while at < end && bytes[at].is_ascii_alphanumeric() {
        at += 1;
    }
    at + 1
}

/// The end of the bytes from `at` on that are of a class.
pub(super) fn end_of(bytes: &[u8], at: usize, class: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest.iter().position(|byte| !class(*byte)).unwrap_or(rest.len());
    spent(length);
    at + length
}

/// Counts bytes looked at, so that tests can tell that the work is linear.
#[cfg(test)]
pub(super) fn spent(bytes: usize) {
    super::work::spent(bytes);
}

#[cfg(not(test))]
#[inline]
pub(super) fn spent(_bytes: usize) {}
