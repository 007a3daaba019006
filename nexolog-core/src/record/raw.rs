//! JSON values as they stand in a line, read in place without building a tree.
//!
//! The reader trusts nothing: any bytes give a value or `None`. It finds where values begin and end and
//! does not judge what it steps over, so it reads every valid document rightly and some invalid ones too.

use std::borrow::Cow;

use super::scanner::Scanner;
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
    pub(super) fn new(text: &'a str) -> Raw<'a> {
        Raw(text)
    }

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
        self.list.closed && self.list.scanner.is_done()
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
        List { scanner: Scanner::at(text, 1), first: true, closed: !is_list, failed: false }
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
