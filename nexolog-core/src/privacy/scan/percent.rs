use super::bytes::spent;

/// A text with its percent-encoding undone, and where each of its bytes stood.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    from: Vec<usize>,
}

impl Decoded {
    /// `None` when nothing is encoded.
    pub(super) fn new(text: &str) -> Option<Decoded> {
        let bytes = text.as_bytes();
        spent(bytes.len());
        let mut decoded = Vec::with_capacity(bytes.len());
        let mut from = Vec::with_capacity(bytes.len() + 1);
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            from.push(at);
            if let Some(byte) = encoded(bytes, at) {
                decoded.push(byte);
                at += 3;
            } else {
                decoded.push(*byte);
                at += 1;
            }
        }
        from.push(at);
        let changed = decoded.len() < bytes.len();
        // Bytes that make no character are harmless to the search; what is around them must be found.
        let text = changed.then(|| match String::from_utf8(decoded) {
            Ok(text) => text,
            Err(error) => {
                error.into_bytes().iter().map(|byte| char_of_same_length(*byte)).collect()
            }
        })?;
        Some(Decoded { text, from })
    }

    /// Where a part of the decoded text stood.
    pub(super) fn origin(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        Some((*self.from.get(start)?, *self.from.get(end)?))
    }
}

/// The byte that `%XX` at `at` stands for.
pub(super) fn encoded(bytes: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = *bytes.get(at..)?.first_chunk()? else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Keeps the places right: one byte stays one byte.
fn char_of_same_length(byte: u8) -> char {
    if byte.is_ascii() { char::from(byte) } else { '\u{1a}' }
}
