//! The typed form of a record between the caller and the writer.
//!
//! The caller copies values into a byte buffer as they are; the writer reads them back (see
//! [`items`](super::items)) and renders JSON. An event is a [`Header`] followed by items; an item is a tag byte
//! and its payload. All integers are little-endian. The form never leaves the process, so it has no version.
//!
//! What is known of an event's request is more than half of most events and the same in all of them. It stands
//! right behind the header of the first; the next ones in the same buffer only say how far back that is.

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
    /// Here stands what is known of the request; see [`Body::request`].
    Request,
}

impl Tag {
    pub(super) const ALL: [Tag; 12] = [
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

/// Where an event says where its request is: nowhere, right behind the header, or so many bytes back from the event's
/// beginning at that of another, which has it behind its header.
const REQUEST_AT: usize = 4 + 8 + 4 + 1;
const NO_REQUEST: u16 = 0;
const OWN_REQUEST: u16 = 1;

/// Bytes before a request that stands behind a header: its length.
const REQUEST_HEAD: usize = 4;

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Body<'a> {
    /// Its items.
    pub(crate) items: &'a [u8],
    /// Items that stand where [`Tag::Request`] does; no fields of a callsite are among them.
    pub(crate) request: &'a [u8],
}

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

/// Appends a complete event, and what is known of its request unless that is empty. `first` is where in `out` the
/// newest event begins that has its request behind its header, if there is one.
#[inline]
pub(crate) fn append(out: &mut Vec<u8>, event: &[u8], request: &[u8], first: &mut Option<usize>) {
    let start = out.len();
    if request.is_empty() {
        return out.extend_from_slice(event);
    }
    let back = first.filter(|first| own_request(out, *first) == Some(request));
    if let Some(back) = back.and_then(|first| u16::try_from(start - first).ok()) {
        out.extend_from_slice(event);
        set_request(&mut out[start..], back);
    } else {
        append_whole(out, event, request);
        *first = Some(start);
    }
}

/// Bytes that [`append`] needs at most.
#[inline]
pub(crate) fn appended(event: &[u8], request: &[u8]) -> usize {
    let head = if request.is_empty() { 0 } else { REQUEST_HEAD };
    event.len() + head + request.len()
}

/// Appends a complete event with its request behind its header.
pub(crate) fn append_whole(out: &mut Vec<u8>, event: &[u8], request: &[u8]) {
    let start = out.len();
    let (head, items) = event.split_at(HEADER_LEN.min(event.len()));
    out.extend_from_slice(head);
    out.extend_from_slice(&length(request.len()));
    out.extend_from_slice(request);
    out.extend_from_slice(items);
    let event = &mut out[start..];
    put_length(event, event.len());
    set_request(event, OWN_REQUEST);
}

fn set_request(event: &mut [u8], request: u16) {
    if let Some(place) = event.get_mut(REQUEST_AT..HEADER_LEN) {
        place.copy_from_slice(&request.to_le_bytes());
    }
}

fn put_length(event: &mut [u8], bytes: usize) {
    if let Some(place) = event.first_chunk_mut() {
        *place = length(bytes);
    }
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes()
}

/// The request behind the header of the event that begins at `start`.
#[inline]
fn own_request(buffer: &[u8], start: usize) -> Option<&[u8]> {
    let rest = buffer.get(start + HEADER_LEN..)?;
    let (length, rest) = rest.split_first_chunk::<REQUEST_HEAD>()?;
    rest.get(..u32::from_le_bytes(*length) as usize)
}

/// What the event says that begins at `start` and is `length` bytes long. What can't be read is nothing.
#[inline]
pub(crate) fn body(buffer: &[u8], start: usize, length: usize) -> Body<'_> {
    let event = buffer.get(start..start + length).unwrap_or_default();
    let items = event.get(HEADER_LEN..).unwrap_or_default();
    let request = event.get(REQUEST_AT..).and_then(|at| at.first_chunk().copied());
    match request.map_or(NO_REQUEST, u16::from_le_bytes) {
        NO_REQUEST => Body { items, request: &[] },
        OWN_REQUEST => {
            let request = own_request(event, 0).unwrap_or_default();
            Body { items: items.get(REQUEST_HEAD + request.len()..).unwrap_or_default(), request }
        }
        back => {
            let first = start.checked_sub(usize::from(back));
            let request = first.and_then(|first| own_request(buffer, first)).unwrap_or_default();
            Body { items, request }
        }
    }
}

