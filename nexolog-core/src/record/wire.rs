//! The typed form of a record between the caller and the writer.
//!
//! The caller copies values into a byte buffer as they are; the writer reads them back and renders
//! JSON. An event is a [`Header`] followed by items; an item is a tag byte and its payload. All
//! integers are little-endian. The form never leaves the process, so it has no version.

use super::Level;

/// What an item says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Tag {
    /// A field of the callsite in force: index, value.
    Field,
    /// A field named at run time: key, value.
    NamedField,
    /// From here on `Field` indices belong to this callsite plan (a span's): plan id.
    Span,
    RequestId,
    TraceId,
    SpanId,
    UserId,
    OrganizationId,
    Operation,
    Module,
    /// The thread that logged it, where that is not the one whose lane it is in.
    Thread,
}

impl Tag {
    const ALL: [Tag; 11] = [
        Tag::Field,
        Tag::NamedField,
        Tag::Span,
        Tag::RequestId,
        Tag::TraceId,
        Tag::SpanId,
        Tag::UserId,
        Tag::OrganizationId,
        Tag::Operation,
        Tag::Module,
        Tag::Thread,
    ];
}

const KIND_I64: u8 = 0;
const KIND_U64: u8 = 1;
const KIND_I128: u8 = 2;
const KIND_U128: u8 = 3;
const KIND_F64: u8 = 4;
const KIND_BOOL: u8 = 5;
const KIND_STR: u8 = 6;
const KIND_CUT: u8 = 7;
const KIND_ERROR: u8 = 8;
const KIND_JSON: u8 = 9;

/// A value as the writer reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    I64(i64),
    U64(u64),
    I128(i128),
    U128(u128),
    F64(f64),
    Bool(bool),
    Str(&'a str),
    /// A string that was cut at its cap; `original` is its length in bytes before the cut.
    Cut {
        text: &'a str,
        original: u64,
    },
    Error(ErrorValue<'a>),
    /// JSON as it is to stand in the line; only Nexolog's own records have it.
    Json(&'a str),
}

/// An error and its sources, outermost first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ErrorValue<'a> {
    pub(crate) message: &'a str,
    /// The message's length in bytes before it was cut, if it was.
    pub(crate) original: u64,
    sources: &'a [u8],
}

impl<'a> ErrorValue<'a> {
    /// What each source says, and how long that was before it was cut, if it was.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&'a str, u64)> + use<'a> {
        let mut reader = Reader { bytes: self.sources };
        std::iter::from_fn(move || reader.cut())
    }
}

/// One item of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Item<'a> {
    Field { index: usize, value: Value<'a> },
    NamedField { key: &'a str, value: Value<'a> },
    Span { plan: u32 },
    Context { tag: Tag, text: &'a str },
}

/// The fixed head of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Nanoseconds since the process's clock anchor.
    pub(crate) stamp: u64,
    pub(crate) plan: u32,
    pub(crate) level: Level,
}

/// Bytes of an encoded [`Header`], the length of the event before it included.
pub(crate) const HEADER_LEN: usize = 4 + 8 + 4 + 1;

/// Starts an event: room for the header, filled in by [`finish`].
pub(crate) fn begin(out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&[0; HEADER_LEN]);
}

/// Completes the event in `out` with its length and header.
///
/// An event of 4 GiB can't be: every value is capped long before.
pub(crate) fn finish(out: &mut [u8], header: Header) {
    let len = u32::try_from(out.len()).unwrap_or(u32::MAX);
    let mut head = [0; HEADER_LEN];
    head[..4].copy_from_slice(&len.to_le_bytes());
    head[4..12].copy_from_slice(&header.stamp.to_le_bytes());
    head[12..16].copy_from_slice(&header.plan.to_le_bytes());
    head[16] = header.level as u8;
    if let Some(room) = out.first_chunk_mut() {
        *room = head;
    }
}

/// The length and header of the event that `bytes` begins with.
pub(crate) fn head(bytes: &[u8]) -> Option<(usize, Header)> {
    let mut reader = Reader { bytes };
    let len = reader.u32()? as usize;
    let header =
        Header { stamp: reader.u64()?, plan: reader.u32()?, level: Level::from_u8(reader.u8()?)? };
    (len >= HEADER_LEN && len <= bytes.len()).then_some((len, header))
}

