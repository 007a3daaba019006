use std::cmp::Reverse;
use std::collections::HashMap;

use super::merging::{Alike, Place, Places, hash};
use super::pattern::{Pattern, Sighting};
use super::skeleton::Skeleton;
use crate::record::Level;

/// Patterns that are told apart; what comes when there are so many is only counted.
const MOST_PATTERNS: usize = 4096;

/// Skeletons that are known by heart.
const MOST_KNOWN: usize = 1 << 16;

/// Finds the patterns of messages while they come.
///
/// Numbers, ids, paths, addresses and the like are taken for values wherever they stand, and words where many messages
/// differ in nothing else. Nothing has to be configured. A message of a known pattern costs reading it once and one
/// look-up. Memory is bounded, whatever the messages are: of at most 4,096 patterns others are told apart.
///
/// ```
/// use nexolog_core::PatternMiner;
///
/// let mut miner = PatternMiner::new();
/// for name in ["ann", "bob", "cy", "dan", "eve", "fay"] {
///     miner.add(&format!("{name} signed in from 192.0.2.7 to see the orders"));
/// }
/// let key = miner.add("cache is cold").expect("there is room for another pattern");
/// let patterns = miner.patterns();
/// assert_eq!(patterns[0].text(), "<*> signed in from <*> to see the orders");
/// assert_eq!(patterns[0].count(), 6);
/// assert_eq!(miner.pattern_of(key).map(|pattern| pattern.text()), Some("cache is cold".to_owned()));
/// ```
#[derive(Debug, Default)]
pub struct PatternMiner {
    /// Which pattern a skeleton belongs to, by its hash.
    known: HashMap<u64, usize>,
    patterns: Vec<Slot>,
    /// How many of them are not merged.
    live: usize,
    alike: Alike,
    skeleton: Skeleton,
    added: u64,
    unplaced: u64,
    /// How often [`forget`](PatternMiner::forget) has moved the patterns.
    moves: u32,
}

/// Says which pattern a message was of; see [`PatternMiner::pattern_of`].
///
/// ```
/// use nexolog_core::PatternMiner;
///
/// let mut miner = PatternMiner::new();
/// let (one, two) = (miner.add("took 3 ms"), miner.add("took 12 ms"));
/// assert_eq!(one, two);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PatternKey {
    index: usize,
    moves: u32,
}

#[derive(Debug)]
enum Slot {
    Live(Box<Pattern>),
    /// It belongs to another one.
    Merged(usize),
}

impl PatternMiner {
    /// A miner that has seen nothing.
    #[must_use]
    pub fn new() -> PatternMiner {
        PatternMiner::default()
    }

    /// Takes one message. `None` when there are so many patterns that it can't be one of its own; it is
    /// [counted](PatternMiner::unplaced) then.
    pub fn add(&mut self, message: &str) -> Option<PatternKey> {
        self.added += 1;
        self.add_record(message, None, Sighting { seq: self.added, micros: 0 })
    }

    /// The same for the message of a record.
    pub(crate) fn add_record(
        &mut self,
        message: &str,
        level: Option<Level>,
        at: Sighting,
    ) -> Option<PatternKey> {
        self.skeleton.read(message);
        let tokens = self.skeleton.tokens().enumerate();
        let hash = tokens.fold(0, |sum: u64, (place, token)| sum.wrapping_add(hash(place, token)));
        let found = match self.known.get(&hash) {
            Some(index) => Some(*index),
            None => self.learn(hash, message, at),
        };
        let index = found.map(|index| self.resolve(index));
        match index.map(|index| &mut self.patterns[index]) {
            Some(Slot::Live(pattern)) => pattern.see(level, at),
            _ => self.unplaced += 1,
        }
        index.map(|index| PatternKey { index, moves: self.moves })
    }

    /// How many messages were of no pattern because there were too many.
    #[must_use]
    pub fn unplaced(&self) -> u64 {
        self.unplaced
    }

    /// The patterns found so far, those of most messages first.
    #[must_use]
    pub fn patterns(&self) -> Vec<&Pattern> {
        let live = self.patterns.iter().filter_map(Slot::live);
        let mut patterns: Vec<&Pattern> = live.filter(|pattern| pattern.count > 0).collect();
        patterns.sort_by_key(|pattern| (Reverse(pattern.count), pattern.first));
        patterns
    }

