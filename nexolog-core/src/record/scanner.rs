use super::raw::Raw;
use super::string_end::end_of_string;

/// A place in a text of JSON.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn at(text: &'a str, at: usize) -> Scanner<'a> {
        Scanner { text, at }
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.at == self.text.len()
    }

    /// Goes one byte on.
    #[cfg(feature = "api")]
    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> Option<Raw<'a>> {
        self.text.get(start..self.at).map(Raw::new)
    }

    pub(super) fn value(&mut self) -> Option<Raw<'a>> {
        self.space();
        match self.peek()? {
            b'"' => self.string(),
            b'{' | b'[' => self.nested(),
            _ => self.bare(),
        }
    }

    pub(super) fn string(&mut self) -> Option<Raw<'a>> {
        let start = self.at;
        if !self.eat(b'"') {
            return None;
        }
        self.at = end_of_string(self.text.as_bytes(), start)?;
        self.since(start)
    }

    /// A number, `true`, `false` or `null`.
    pub(super) fn bare(&mut self) -> Option<Raw<'a>> {
        let start = self.at;
        while let Some(b'a'..=b'z' | b'E' | b'0'..=b'9' | b'+' | b'-' | b'.') = self.peek() {
            self.at += 1;
        }
        let value = self.since(start)?;
        let is_known = matches!(value.as_str(), "true" | "false" | "null")
            || value.as_str().starts_with(|c: char| c == '-' || c.is_ascii_digit());
        is_known.then_some(value)
    }

    /// An object or array. Flat, so that deep nesting costs no stack.
    fn nested(&mut self) -> Option<Raw<'a>> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return self.since(start);
            }
        }
    }
}
