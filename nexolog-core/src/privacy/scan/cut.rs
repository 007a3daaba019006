/// Bytes that are given up at most to find where the last whole word of a text ends.
const LAST_WORD: usize = 512;

/// A text that was cut off, without the word that the cut went through: half a secret is not recognised as
/// one. A longer run is kept, since what is that long is recognised without its end.
pub(crate) fn settled(text: &str) -> &str {
    let bytes = text.as_bytes();
    let window = bytes.len().saturating_sub(LAST_WORD);
    let mut end = bytes.len();
    while end > window {
        let byte = bytes[end - 1];
        let ends = matches!(
            byte,
            b'"' | b'\'' | b',' | b';' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>'
        );
        if ends || (byte.is_ascii_whitespace() && !joins(bytes, end - 1)) {
            return text.get(..end).unwrap_or(text);
        }
        end -= 1;
    }
    if window == 0 { "" } else { text }
}

/// Whether the space at `at` may be one between digits of a card, or after the scheme of a token.
fn joins(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].trim_ascii_end();
    let digits = before.last().is_some_and(u8::is_ascii_digit)
        && bytes.get(at + 1).is_none_or(u8::is_ascii_digit);
    let ends_with = |word: &[u8]| {
        before.len() >= word.len() && before[before.len() - word.len()..].eq_ignore_ascii_case(word)
    };
    digits || ends_with(b"bearer") || ends_with(b"basic")
}
