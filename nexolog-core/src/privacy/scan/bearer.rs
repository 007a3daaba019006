use super::bytes::{end_of, is_token68};

/// The end of the token that begins at `at`, if a scheme that is followed by one stands before it.
pub(super) fn bearer_at(bytes: &[u8], at: usize) -> Option<usize> {
    let before = bytes.get(..at)?.trim_ascii_end();
    let scheme = before.last_chunk::<6>().filter(|word| word.eq_ignore_ascii_case(b"bearer"));
    let basic = before.last_chunk::<5>().filter(|word| word.eq_ignore_ascii_case(b"basic"));
    let length = scheme.map(|word| word.len()).or(basic.map(|word| word.len()))?;
    let begins = before.len() - length;
    let whole = begins == 0 || !bytes.get(begins - 1)?.is_ascii_alphanumeric();
    if !whole || before.len() == at {
        return None;
    }
    let end = end_of(bytes, at, is_token68);
    is_token(&bytes[at..end]).then_some(end)
}

/// Whether it is no word of a sentence (`bearer authentication`, `basic functionality`).
fn is_token(text: &[u8]) -> bool {
    let text = text.strip_suffix(b".").unwrap_or(text);
    let small = text.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-');
    text.len() >= if small { 16 } else { 8 }
}