pub(crate) fn put_field(out: &mut Vec<u8>, index: u8) {
    out.extend_from_slice(&[Tag::Field as u8, index]);
}

pub(crate) fn put_named_field(out: &mut Vec<u8>, key: &str) {
    out.push(Tag::NamedField as u8);
    put_text(out, key);
}

pub(crate) fn put_span(out: &mut Vec<u8>, plan: u32) {
    out.push(Tag::Span as u8);
    out.extend_from_slice(&plan.to_le_bytes());
}

pub(crate) fn put_context(out: &mut Vec<u8>, tag: Tag, text: &str) {
    out.push(tag as u8);
    put_text(out, text);
}

pub(crate) fn put_i64(out: &mut Vec<u8>, value: i64) {
    put_fixed(out, KIND_I64, value.to_le_bytes());
}

pub(crate) fn put_u64(out: &mut Vec<u8>, value: u64) {
    put_fixed(out, KIND_U64, value.to_le_bytes());
}

pub(crate) fn put_i128(out: &mut Vec<u8>, value: i128) {
    put_fixed(out, KIND_I128, value.to_le_bytes());
}

pub(crate) fn put_u128(out: &mut Vec<u8>, value: u128) {
    put_fixed(out, KIND_U128, value.to_le_bytes());
}

pub(crate) fn put_f64(out: &mut Vec<u8>, value: f64) {
    put_fixed(out, KIND_F64, value.to_le_bytes());
}

pub(crate) fn put_bool(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(&[KIND_BOOL, u8::from(value)]);
}

// The values that nearly every event has are put with their field in one piece: room is asked for once.

pub(crate) fn put_field_i64(out: &mut Vec<u8>, index: u8, value: i64) {
    put_field_word(out, index, KIND_I64, value.to_le_bytes());
}

pub(crate) fn put_field_u64(out: &mut Vec<u8>, index: u8, value: u64) {
    put_field_word(out, index, KIND_U64, value.to_le_bytes());
}

pub(crate) fn put_field_f64(out: &mut Vec<u8>, index: u8, value: f64) {
    put_field_word(out, index, KIND_F64, value.to_le_bytes());
}

pub(crate) fn put_field_bool(out: &mut Vec<u8>, index: u8, value: bool) {
    out.extend_from_slice(&[Tag::Field as u8, index, KIND_BOOL, u8::from(value)]);
}

/// A field whose text is known to be within its cap.
#[inline]
pub(crate) fn put_field_str(out: &mut Vec<u8>, index: u8, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let [a, b, c, d] = length.to_le_bytes();
    out.extend_from_slice(&[Tag::Field as u8, index, KIND_STR, a, b, c, d]);
    out.extend_from_slice(&text.as_bytes()[..length as usize]);
}

#[inline]
fn put_field_word(out: &mut Vec<u8>, index: u8, kind: u8, word: [u8; 8]) {
    let mut item = [Tag::Field as u8, index, kind, 0, 0, 0, 0, 0, 0, 0, 0];
    item[3..].copy_from_slice(&word);
    out.extend_from_slice(&item);
}

/// A string value, cut at `cap` bytes (at a character's edge) if it is longer.
pub(crate) fn put_str(out: &mut Vec<u8>, text: &str, cap: usize) {
    if text.len() <= cap {
        out.push(KIND_STR);
        put_text(out, text);
    } else {
        put_cut(out, &text[..floor_char_boundary(text, cap)], text.len() as u64);
    }
}

/// A string value that has been cut already; `original` is its length before.
pub(crate) fn put_cut(out: &mut Vec<u8>, text: &str, original: u64) {
    out.push(KIND_CUT);
    out.extend_from_slice(&original.to_le_bytes());
    put_text(out, text);
}

/// A value that is JSON already.
pub(crate) fn put_json(out: &mut Vec<u8>, json: &str) {
    out.push(KIND_JSON);
    put_text(out, json);
}

