//! Lines in exactly the form of our own writer, read faster than any line can be.

use super::Key;
use super::raw::Raw;
use super::string_end::end_of_string;

/// Each key as it stands after its opening quote.
static KEYS: [&[u8]; Key::COUNT] = [
    b"seq\":",
    b"timestamp\":",
    b"level\":",
    b"module\":",
    b"message\":",
    b"request_id\":",
    b"trace_id\":",
    b"span_id\":",
    b"user_id\":",
    b"organization_id\":",
    b"operation\":",
    b"outcome\":",
    b"duration_ms\":",
    b"error\":",
    b"target\":",
    b"file\":",
    b"line\":",
    b"thread\":",
    b"fields\":",
];

/// Where each reserved key's value stands; `None` when the line has white space between its parts, other keys, or the keys in
/// another order. What is read here is what reading any line would give.
pub(super) fn values(text: &str) -> Option<[Option<Raw<'_>>; Key::COUNT]> {
    let bytes = text.as_bytes();
    let mut values = [None; Key::COUNT];
    let mut expected = 0;
    let mut at = usize::from(bytes.first() == Some(&b'{'));
    loop {
        let rest = bytes.get(at..)?.strip_prefix(b"\"")?;
        let (key, name) = next_key(rest, expected)?;
        let start = at + 1 + name.len();
        let end = end_of_value(bytes, start)?;
        let value = Raw::new(text.get(start..end)?);
        *values.get_mut(key)? = (!value.is_null()).then_some(value);
        expected = key + 1;
        at = end + 1;
        match bytes.get(end)? {
            b',' => {}
            b'}' => return (at == bytes.len()).then_some(values),
            _ => return None,
        }
    }
}

/// The first bytes of each key, and which bits of them count.
static BEGINNINGS: [(u64, u64); Key::COUNT] = {
    let mut beginnings = [(0, 0); Key::COUNT];
    let mut key = 0;
    while key < Key::COUNT {
        let mut at = 0;
        while at < 8 && at < KEYS[key].len() {
            beginnings[key].0 |= (KEYS[key][at] as u64) << (8 * at);
            beginnings[key].1 |= 0xFF << (8 * at);
            at += 1;
        }
        key += 1;
    }
    beginnings
};

fn next_key(rest: &[u8], expected: usize) -> Option<(usize, &'static [u8])> {
    // After the shortest key comes a value and a brace at least, which may be less than eight bytes.
    let word = match rest.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    for (key, (beginning, bits)) in BEGINNINGS.iter().enumerate().skip(expected) {
        if word & bits == *beginning {
            let name = KEYS.get(key)?;
            return rest.starts_with(name).then_some((key, *name));
        }
    }
    None
}

fn end_of_value(bytes: &[u8], start: usize) -> Option<usize> {
    match bytes.get(start)? {
        b'"' => end_of_string(bytes, start),
        b'{' | b'[' => end_of_nested(bytes, start),
        first => {
            let length = bytes.get(start..)?.iter().position(|byte| !is_bare(*byte))?;
            let value = bytes.get(start..start + length)?;
            let is_known = first.is_ascii_digit()
                || *first == b'-'
                || matches!(value, b"true" | b"false" | b"null");
            is_known.then_some(start + length)
        }
    }
}

fn is_bare(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'E' | b'0'..=b'9' | b'+' | b'-' | b'.')
}

/// Flat, so that deep nesting costs no stack.
fn end_of_nested(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = end_of_string(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KEYS, Key};

    #[test]
    fn keys_stand_as_they_are_written() {
        for (key, written) in Key::ALL.into_iter().zip(KEYS) {
            assert_eq!(format!("{}\":", key.name()).as_bytes(), written);
        }
    }
}
