//! JSON values as they stand in a line, read in place without building a tree.
//!
//! The reader trusts nothing: any bytes give a value or `None`. It finds where values begin and end and
//! does not judge what it steps over, so it reads every valid document rightly and some invalid ones too.

use std::borrow::Cow;

use memchr::memchr2;

use super::text::RawText;

/// One JSON value, exactly as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raw<'a>(&'a str);

/// What a value is, by its first character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Number,
    Bool,
    Null,
    Object,
    Array,
}

impl<'a> Raw<'a> {
    /// The object that `text` seems to be. Only walking all its [`entries`](Raw::entries) tells whether it is.
    pub(crate) fn object(text: &'a str) -> Option<Raw<'a>> {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        text.starts_with('{').then_some(Raw(text))
    }

    /// The value as written.
    pub(crate) fn as_str(self) -> &'a str {
        self.0
    }

    pub(crate) fn kind(self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'"') => Kind::String,
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    pub(crate) fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// The characters between the quotes of a string.
    pub(crate) fn string(self) -> Option<RawText<'a>> {
        let inner = self.0.strip_prefix('"')?.strip_suffix('"')?;
        Some(RawText::new(inner))
    }

    /// The text of a scalar: what a string says, and other scalars as written.
    pub(crate) fn scalar_text(self) -> Option<Cow<'a, str>> {
        match self.kind() {
            Kind::String => Some(self.string()?.decoded()),
            Kind::Number | Kind::Bool | Kind::Null => Some(Cow::Borrowed(self.0)),
            Kind::Object | Kind::Array => None,
        }
    }

    /// A number as a float.
    pub(crate) fn f64(self) -> Option<f64> {
        if self.kind() == Kind::Number { self.0.parse().ok() } else { None }
    }

    /// A number that is a whole number without sign.
    pub(crate) fn u64(self) -> Option<u64> {
        if self.kind() == Kind::Number { self.0.parse().ok() } else { None }
    }

    /// Keys and values of an object; nothing for other values.
    pub(crate) fn entries(self) -> Entries<'a> {
        let is_object = self.kind() == Kind::Object;
        Entries { list: List::new(self.0, is_object) }
    }

    /// Elements of an array; nothing for other values.
    pub(crate) fn items(self) -> Items<'a> {
        let is_array = self.kind() == Kind::Array;
        Items { list: List::new(self.0, is_array) }
    }

    /// Every scalar inside, however deep; itself when it is one. Keys are not values.
    ///
    /// Flat, so that deep nesting costs no stack.
    pub(crate) fn scalars(self) -> Scalars<'a> {
        Scalars { scanner: Scanner { text: self.0, at: 0 } }
    }

    /// The value of the first entry called `key`.
    pub(crate) fn get(self, key: &str) -> Option<Raw<'a>> {
        self.entries().find(|(name, _)| name.is(key)).map(|(_, value)| value)
    }
}

/// Entries of an object. See [`Raw::entries`].
pub(crate) struct Entries<'a> {
    list: List<'a>,
}

impl Entries<'_> {
    /// Whether the closing brace was reached and nothing follows it: `false` while there is more, and when what
    /// follows can't be read.
    pub(crate) fn ended_well(&self) -> bool {
        self.list.closed && self.list.scanner.at == self.list.scanner.text.len()
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (RawText<'a>, Raw<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.list.next(b'}', |scanner| {
            let key = scanner.string()?.string()?;
            scanner.space();
            if !scanner.eat(b':') {
                return None;
            }
            Some((key, scanner.value()?))
        })
    }
}

/// Elements of an array. See [`Raw::items`].
pub(crate) struct Items<'a> {
    list: List<'a>,
}

impl<'a> Iterator for Items<'a> {
    type Item = Raw<'a>;

    fn next(&mut self) -> Option<Raw<'a>> {
        self.list.next(b']', Scanner::value)
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
                    self.scanner.at += 1;
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

/// The part that entries and elements share: members, commas between them, a closing bracket.
struct List<'a> {
    scanner: Scanner<'a>,
    first: bool,
    closed: bool,
    failed: bool,
}

impl<'a> List<'a> {
    fn new(text: &'a str, is_list: bool) -> List<'a> {
        // `at` stands after the opening bracket.
        List { scanner: Scanner { text, at: 1 }, first: true, closed: !is_list, failed: false }
    }

    fn next<T>(
        &mut self,
        close: u8,
        read: impl FnOnce(&mut Scanner<'a>) -> Option<T>,
    ) -> Option<T> {
        if self.closed || self.failed {
            return None;
        }
        self.scanner.space();
        if self.scanner.eat(close) {
            self.closed = true;
            return None;
        }
        let separated = self.first || self.scanner.eat(b',');
        self.first = false;
        self.scanner.space();
        let member = if separated { read(&mut self.scanner) } else { None };
        self.failed = member.is_none();
        member
    }
}

/// A place in a text of JSON.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> Option<Raw<'a>> {
        self.text.get(start..self.at).map(Raw)
    }

    fn value(&mut self) -> Option<Raw<'a>> {
        self.space();
        match self.peek()? {
            b'"' => self.string(),
            b'{' | b'[' => self.nested(),
            _ => self.bare(),
        }
    }

    fn string(&mut self) -> Option<Raw<'a>> {
        let start = self.at;
        if !self.eat(b'"') {
            return None;
        }
        let bytes = self.text.as_bytes();
        loop {
            let rest = bytes.get(self.at..)?;
            let offset = memchr2(b'"', b'\\', rest)?;
            self.at += offset + 1;
            if rest.get(offset) == Some(&b'"') {
                return self.since(start);
            }
            // What follows a backslash never ends the string.
            self.at += 1;
        }
    }

    /// A number, `true`, `false` or `null`.
    fn bare(&mut self) -> Option<Raw<'a>> {
        let start = self.at;
        while let Some(b'a'..=b'z' | b'E' | b'0'..=b'9' | b'+' | b'-' | b'.') = self.peek() {
            self.at += 1;
        }
        let value = self.since(start)?;
        let is_known = matches!(value.as_str(), "true" | "false" | "null")
            || value.0.starts_with(|c: char| c == '-' || c.is_ascii_digit());
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