    /// The pattern that a message is of by now: patterns become one as more is seen. `None` for a key from long ago, when
    /// more than 65,536 different messages came since, values left out.
    #[must_use]
    pub fn pattern_of(&self, key: PatternKey) -> Option<&Pattern> {
        let is_known = key.moves == self.moves && key.index < self.patterns.len();
        is_known.then(|| self.patterns[self.resolve(key.index)].live()).flatten()
    }

    /// A skeleton that was not seen before; gives its pattern.
    fn learn(&mut self, hash: u64, message: &str, at: Sighting) -> Option<usize> {
        if self.known.len() >= MOST_KNOWN {
            self.forget();
        }
        if self.live >= MOST_PATTERNS {
            return None;
        }
        let tokens = self.skeleton.tokens().map(Box::from).collect();
        let index = self.insert(Box::new(Pattern::new(tokens, hash, message, at)));
        let mut unsettled = vec![index];
        while let Some(index) = unsettled.pop() {
            unsettled.extend(self.settle(index));
        }
        Some(index)
    }

    fn insert(&mut self, pattern: Box<Pattern>) -> usize {
        let index = self.patterns.len();
        self.known.insert(pattern.hash, index);
        self.patterns.push(Slot::Live(pattern));
        self.live += 1;
        index
    }

    /// Compares a new pattern with those there are. Gives the one that was made of it and others, if one was.
    fn settle(&mut self, index: usize) -> Option<usize> {
        let Slot::Live(pattern) = &self.patterns[index] else { return None };
        let (hash, places) = (pattern.hash, Places::of(pattern.tokens.iter().map(|it| &**it)));
        for other in self.alike.take(hash) {
            self.merge(other, index);
        }
        for place in places.single() {
            let with_hole = hash.wrapping_add(place.step);
            if let Some(known) = self.known.get(&with_hole) {
                self.merge(index, *known);
                return None;
            }
            let PatternMiner { alike, patterns, .. } = self;
            if let Some(all) = alike.add(with_hole, index, |other| is_live(patterns, other)) {
                return self.merge_all(&all, &[place], with_hole);
            }
        }
        for pair in places.pairs() {
            let [one, two] = pair;
            let with_holes = hash.wrapping_add(one.step).wrapping_add(two.step);
            let PatternMiner { alike, patterns, .. } = self;
            let is_there = |other| is_live(patterns, other);
            if let Some(all) = alike.add_pair(with_holes, index, pair, is_there) {
                return self.merge_all(&all, &pair, with_holes);
            }
        }
        None
    }

    /// Makes a pattern with these holes of all that are alike but for them.
    fn merge_all(&mut self, all: &[usize], holes: &[&Place], hash: u64) -> Option<usize> {
        let Some(Slot::Live(first)) = all.first().map(|index| &self.patterns[*index]) else {
            return None;
        };
        let mut pattern =
            Box::new(Pattern { hash, count: 0, by_level: [0; 6], ..(**first).clone() });
        for place in holes {
            pattern.tokens[place.index].clone_from(&place.hole);
        }
        let index = self.insert(pattern);
        for other in all {
            self.merge(*other, index);
        }
        Some(index)
    }

    /// Puts one pattern into another.
    fn merge(&mut self, from: usize, into: usize) {
        let into = self.resolve(into);
        if from == into || !is_live(&self.patterns, from) {
            return;
        }
        let merged = std::mem::replace(&mut self.patterns[from], Slot::Merged(into));
        self.live -= 1;
        if let (Slot::Live(merged), Slot::Live(pattern)) = (merged, &mut self.patterns[into]) {
            pattern.absorb(&merged);
        }
    }

    fn resolve(&self, mut index: usize) -> usize {
        while let Slot::Merged(into) = &self.patterns[index] {
            index = *into;
        }
        index
    }

    /// Keeps the patterns and nothing else.
    fn forget(&mut self) {
        self.moves += 1;
        self.known.clear();
        self.alike.clear();
        self.patterns.retain(|slot| matches!(slot, Slot::Live(_)));
        for (index, slot) in self.patterns.iter().enumerate() {
            if let Slot::Live(pattern) = slot {
                self.known.insert(pattern.hash, index);
            }
        }
    }
}

impl Slot {
    fn live(&self) -> Option<&Pattern> {
        match self {
            Slot::Live(pattern) => Some(pattern),
            Slot::Merged(_) => None,
        }
    }
}

fn is_live(patterns: &[Slot], index: usize) -> bool {
    matches!(patterns.get(index), Some(Slot::Live(_)))
}
