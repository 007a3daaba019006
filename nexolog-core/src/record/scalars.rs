use super::raw::Raw;
use super::scanner::Scanner;

impl<'a> Raw<'a> {
    /// Every scalar inside, however deep; itself when it is one. Keys are not values.
    ///
    /// Flat, so that deep nesting costs no stack.
    pub(crate) fn scalars(self) -> Scalars<'a> {
        Scalars { scanner: Scanner::at(self.as_str(), 0) }
    }
}

/// Scalars at any depth. See [`Raw::scalars`].
pub(crate) struct Scalars<'a> {
    scanner: Scanner<'a>,
}

impl<'a> Iterator for Scalars<'a> {
    type Item = Raw<'a>;

    fn next(&mut self) -> Option<Raw<'a>> {
        loop {
            match self.scanner.peek()? {
                b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => {
                    self.scanner.step();
                }
                b'"' => {
                    let string = self.scanner.string()?;
                    self.scanner.space();
                    // Only a key is followed by a colon.
                    if self.scanner.peek() != Some(b':') {
                        return Some(string);
                    }
                }
                _ => return self.scanner.bare(),
            }
        }
    }
}
