//! The words of `snake_case`, `kebab-case`, `dotted.keys` and `camelCase`.

/// The words of a key, as they stand in it.
pub(super) fn words(key: &str) -> Words<'_> {
    Words { key, at: 0 }
}

#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    key: &'a str,
    at: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.key.as_bytes();
        while !is_word_byte(*bytes.get(self.at)?) {
            self.at += 1;
        }
        let start = self.at;
        let mut before = 0;
        while let Some(byte) = bytes.get(self.at).filter(|byte| is_word_byte(**byte)) {
            if byte.is_ascii_uppercase()
                && self.at > start
                && begins_word(before, bytes.get(self.at + 1))
            {
                break;
            }
            before = *byte;
            self.at += 1;
        }
        // Boundaries lie next to ASCII bytes only, so they are character boundaries.
        self.key.get(start..self.at)
    }
}

/// Letters, digits, and all of what is not ASCII.
#[inline]
pub(super) fn is_word_byte(byte: u8) -> bool {
    WORD_BYTES[usize::from(byte)]
}

static WORD_BYTES: [bool; 256] = word_bytes();

const fn word_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte: u8 = 0;
    loop {
        table[byte as usize] = byte > 127 || byte.is_ascii_alphanumeric();
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

/// Whether a capital begins a word: after a small letter or a digit (`accessToken`), or before a small letter
/// when capitals come before it (`APIKey`).
fn begins_word(before: u8, after: Option<&u8>) -> bool {
    before.is_ascii_lowercase()
        || before.is_ascii_digit()
        || (before.is_ascii_uppercase() && after.is_some_and(u8::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn keys_of_every_style_fall_into_their_words() {
        for (key, expected) in [
            ("user_password", vec!["user", "password"]),
            ("x-api-key", vec!["x", "api", "key"]),
            ("db.passwd", vec!["db", "passwd"]),
            ("accessToken", vec!["access", "Token"]),
            ("APIKey", vec!["API", "Key"]),
            ("sha256Token", vec!["sha256", "Token"]),
            ("größeToken", vec!["größe", "Token"]),
            ("__", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(words(key).collect::<Vec<_>>(), expected, "{key}");
        }
    }
}
