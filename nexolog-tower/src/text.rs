//! Short texts that live as long as a request, without an allocation each.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};

/// Texts of some twenty requests. A request that lasts keeps the whole chunk, so it is small.
const CHUNK: usize = 4096;

/// With less room than this a chunk is left behind, so that texts seldom have to move.
const LEAST_ROOM: usize = 512;

thread_local! {
    static CURRENT: RefCell<BytesMut> = RefCell::new(BytesMut::new());
}

/// What `write` appends to an empty buffer.
pub(crate) fn shared(write: impl FnOnce(&mut BytesMut)) -> Bytes {
    let mut chunk = CURRENT.try_with(RefCell::take).unwrap_or_default();
    // Where all its texts are gone, a chunk begins anew.
    if chunk.capacity() < LEAST_ROOM && !chunk.try_reclaim(CHUNK) {
        chunk = BytesMut::with_capacity(CHUNK);
    }
    write(&mut chunk);
    let text = chunk.split().freeze();
    // Where thread-local storage is gone, the chunk is this text's alone.
    let _ = CURRENT.try_with(|current| current.replace(chunk));
    text
}

/// At most `cap` bytes of `text`, ending at a character's edge.
pub(crate) fn cut(text: &str, cap: usize) -> &str {
    let mut end = text.len().min(cap);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_what_they_were() {
        let texts: Vec<Bytes> = (0..1000)
            .map(|n| shared(|out| out.extend_from_slice("x".repeat(n).as_bytes())))
            .collect();
        for (n, text) in texts.iter().enumerate() {
            assert_eq!(&text[..], "x".repeat(n).as_bytes());
        }
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 3), "aé");
    }
}
