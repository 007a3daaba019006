//! Short texts that live as long as a request, without an allocation each.

use std::cell::RefCell;
use std::ops::Deref;

use bytes::{Bytes, BytesMut};

/// Ids of some hundred requests. A request that lasts keeps the whole chunk, so it is small.
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

/// Texts that a thread keeps for requests to come, and the capacity of the longest.
const MOST_FREE: usize = 64;
const LONGEST_FREE: usize = 4096;

thread_local! {
    static FREE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A text that leaves its memory to the next one.
#[derive(Clone, Debug)]
pub(crate) struct Pooled(String);

impl Pooled {
    /// What `write` appends to an empty text.
    pub(crate) fn of(write: impl FnOnce(&mut String)) -> Pooled {
        let free = FREE.try_with(|free| free.try_borrow_mut().ok()?.pop());
        let mut text = free.ok().flatten().unwrap_or_default();
        write(&mut text);
        Pooled(text)
    }
}

impl Deref for Pooled {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let mut text = std::mem::take(&mut self.0);
        if text.capacity() > LONGEST_FREE {
            return;
        }
        text.clear();
        // Where thread-local storage is gone, the memory goes, too.
        let _ = FREE.try_with(|free| {
            if let Ok(mut free) = free.try_borrow_mut()
                && free.len() < MOST_FREE
            {
                free.push(text);
            }
        });
    }
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
    fn a_text_begins_empty_in_the_memory_of_another_and_what_is_kept_is_bounded() {
        let text = |text: &str| Pooled::of(|out| out.push_str(text));
        let before = text("before").as_ptr();
        let (one, two) = (text("one"), text("two"));
        assert_eq!((&*one, &*two, one.as_ptr()), ("one", "two", before));
        let many: Vec<Pooled> = (0..2 * MOST_FREE).map(|_| text("x")).collect();
        drop((many, text(&"x".repeat(LONGEST_FREE + 1))));
        FREE.with_borrow(|free| {
            assert_eq!(free.len(), MOST_FREE);
            assert!(free.iter().all(|text| text.is_empty() && text.capacity() <= LONGEST_FREE));
        });
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 3), "aé");
    }
}