/// Starts a field whose text is written piecemeal; gives the place where its text begins.
pub(crate) fn begin_field_text(out: &mut Vec<u8>, index: u8) -> usize {
    let mut head = [0; 3 + 8 + 4];
    head[..3].copy_from_slice(&[Tag::Field as u8, index, KIND_CUT]);
    out.extend_from_slice(&head);
    out.len()
}

/// Completes a string value whose text begins at `text_at` and was `original` bytes long before any cut.
pub(crate) fn finish_text(out: &mut [u8], text_at: usize, original: u64) {
    let length = u32::try_from(out.len() - text_at).unwrap_or(u32::MAX);
    let mut lengths = [0; 8 + 4];
    lengths[..8].copy_from_slice(&original.to_le_bytes());
    lengths[8..].copy_from_slice(&length.to_le_bytes());
    out[text_at - lengths.len()..text_at].copy_from_slice(&lengths);
}

/// An error value: its message and the messages of its sources, each with its length before it was cut.
pub(crate) fn put_error(out: &mut Vec<u8>, message: &(String, u64), sources: &[(String, u64)]) {
    out.push(KIND_ERROR);
    let put = |out: &mut Vec<u8>, (text, original): &(String, u64)| {
        out.extend_from_slice(&original.to_le_bytes());
        put_text(out, text);
    };
    put(out, message);
    let length_at = out.len();
    out.extend_from_slice(&[0; 4]);
    for source in sources {
        put(out, source);
    }
    let length = u32::try_from(out.len() - length_at - 4).unwrap_or(u32::MAX);
    out[length_at..length_at + 4].copy_from_slice(&length.to_le_bytes());
}

/// The largest character boundary of `text` at or below `at`.
pub(crate) fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn put_fixed<const N: usize>(out: &mut Vec<u8>, kind: u8, bytes: [u8; N]) {
    out.push(kind);
    out.extend_from_slice(&bytes);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&text.as_bytes()[..length as usize]);
}

/// The items of an event, given the bytes after its header.
///
/// Bytes that can't be read end the iteration; they can't occur unless memory was damaged.
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

    fn next(&mut self) -> Option<Item<'a>> {
        let reader = &mut self.reader;
        let tag = *Tag::ALL.get(usize::from(reader.u8()?))?;
        Some(match tag {
            Tag::Field => Item::Field { index: usize::from(reader.u8()?), value: reader.value()? },
            Tag::NamedField => Item::NamedField { key: reader.str()?, value: reader.value()? },
            Tag::Span => Item::Span { plan: reader.u32()? },
            tag => Item::Context { tag, text: reader.str()? },
        })
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.fixed::<1>().map(|[byte]| byte)
    }

    fn u32(&mut self) -> Option<u32> {
        self.fixed().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.fixed().map(u64::from_le_bytes)
    }

    fn str(&mut self) -> Option<&'a str> {
        let length = self.u32()? as usize;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// A text and its length before it was cut.
    fn cut(&mut self) -> Option<(&'a str, u64)> {
        let original = self.u64()?;
        Some((self.str()?, original))
    }

    fn value(&mut self) -> Option<Value<'a>> {
        Some(match self.u8()? {
            KIND_I64 => Value::I64(i64::from_le_bytes(self.fixed()?)),
            KIND_U64 => Value::U64(self.u64()?),
            KIND_I128 => Value::I128(i128::from_le_bytes(self.fixed()?)),
            KIND_U128 => Value::U128(u128::from_le_bytes(self.fixed()?)),
            KIND_F64 => Value::F64(f64::from_le_bytes(self.fixed()?)),
            KIND_BOOL => Value::Bool(self.u8()? != 0),
            KIND_STR => Value::Str(self.str()?),
            KIND_CUT => {
                let (text, original) = self.cut()?;
                if text.len() as u64 == original {
                    Value::Str(text)
                } else {
                    Value::Cut { text, original }
                }
            }
            KIND_ERROR => {
                let (message, original) = self.cut()?;
                let length = self.u32()? as usize;
                Value::Error(ErrorValue { message, original, sources: self.take(length)? })
            }
            KIND_JSON => Value::Json(self.str()?),
            _ => return None,
        })
    }
}
