//! The vocabulary: the letter runs of some blocks, to be looked through for a piece of a word.

use std::collections::HashSet;

use memchr::memmem;

use super::tokens::Run;

/// Bytes of a word beyond which it is not listed.
const LONGEST_WORD: usize = 64;
/// Bytes of a vocabulary beyond which it takes no more words.
const MOST_BYTES: usize = 256 << 10;
/// Words that a look-up follows at the most; with more of them nearly every block is meant.
pub(super) const MOST_FOUND: usize = 64;

/// What stands before, between and behind the words. No letter.
const SEPARATOR: u8 = b'\n';

/// Collects words.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// By hash.
    known: HashSet<u64, super::terms::AsIs>,
    list: Vec<Box<[u8]>>,
    bytes: usize,
}

impl Words {
    /// Puts in a word; `false` when it could not be.
    pub(super) fn put(&mut self, word: &[u8], hash: u64) -> bool {
        if self.known.contains(&hash) {
            return true;
        }
        if word.len() > LONGEST_WORD || self.bytes + word.len() >= MOST_BYTES {
            return false;
        }
        self.known.insert(hash);
        self.bytes += word.len() + 1;
        self.list.push(word.into());
        true
    }

    /// The words, sorted, and begins anew.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.known.clear();
        let mut words = std::mem::take(&mut self.list);
        words.sort_unstable();
        let mut list = Vec::with_capacity(std::mem::take(&mut self.bytes) + 1);
        list.push(SEPARATOR);
        for word in words {
            list.extend_from_slice(&word);
            list.push(SEPARATOR);
        }
        list
    }
}

/// The words of `list` that a text can have where it has `run`; `None` when they are too many.
pub(super) fn find<'a>(list: &'a [u8], run: &Run<'_>) -> Option<Vec<&'a [u8]>> {
    let mut pattern = Vec::with_capacity(run.text.len() + 2);
    pattern.extend(run.begins.then_some(SEPARATOR));
    pattern.extend_from_slice(run.text.as_bytes());
    pattern.extend(run.ends.then_some(SEPARATOR));
    let mut found: Vec<&[u8]> = Vec::new();
    let mut behind = 0;
    for at in memmem::find_iter(list, &pattern) {
        // In a word that was found already.
        if at < behind {
            continue;
        }
        let inside = at + usize::from(run.begins);
        let start = memchr::memrchr(SEPARATOR, list.get(..inside)?).map_or(0, |before| before + 1);
        let rest = list.get(start..)?;
        let word = rest.get(..memchr::memchr(SEPARATOR, rest).unwrap_or(rest.len()))?;
        // Its separator may be what the next word begins with.
        behind = start + word.len();
        if found.len() == MOST_FOUND {
            return None;
        }
        found.push(word);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Run;
    use super::{MOST_BYTES, MOST_FOUND, Words, find};

    fn listed(words: &[&str]) -> Vec<u8> {
        let mut list = Words::default();
        for (number, word) in words.iter().enumerate() {
            assert!(list.put(word.as_bytes(), number as u64));
        }
        list.take()
    }

    #[test]
    fn a_run_is_found_in_words_as_its_edges_allow() {
        let list = listed(&["timeout", "out", "time", "outtimeout", "tim", "über"]);
        let found = |text, begins, ends| {
            let found = find(&list, &Run { text, begins, ends }).unwrap();
            found.into_iter().map(|word| std::str::from_utf8(word).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(found("time", true, true), ["time"]);
        assert_eq!(found("time", true, false), ["time", "timeout"]);
        assert_eq!(found("out", false, true), ["out", "outtimeout", "timeout"]);
        assert_eq!(found("tim", false, false), ["outtimeout", "tim", "time", "timeout"]);
        assert_eq!(found("out", true, false), ["out", "outtimeout"]);
        assert_eq!(found("ber", false, true), ["über"]);
        assert!(found("over", false, false).is_empty());
    }

    #[test]
    fn lists_and_look_ups_are_bounded() {
        let mut words = Words::default();
        let word = [b'x'; 60];
        let taken = (0..100_000).filter(|hash| words.put(&word, *hash)).count();
        assert!(words.put(&word, 0), "a known word costs nothing");
        assert!(words.take().len() <= MOST_BYTES);
        assert!(taken > 4_000);
        assert!(!words.put(&[b'x'; 65], 0));
        let letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let pairs = letters.iter().flat_map(|a| letters.map(|b| format!("xx{a}{b}")));
        let mut many: Vec<String> = pairs.collect();
        assert_eq!(many.len(), MOST_FOUND);
        many.push("x".to_owned());
        let list = listed(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(find(&list, &Run { text: "x", begins: true, ends: false }).is_none());
        assert_eq!(
            find(&list, &Run { text: "xx", begins: true, ends: false }).unwrap().len(),
            MOST_FOUND
        );
    }
}
