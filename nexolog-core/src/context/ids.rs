use std::ops::Range;

use crate::record::wire::{self, Tag};

/// Room for a UUID, a trace and a span, and what stands before each.
const SHORT: usize = 112;

/// Bytes before the text of an id: its tag and its length.
const HEAD: usize = 1 + 4;

/// The ids of a request in wire form, copied as they are into each event; in place unless an id is long.
pub(super) struct Ids {
    bytes: Bytes,
    request: Range<usize>,
    trace: Option<Range<usize>>,
    span: Option<Range<usize>>,
}

enum Bytes {
    Short { length: usize, bytes: [u8; SHORT] },
    Long(Vec<u8>),
}

impl Ids {
    pub(super) fn new(request_id: &str) -> Ids {
        let bytes = Bytes::Short { length: 0, bytes: [0; SHORT] };
        let mut ids = Ids { bytes, request: 0..0, trace: None, span: None };
        ids.request = ids.put(Tag::RequestId, request_id);
        ids
    }

    pub(super) fn with_trace(&self, trace_id: &str, span_id: &str) -> Ids {
        let mut ids = Ids::new(self.request_id());
        ids.trace = Some(ids.put(Tag::TraceId, trace_id));
        ids.span = Some(ids.put(Tag::SpanId, span_id));
        ids
    }

    pub(super) fn request_id(&self) -> &str {
        self.text(&self.request)
    }

    pub(super) fn trace_id(&self) -> Option<&str> {
        self.trace.as_ref().map(|range| self.text(range))
    }

    pub(super) fn span_id(&self) -> Option<&str> {
        self.span.as_ref().map(|range| self.text(range))
    }

    pub(super) fn wire(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Short { length, bytes } => bytes.get(..*length).unwrap_or_default(),
            Bytes::Long(bytes) => bytes,
        }
    }

    /// Appends an id; gives the place of its text.
    fn put(&mut self, tag: Tag, id: &str) -> Range<usize> {
        let needed = HEAD + id.len();
        if let Bytes::Short { length, bytes } = &mut self.bytes {
            if let Some(room) = bytes.get_mut(*length..*length + needed) {
                write(room, tag, id);
                *length += needed;
                return *length - id.len()..*length;
            }
            let mut longer = Vec::with_capacity(*length + needed + SHORT);
            longer.extend_from_slice(bytes.get(..*length).unwrap_or_default());
            self.bytes = Bytes::Long(longer);
        }
        let Bytes::Long(bytes) = &mut self.bytes else { return 0..0 };
        wire::put_context(bytes, tag, id);
        bytes.len() - id.len()..bytes.len()
    }

    /// Only whole texts are put in, so the fallback is never taken.
    fn text(&self, range: &Range<usize>) -> &str {
        let bytes = self.wire().get(range.clone()).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// What [`wire::put_context`] appends, into room that is exactly large enough.
fn write(room: &mut [u8], tag: Tag, id: &str) {
    let (head, text) = room.split_at_mut(HEAD);
    head[0] = tag as u8;
    // No longer than the room in place, so it fits.
    head[1..].copy_from_slice(&u32::try_from(id.len()).unwrap_or(u32::MAX).to_le_bytes());
    text.copy_from_slice(id.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_length_are_what_they_were_in_wire_form_and_out_of_it() {
        for length in [0, 1, 36, 50, 51, 52, 100, 107, 108, 5_000] {
            let (id, trace, span) = ("i".repeat(length), "t".repeat(32), "é".repeat(8));
            let ids = Ids::new(&id).with_trace(&trace, &span);
            assert_eq!(ids.request_id(), id);
            assert_eq!((ids.trace_id(), ids.span_id()), (Some(&*trace), Some(&*span)));
            let mut expected = Vec::new();
            wire::put_context(&mut expected, Tag::RequestId, &id);
            wire::put_context(&mut expected, Tag::TraceId, &trace);
            wire::put_context(&mut expected, Tag::SpanId, &span);
            assert_eq!(ids.wire(), expected);
        }
        assert_eq!(Ids::new("r-1").trace_id(), None);
    }
}
