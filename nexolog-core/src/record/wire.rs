//! The typed form of a record between the caller and the writer.
//!
//! The caller copies values into a byte buffer as they are; the writer reads them back (see
//! [`items`](super::items)) and renders JSON. An event is a [`Header`] followed by items; an item is a tag byte
//! and its payload. All integers are little-endian. The form never leaves the process, so it has no version.

use super::Level;
use super::items::Reader;

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
    /// Here stands what is known of the request; see [`body`](super::body).
    Request,
    /// Of the next item, the id or the key was this long before it was cut: bytes.
    Cut,
}

impl Tag {
    pub(super) const ALL: [Tag; 13] = [
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
        Tag::Request,
        Tag::Cut,
    ];
}

pub(super) const KIND_I64: u8 = 0;
pub(super) const KIND_U64: u8 = 1;
pub(super) const KIND_I128: u8 = 2;
pub(super) const KIND_U128: u8 = 3;
pub(super) const KIND_F64: u8 = 4;
pub(super) const KIND_BOOL: u8 = 5;
pub(super) const KIND_STR: u8 = 6;
pub(super) const KIND_CUT: u8 = 7;
pub(super) const KIND_ERROR: u8 = 8;
pub(super) const KIND_JSON: u8 = 9;

/// The fixed head of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Nanoseconds since the process's clock anchor.
    pub(crate) stamp: u64,
    pub(crate) plan: u32,
    pub(crate) level: Level,
}

/// Bytes of an encoded [`Header`], the length of the event before it included.
pub(crate) const HEADER_LEN: usize = REQUEST_AT + 2;

/// Where in a header it says where the event's request is; see [`body`](super::body).
pub(super) const REQUEST_AT: usize = 4 + 8 + 4 + 1;

/// Starts an event: room for the header, filled in by [`finish`].
pub(crate) fn begin(out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&[0; HEADER_LEN]);
}

/// Completes the event in `out` with its length and header.
///
/// An event of 4 GiB can't be: every value is capped long before.
pub(crate) fn finish(out: &mut [u8], header: Header) {
    let mut head = [0; HEADER_LEN];
    head[..4].copy_from_slice(&length(out.len()));
    head[4..12].copy_from_slice(&header.stamp.to_le_bytes());
    head[12..16].copy_from_slice(&header.plan.to_le_bytes());
    head[16] = header.level as u8;
    if let Some(room) = out.first_chunk_mut() {
        *room = head;
    }
}

/// Completes an event once more, to which items were added after it was complete.
pub(crate) fn finish_longer(out: &mut [u8]) {
    put_length(out, out.len());
}

pub(super) fn put_length(event: &mut [u8], bytes: usize) {
    if let Some(place) = event.first_chunk_mut() {
        *place = length(bytes);
    }
}

pub(super) fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes()
}

/// The length and header of the event that `bytes` begins with.
#[inline]
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

pub(crate) fn put_request(out: &mut Vec<u8>) {
    out.push(Tag::Request as u8);
}

pub(crate) fn put_context(out: &mut Vec<u8>, tag: Tag, text: &str) {
    out.push(tag as u8);
    put_text(out, text);
}

/// Tells how long the id or the key of the next item was before it was cut.
pub(crate) fn put_original(out: &mut Vec<u8>, original: u64) {
    out.push(Tag::Cut as u8);
    out.extend_from_slice(&original.to_le_bytes());
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
    out.extend_from_slice(&[Tag::Field as u8, index, KIND_STR, 0, 0, 0, 0]);
    out.len()
}

/// Completes a string value whose text begins at `text_at` and was `original` bytes long before any cut.
#[inline]
pub(crate) fn finish_text(out: &mut Vec<u8>, text_at: usize, original: u64) {
    let kept = out.len() - text_at;
    if kept as u64 == original {
        out[text_at - 4..text_at].copy_from_slice(&length(kept));
    } else {
        finish_cut(out, text_at, original);
    }
}

/// A text that was cut says how long it was, for which there is no room yet.
#[cold]
fn finish_cut(out: &mut Vec<u8>, text_at: usize, original: u64) {
    let text = out.split_off(text_at);
    out.truncate(text_at - 5);
    out.push(KIND_CUT);
    out.extend_from_slice(&original.to_le_bytes());
    out.extend_from_slice(&length(text.len()));
    out.extend_from_slice(&text);
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
