//! Reads back what [`wire`](super::wire) wrote.
//!
//! Bytes that can't be read end an event where they stand; they can't occur unless memory was damaged.

use super::wire::{
    KIND_BOOL, KIND_CUT, KIND_ERROR, KIND_F64, KIND_I64, KIND_I128, KIND_JSON, KIND_STR, KIND_U64,
    KIND_U128, Tag,
};

/// A value as it lies in its event: most are only looked at where they go into the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored<'a> {
    kind: u8,
    /// A text's bytes without their length; what any other kind has after its mark.
    payload: &'a [u8],
}

/// A value as the writer reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    I64(i64),
    U64(u64),
    I128(i128),
    U128(u128),
    F64(f64),
    Bool(bool),
    Str(Text<'a>),
    /// A string that was cut at its cap; `original` is its length in bytes before the cut.
    Cut {
        text: Text<'a>,
        original: u64,
    },
    Error(ErrorValue<'a>),
    /// JSON as it is to stand in the line; only Nexolog's own records have it.
    Json(Text<'a>),
}

/// The bytes of a string, which nobody has looked at yet: most go into a line after one look at them as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a>(&'a [u8]);

/// An error and its sources, outermost first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ErrorValue<'a> {
    pub(crate) message: Text<'a>,
    /// The message's length in bytes before it was cut, if it was.
    pub(crate) original: u64,
    sources: &'a [u8],
}

/// One item of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Item<'a> {
    Field {
        index: usize,
        value: Stored<'a>,
    },
    NamedField {
        key: Text<'a>,
        value: Stored<'a>,
    },
    Span {
        plan: u32,
    },
    Context {
        tag: Tag,
        text: Text<'a>,
    },
    Cut {
        original: u64,
    },
    /// Here stand the items of the request.
    Request,
}

impl<'a> Text<'a> {
    pub(crate) fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// Nothing where memory was damaged: the bytes came from a string.
    pub(crate) fn as_str(self) -> &'a str {
        std::str::from_utf8(self.0).unwrap_or_default()
    }
}

impl<'a> Stored<'a> {
    /// The text, if it is one, as far as it was not cut.
    #[inline]
    pub(crate) fn text(self) -> Option<Text<'a>> {
        match self.value() {
            Value::Str(text) | Value::Cut { text, .. } => Some(text),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn value(self) -> Value<'a> {
        let mut payload = Reader { bytes: self.payload };
        let value = match self.kind {
            KIND_STR => Some(Value::Str(Text(self.payload))),
            KIND_I64 => payload.fixed().map(i64::from_le_bytes).map(Value::I64),
            KIND_U64 => payload.u64().map(Value::U64),
            KIND_F64 => payload.fixed().map(f64::from_le_bytes).map(Value::F64),
            KIND_BOOL => payload.u8().map(|byte| Value::Bool(byte != 0)),
            _ => payload.rare_value(self.kind),
        };
        value.unwrap_or(Value::Str(Text(&[])))
    }
}

impl<'a> From<Text<'a>> for Stored<'a> {
    fn from(text: Text<'a>) -> Stored<'a> {
        Stored { kind: KIND_STR, payload: text.0 }
    }
}

impl<'a> ErrorValue<'a> {
    /// What each source says, and how long that was before it was cut, if it was.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (Text<'a>, u64)> + use<'a> {
        let mut reader = Reader { bytes: self.sources };
        std::iter::from_fn(move || reader.cut())
    }
}

/// The items of an event, given the bytes after its header.
pub(crate) struct Items<'a> {
    reader: Reader<'a>,
}

impl<'a> Items<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Items<'a> {
        Items { reader: Reader { bytes } }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    #[inline]
    fn next(&mut self) -> Option<Item<'a>> {
        let reader = &mut self.reader;
        let tag = *Tag::ALL.get(usize::from(reader.u8()?))?;
        Some(match tag {
            Tag::Field => Item::Field { index: usize::from(reader.u8()?), value: reader.stored()? },
            Tag::NamedField => Item::NamedField { key: reader.text()?, value: reader.stored()? },
            Tag::Span => Item::Span { plan: reader.u32()? },
            Tag::Request => Item::Request,
            Tag::Cut => Item::Cut { original: reader.u64()? },
            tag => Item::Context { tag, text: reader.text()? },
        })
    }
}

pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    #[inline]
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    #[inline]
    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*taken)
    }

    #[inline]
    pub(super) fn u8(&mut self) -> Option<u8> {
        self.fixed::<1>().map(|[byte]| byte)
    }

    #[inline]
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.fixed().map(u32::from_le_bytes)
    }

    #[inline]
    pub(super) fn u64(&mut self) -> Option<u64> {
        self.fixed().map(u64::from_le_bytes)
    }

    #[inline]
    fn text(&mut self) -> Option<Text<'a>> {
        let length = self.u32()? as usize;
        self.take(length).map(Text)
    }

    /// A text and its length before it was cut.
    #[inline]
    fn cut(&mut self) -> Option<(Text<'a>, u64)> {
        let original = self.u64()?;
        Some((self.text()?, original))
    }

    /// The next value, stepped over.
    #[inline]
    fn stored(&mut self) -> Option<Stored<'a>> {
        let kind = self.u8()?;
        let payload = match kind {
            KIND_STR | KIND_JSON => self.text()?.0,
            KIND_I64 | KIND_U64 | KIND_F64 => self.take(8)?,
            KIND_BOOL => self.take(1)?,
            KIND_CUT => return self.maybe_cut(),
            KIND_I128 | KIND_U128 => self.take(16)?,
            KIND_ERROR => self.error()?,
            _ => return None,
        };
        Some(Stored { kind, payload })
    }

    /// A text that has its whole length before it, whether it was cut or not.
    #[inline]
    fn maybe_cut(&mut self) -> Option<Stored<'a>> {
        let all = self.bytes;
        let (Text(text), original) = self.cut()?;
        Some(if text.len() as u64 == original {
            Stored { kind: KIND_STR, payload: text }
        } else {
            Stored { kind: KIND_CUT, payload: all.get(..8 + 4 + text.len())? }
        })
    }

    fn error(&mut self) -> Option<&'a [u8]> {
        let all = self.bytes;
        self.cut()?;
        let sources = self.u32()? as usize;
        self.take(sources)?;
        all.get(..all.len() - self.bytes.len())
    }

    fn rare_value(&mut self, kind: u8) -> Option<Value<'a>> {
        Some(match kind {
            KIND_I128 => Value::I128(i128::from_le_bytes(self.fixed()?)),
            KIND_U128 => Value::U128(u128::from_le_bytes(self.fixed()?)),
            KIND_CUT => {
                let (text, original) = self.cut()?;
                Value::Cut { text, original }
            }
            KIND_ERROR => {
                let (message, original) = self.cut()?;
                let length = self.u32()? as usize;
                Value::Error(ErrorValue { message, original, sources: self.take(length)? })
            }
            KIND_JSON => Value::Json(Text(self.bytes)),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::wire;
    use super::*;

    /// Reads every item and every value, and says how many there were.
    fn read_all(bytes: &[u8]) -> usize {
        let items = Items::new(bytes).map(|item| match item {
            Item::Field { value, .. } | Item::NamedField { value, .. } => {
                if let Value::Error(error) = value.value() {
                    error.sources().for_each(|(source, _)| drop(source.as_str().to_owned()));
                }
                value.text().map_or(0, |text| text.as_str().len())
            }
            Item::Span { .. } | Item::Cut { .. } | Item::Request => 0,
            Item::Context { text, .. } => text.as_str().len(),
        });
        items.count()
    }

    #[test]
    fn what_was_put_is_read() {
        let mut event = Vec::new();
        let put = |put: &dyn Fn(&mut Vec<u8>), event: &mut Vec<u8>| {
            wire::put_field(event, 3);
            put(event);
        };
        let outer = ("outer".to_owned(), 5);
        let sources = [("inn".to_owned(), 5), (String::new(), 0)];
        put(&|out| wire::put_i64(out, -1), &mut event);
        put(&|out| wire::put_u128(out, u128::MAX), &mut event);
        put(&|out| wire::put_f64(out, 0.5), &mut event);
        put(&|out| wire::put_bool(out, true), &mut event);
        put(&|out| wire::put_str(out, "größe", 100), &mut event);
        put(&|out| wire::put_str(out, "größe", 4), &mut event);
        put(&|out| wire::put_cut(out, "whole", 5), &mut event);
        put(&|out| wire::put_json(out, "{}"), &mut event);
        put(&|out| wire::put_error(out, &outer, &sources), &mut event);
        wire::put_context(&mut event, Tag::UserId, "u1");
        let mut items = Items::new(&event);
        let mut next = || match items.next() {
            Some(Item::Field { index: 3, value }) => value.value(),
            other => panic!("{other:?}"),
        };
        assert_eq!(next(), Value::I64(-1));
        assert_eq!(next(), Value::U128(u128::MAX));
        assert_eq!(next(), Value::F64(0.5));
        assert_eq!(next(), Value::Bool(true));
        assert_eq!(next(), Value::Str(Text("größe".as_bytes())));
        assert_eq!(next(), Value::Cut { text: Text("grö".as_bytes()), original: 7 });
        assert_eq!(next(), Value::Str(Text(b"whole")));
        assert_eq!(next(), Value::Json(Text(b"{}")));
        let Value::Error(error) = next() else { panic!("no error") };
        assert_eq!((error.message, error.original), (Text(b"outer"), 5));
        assert_eq!(error.sources().collect::<Vec<_>>(), [(Text(b"inn"), 5), (Text(b""), 0)]);
        let context = Item::Context { tag: Tag::UserId, text: Text(b"u1") };
        assert_eq!(items.next(), Some(context));
        assert_eq!(items.next(), None);
        assert_eq!(read_all(&event), 10);
    }

    proptest! {
        #[test]
        fn damaged_memory_is_read_without_harm(
            bytes in prop::collection::vec(prop_oneof![4 => 0..13_u8, 1 => any::<u8>()], 0..200),
        ) {
            read_all(&bytes);
            let _ = wire::head(&bytes);
        }
    }
}
