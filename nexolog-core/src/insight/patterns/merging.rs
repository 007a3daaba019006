//! Finds places in which patterns that are alike otherwise differ.

use std::collections::HashMap;

use memchr::memchr;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::skeleton::{PUNCTUATION, ending};
use super::words::VALUE;

/// Patterns that differ in one place and nowhere else, before that place is a hole.
pub(super) const ENOUGH: usize = 6;

/// The same for two places, in both of which as many words differ.
pub(super) const ENOUGH_OF_TWO: usize = 8;

/// Of two places, what is remembered before it is given up that both will vary.
const MOST_OF_TWO: usize = 4 * ENOUGH_OF_TWO;

/// Of pairs of places, those among the first so many tokens are looked at.
const MOST_IN_PAIRS: usize = 24;

/// Sets of patterns that are remembered, for one place and for two each.
const MOST_REMEMBERED: usize = 1 << 16;

/// The hash of a token in its place. The sum of them is a pattern's.
pub(super) fn hash(place: usize, token: &[u8]) -> u64 {
    xxh3_64_with_seed(token, place as u64)
}

/// A place that could be a hole.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) index: usize,
    /// The token with its hole.
    pub(super) hole: Box<[u8]>,
    /// What the hole adds to the pattern's hash.
    pub(super) step: u64,
    /// The hash of the word that stands there.
    word: u64,
}

/// The places of a pattern, alone and in pairs.
#[derive(Debug)]
pub(super) struct Places {
    all: Vec<Place>,
    /// Which tokens have a letter, one bit each.
    words: u64,
}

impl Places {
    pub(super) fn of<'a>(tokens: impl Iterator<Item = &'a [u8]>) -> Places {
        let mut places = Places { all: Vec::new(), words: 0 };
        for (index, token) in tokens.enumerate() {
            if token.iter().any(u8::is_ascii_alphabetic) || !token.is_ascii() {
                places.words |= 1 << (index % 64);
            }
            let hole = with_hole(token);
            if *hole != *token {
                let word = hash(index, token);
                let step = hash(index, &hole).wrapping_sub(word);
                places.all.push(Place { index, hole, step, word });
            }
        }
        places
    }

    /// Places that may be a hole alone.
    pub(super) fn single(&self) -> impl Iterator<Item = &Place> {
        self.all.iter().filter(|place| self.is_told_without(&[place.index]))
    }

    /// Pairs of places that may be holes together.
    pub(super) fn pairs(&self) -> impl Iterator<Item = [&Place; 2]> {
        let near = &self.all[..self.all.len().min(MOST_IN_PAIRS)];
        near.iter().enumerate().flat_map(move |(count, one)| {
            let pairs = near[count + 1..].iter().map(move |two| [one, two]);
            pairs.filter(|[one, two]| self.is_told_without(&[one.index, two.index]))
        })
    }

    /// Whether the words that would be left still say what happened.
    fn is_told_without(&self, holes: &[usize]) -> bool {
        let left = holes.iter().fold(self.words, |words, index| words & !(1 << (index % 64)));
        let for_the_subject = if holes.contains(&0) { 2 } else { 0 };
        left.count_ones() as usize > 2 * (holes.len() - 1) + for_the_subject
    }
}

/// The token with a hole for its word, or for the value of its `key=value`. What punctuates it stays.
fn with_hole(token: &[u8]) -> Box<[u8]> {
    let after = ending(token, PUNCTUATION);
    let word = &token[..token.len() - after.len()];
    let key = match memchr(b'=', word) {
        Some(at) if at > 0 && at + 1 < word.len() => &word[..=at],
        _ => &[],
    };
    [key, &[VALUE], after].concat().into()
}

/// Patterns by what they would be with a hole or two.
#[derive(Debug, Default)]
pub(super) struct Alike {
    one: HashMap<u64, Vec<usize>>,
    two: HashMap<u64, Vec<(usize, [u64; 2])>>,
}

impl Alike {
    /// Patterns that have a word where the one with this hash has a hole.
    pub(super) fn take(&mut self, hash: u64) -> Vec<usize> {
        self.one.remove(&hash).unwrap_or_default()
    }

    /// Remembers that a pattern would be `hash` with one hole. Gives all that would, when they are enough.
    pub(super) fn add(
        &mut self,
        hash: u64,
        pattern: usize,
        is_there: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        if self.one.len() >= MOST_REMEMBERED {
            self.one.clear();
        }
        let alike = self.one.entry(hash).or_default();
        alike.retain(|other| is_there(*other));
        alike.push(pattern);
        (alike.len() >= ENOUGH).then(|| std::mem::take(alike))
    }

    /// The same with two holes.
    pub(super) fn add_pair(
        &mut self,
        hash: u64,
        pattern: usize,
        pair: [&Place; 2],
        is_there: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        if self.two.len() >= MOST_REMEMBERED {
            self.two.clear();
        }
        let alike = self.two.entry(hash).or_default();
        alike.retain(|(other, _)| is_there(*other));
        if alike.len() == MOST_OF_TWO {
            return None;
        }
        alike.push((pattern, pair.map(|place| place.word)));
        let vary = |place: usize| {
            let mut words: Vec<u64> = alike.iter().map(|(_, words)| words[place]).collect();
            words.sort_unstable();
            words.dedup();
            words.len() >= ENOUGH_OF_TWO
        };
        let is_enough = alike.len() >= ENOUGH_OF_TWO && vary(0) && vary(1);
        is_enough.then(|| std::mem::take(alike).into_iter().map(|(pattern, _)| pattern).collect())
    }

    pub(super) fn clear(&mut self) {
        self.one.clear();
        self.two.clear();
    }
}
