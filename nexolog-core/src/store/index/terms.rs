//! Collects the terms of blocks, in bounded memory whatever the lines say.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::block::{Block, flag};
use super::hash;
use super::part::{BLOCKS_OF_PART, Part};
use super::table;
use super::tokens::{self, SHORTEST_WORD};
use super::words::Words;

/// Hashes are hashed already.
pub(super) type AsIs = BuildHasherDefault<Taken>;

/// Takes a number for its hash.
#[derive(Debug, Default)]
pub(super) struct Taken(u64);

impl Hasher for Taken {
    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Terms of a block beyond which it is not indexed.
const MOST_OF_BLOCK: usize = 1 << 18;
/// Terms, each counted in every block it is in, after which a new part is begun: 8 MB of memory.
const MOST_OF_PART: usize = 1 << 20;
/// Bytes of all parts' tables and words beyond which further blocks are not indexed.
const MOST_BYTES: usize = 64 << 20;

/// Slots of the memory for short tokens that came in this block.
const RECENT: usize = 1 << 10;

/// The terms of a segment, block by block.
#[derive(Debug)]
pub(super) struct Terms {
    seed: u64,
    /// What short tokens were seen in this block; saves most of them the way through `seen`.
    recent: Box<[u128; RECENT]>,
    /// Terms of this block, by hash.
    seen: HashSet<u64, AsIs>,
    longest: u8,
    flags: u8,
    words: Words,
    /// Terms of this part: hash and block, as [`table`] wants them.
    pairs: Vec<u64>,
    /// Blocks before this part, and in it.
    before: usize,
    blocks: usize,
    parts: Vec<Part>,
    bytes: usize,
}

impl Terms {
    pub(super) fn new(seed: u64) -> Terms {
        Terms {
            seed,
            recent: Box::new([0; RECENT]),
            seen: HashSet::default(),
            longest: 0,
            flags: 0,
            words: Words::default(),
            pairs: Vec::new(),
            before: 0,
            blocks: 0,
            parts: Vec::new(),
            bytes: 0,
        }
    }

    /// Puts in a token of ASCII letters and digits, in lower case: the first `length` bytes of `text`.
    ///
    /// What stands behind it in `text` does not matter; with 16 bytes in all it is quicker.
    #[inline]
    pub(super) fn put_ascii(&mut self, text: &[u8], length: usize) {
        if let (Some(mask), Some(sixteen)) = (MASKS.get(length), text.first_chunk()) {
            let token = u128::from_le_bytes(*sixteen) & mask;
            if let Some(slot) = self.recent.get_mut(slot(token)) {
                if *slot == token {
                    return;
                }
                *slot = token;
            }
        }
        if let Some(token) = text.get(..length) {
            self.put_token(token);
        }
    }

    fn put_token(&mut self, token: &[u8]) {
        let hash = hash::of_term(token, self.seed);
        if !self.is_new(hash) {
            return;
        }
        if token.iter().any(u8::is_ascii_digit) {
            self.note_length(token.len());
            token.split(u8::is_ascii_digit).for_each(|run| self.put_run(run));
        } else if token.len() >= SHORTEST_WORD {
            self.put_word(token, hash);
        }
    }

    /// Puts in every token of a folded text.
    pub(super) fn put_text(&mut self, folded: &str) {
        for token in tokens::tokens(folded) {
            let token = token.text;
            let hash = hash::of_term(token.as_bytes(), self.seed);
            if !self.is_new(hash) {
                continue;
            }
            if tokens::has_digit(token) {
                self.note_length(token.len());
                tokens::letter_runs(token).for_each(|run| self.put_run(run.text.as_bytes()));
            } else if token.len() >= SHORTEST_WORD {
                self.put_word(token.as_bytes(), hash);
            }
        }
    }

    /// Puts in the digits of a number that is not written as plain digits, and remembers that it is not.
    pub(super) fn put_number(&mut self, written: &str, digits: Option<&str>) {
        // One more, because the digits in it are no token that could be found.
        self.note_length(written.len() + 1);
        if let Some(digits) = digits {
            self.put_text(digits);
        }
    }

    /// Ends a block, and tells it what it has to know.
    pub(super) fn end_block(&mut self, block: &mut Block) {
        self.recent.fill(0);
        if self.is_too_much() {
            self.flags |= flag::NO_TERMS;
            self.seen.clear();
        }
        let number = self.blocks as u64;
        self.pairs.extend(self.seen.drain().map(|hash| table::pair(hash, number)));
        // Looking through an empty set takes as long as its room is wide.
        self.seen.shrink_to(1 << 14);
        block.longest = std::mem::take(&mut self.longest);
        block.flags |= std::mem::take(&mut self.flags);
        self.blocks += 1;
        if self.pairs.len() >= MOST_OF_PART || self.blocks == BLOCKS_OF_PART {
            self.end_part();
        }
    }

    pub(super) fn finish(mut self) -> Vec<Part> {
        self.end_part();
        self.parts
    }

    fn end_part(&mut self) {
        if self.blocks == 0 {
            return;
        }
        let part = Part::new(
            self.before,
            self.blocks,
            table::encode(&mut self.pairs, self.blocks, self.parts.len()),
            self.words.take(),
        );
        self.pairs.clear();
        self.bytes += part.bytes();
        self.before += self.blocks;
        self.blocks = 0;
        self.parts.push(part);
    }

    fn is_too_much(&self) -> bool {
        self.seen.len() > MOST_OF_BLOCK || self.bytes > MOST_BYTES
    }

    fn is_new(&mut self, hash: u64) -> bool {
        !self.is_too_much() && self.seen.insert(hash)
    }

    /// Puts in a letter run of a token that has digits, too.
    fn put_run(&mut self, run: &[u8]) {
        let is_listed =
            run.len() >= SHORTEST_WORD && !std::str::from_utf8(run).is_ok_and(tokens::is_hex);
        if is_listed {
            let hash = hash::of_term(run, self.seed);
            if self.is_new(hash) {
                self.put_word(run, hash);
            }
        }
    }

    fn put_word(&mut self, word: &[u8], hash: u64) {
        if !self.words.put(word, hash) {
            self.flags |= flag::MORE_WORDS;
        }
    }

    fn note_length(&mut self, length: usize) {
        self.longest = self.longest.max(u8::try_from(length).unwrap_or(u8::MAX));
    }
}

/// The bytes of a token, by its length.
const MASKS: [u128; 17] = {
    let mut masks = [0; 17];
    let mut length = 1;
    while length < masks.len() {
        masks[length] = u128::MAX >> (128 - 8 * length);
        length += 1;
    }
    masks
};

/// Where a token of at most 16 bytes is remembered.
#[allow(clippy::cast_possible_truncation, reason = "both halves are looked at")]
fn slot(token: u128) -> usize {
    let [low, high] = [token as u64, (token >> 64) as u64];
    let mixed = (low ^ high.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 54) as usize
}
