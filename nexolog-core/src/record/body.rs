//! What an event says, with what is known of its request.
//!
//! The latter is more than half of most events and the same in all of a request. In a buffer it stands right behind the
//! header of the first of them; the next ones only say how far back that is.

use super::wire::{HEADER_LEN, REQUEST_AT, length, put_length};

/// Where an event says where its request is: nowhere, right behind the header, or so many bytes back from the event's
/// beginning at that of another, which has it behind its header.
const NO_REQUEST: u16 = 0;
const OWN_REQUEST: u16 = 1;

/// Bytes before a request that stands behind a header: its length.
const REQUEST_HEAD: usize = 4;

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Body<'a> {
    /// Its items.
    pub(crate) items: &'a [u8],
    /// Items that stand where [`Tag::Request`](super::wire::Tag::Request) does; no fields of a callsite are among them.
    pub(crate) request: &'a [u8],
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

/// The request behind the header of the event that begins at `start`.
#[inline]
fn own_request(buffer: &[u8], start: usize) -> Option<&[u8]> {
    let rest = buffer.get(start + HEADER_LEN..)?;
    let (length, rest) = rest.split_first_chunk::<REQUEST_HEAD>()?;
    rest.get(..u32::from_le_bytes(*length) as usize)
}

/// What the event says that begins at `start` and is `length` bytes long. What can't be read is nothing.
#[inline]
pub(crate) fn read(buffer: &[u8], start: usize, length: usize) -> Body<'_> {
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
    let Body { items, request } = read(buffer, start, length);
    if request.is_empty() || event.len() != HEADER_LEN + items.len() {
        return event.to_vec();
    }
    let mut out = Vec::with_capacity(appended(event, request));
    append_whole(&mut out, event, request);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Level;
    use super::super::wire::{Header, begin, finish, head};
    use super::*;

    fn event(stamp: u64, items: &[u8]) -> Vec<u8> {
        let mut event = Vec::new();
        begin(&mut event);
        event.extend_from_slice(items);
        finish(&mut event, Header { stamp, plan: 7, level: Level::Info });
        event
    }

    /// Stamps and bodies of the events in a buffer.
    fn read_all(buffer: &[u8]) -> Vec<(u64, Body<'_>)> {
        let (mut found, mut start) = (Vec::new(), 0);
        while let Some((length, header)) = head(&buffer[start..]) {
            found.push((header.stamp, read(buffer, start, length)));
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
        assert_eq!(read_all(&buffer), expected);
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
        assert!(read_all(&buffer).iter().all(|(_, body)| body.request == b"r-1"));
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
            prop_assert_eq!(read_all(&buffer), expected.clone());
            let mut start = 0;
            for expected in expected {
                let (length, _) = head(&buffer[start..]).unwrap();
                let alone = alone(&buffer, start, length);
                prop_assert_eq!(read_all(&alone), [expected]);
                start += length;
            }
        }

        #[test]
        fn a_damaged_buffer_is_read_without_harm(
            buffer in prop::collection::vec(prop_oneof![3 => 0..40_u8, 1 => any::<u8>()], 0..200),
            start in 0..300_usize,
            length in 0..300_usize,
        ) {
            read(&buffer, start, length);
            alone(&buffer, start, length);
        }
    }
}
