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

    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.key.as_bytes();
        while bytes.get(self.at).is_some_and(|byte| !is_word_byte(*byte)) {
            self.at += 1;
        }
        let start = self.at;
        while bytes.get(self.at).is_some_and(|byte| is_word_byte(*byte)) {
            self.at += 1;
            if begins_word(bytes, self.at) {
                break;
            }
        }
        // Boundaries lie next to ASCII bytes only, so they are character boundaries.
        self.key.get(start..self.at).filter(|word| !word.is_empty())
    }
}

/// Letters, digits, and all of what is not ASCII.
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// Whether a capital at `at` begins a word: after a small letter or a digit (`accessToken`), or before
/// a small letter when capitals come before it (`APIKey`).
fn begins_word(bytes: &[u8], at: usize) -> bool {
    let small = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
    let before = bytes.get(at.wrapping_sub(1));
    bytes.get(at).is_some_and(u8::is_ascii_uppercase)
        && (small(before)
            || before.is_some_and(u8::is_ascii_digit)
            || (before.is_some_and(u8::is_ascii_uppercase) && small(bytes.get(at + 1))))
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