/// The event that begins at `start`, so that it can be read without what is before it.
pub(crate) fn alone(buffer: &[u8], start: usize, length: usize) -> Vec<u8> {
    let event = buffer.get(start..start + length).unwrap_or_default();
    let Body { items, request } = body(buffer, start, length);
    if request.is_empty() || event.len() != HEADER_LEN + items.len() {
        return event.to_vec();
    }
    let mut out = Vec::with_capacity(appended(event, request));
    append_whole(&mut out, event, request);
    out
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(stamp: u64, items: &[u8]) -> Vec<u8> {
        let mut event = Vec::new();
        begin(&mut event);
        event.extend_from_slice(items);
        finish(&mut event, Header { stamp, plan: 7, level: Level::Info });
        event
    }

    /// Stamps and bodies of the events in a buffer.
    fn read(buffer: &[u8]) -> Vec<(u64, Body<'_>)> {
        let (mut found, mut start) = (Vec::new(), 0);
        while let Some((length, header)) = head(&buffer[start..]) {
            found.push((header.stamp, body(buffer, start, length)));
            start += length;
        }
        assert_eq!(start, buffer.len());
        found
    }

    #[test]
    fn a_request_is_told_once_until_another_comes_between() {
        let (mut buffer, mut first) = (Vec::new(), None);
        let request = [9; 50];
        for (stamp, request) in [(1, &request[..]), (2, &request), (3, b"other"), (4, &request)] {
            append(&mut buffer, &event(stamp, b"items"), request, &mut first);
        }
        let items = b"items";
        let of = |request| Body { items, request };
        let expected = [(1, of(&request)), (2, of(&request)), (3, of(b"other")), (4, of(&request))];
        assert_eq!(read(&buffer), expected);
        let told = 3 * REQUEST_HEAD + 2 * request.len() + b"other".len();
        assert_eq!(buffer.len(), 4 * (HEADER_LEN + items.len()) + told);
    }

    #[test]
    fn an_event_too_far_from_the_first_tells_of_its_request_itself() {
        let (mut buffer, mut first) = (Vec::new(), None);
        let items = vec![0; 40_000];
        for stamp in 0..3 {
            append(&mut buffer, &event(stamp, &items), b"r-1", &mut first);
        }
        assert!(read(&buffer).iter().all(|(_, body)| body.request == b"r-1"));
        assert!(buffer.len() > 3 * 40_000);
    }

    proptest! {
        #[test]
        fn what_is_appended_is_read_in_its_buffer_and_alone(
            events in prop::collection::vec(
                (any::<u64>(), prop::collection::vec(any::<u8>(), 0..40), 0..4_usize), 0..60,
            ),
        ) {
            let requests: [&[u8]; 4] = [b"", b"r", b"r-1", &[3; 300]];
            let (mut buffer, mut first) = (Vec::new(), None);
            for (stamp, items, request) in &events {
                append(&mut buffer, &event(*stamp, items), requests[*request], &mut first);
            }
            let expected: Vec<_> = events
                .iter()
                .map(|(stamp, items, at)| (*stamp, Body { items, request: requests[*at] }))
                .collect();
            prop_assert_eq!(read(&buffer), expected.clone());
            let mut start = 0;
            for expected in expected {
                let (length, _) = head(&buffer[start..]).unwrap();
                let alone = alone(&buffer, start, length);
                prop_assert_eq!(read(&alone), [expected]);
                start += length;
            }
        }

        #[test]
        fn a_damaged_buffer_is_read_without_harm(
            buffer in prop::collection::vec(prop_oneof![3 => 0..40_u8, 1 => any::<u8>()], 0..200),
            start in 0..300_usize,
            length in 0..300_usize,
        ) {
            body(&buffer, start, length);
            alone(&buffer, start, length);
        }
    }
}
