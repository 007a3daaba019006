//! Finding the lines of a block that may match, at the speed of memory, before any line is read.

use memchr::{memchr, memchr2, memmem, memrchr};

use super::filter::{Filter, Node};
use super::fold::{as_is, folding_to_ascii, rarest};
use super::place::Place;
use super::values::Test;
use crate::record::Key;

/// Most literals that are looked for at once.
const MOST: usize = 8;

/// Literals of which every matching line has one, if it is plain: without `\u` escapes, and without letters that
/// [fold to ASCII](folding_to_ascii).
///
/// Other lines say nothing by their bytes, so they are always looked at closer.
#[derive(Clone, Debug)]
pub(crate) struct Probes {
    literals: Vec<Literal>,
}

#[derive(Clone, Debug)]
struct Literal {
    search: Search,
    /// How rare it is, roughly: bits of what it says.
    bits: u32,
}

#[derive(Clone, Debug)]
enum Search {
    /// Letter for letter.
    Exact(Box<memmem::Finder<'static>>),
    /// In any letter case; in lower case here, with the place of its rarest byte.
    Folded { text: Vec<u8>, rarest: usize },
    /// Any letter beyond ASCII.
    Foreign,
}

impl Filter {
    /// What to look for in a block's bytes; `None` when they say nothing about this filter.
    pub(crate) fn probes(&self) -> Option<Probes> {
        probes_of(&self.node).map(|literals| Probes { literals })
    }
}

impl Probes {
    /// The lines of `block`, without their newlines, that may match, from its beginning on; `is_plain` when it is known that
    /// all its lines are [plain](is_plain).
    pub(crate) fn candidates<'a>(&'a self, block: &'a [u8], is_plain: bool) -> Candidates<'a> {
        let odd = if is_plain { None } else { Some(0) };
        let mut candidates = Candidates {
            block,
            at: 0,
            hits: vec![Some(0); self.literals.len()],
            odd,
            escape: odd,
            literals: &self.literals,
        };
        candidates.look_on(true);
        candidates
    }
}

/// Whether lines have neither `\u` escapes nor letters that [fold to ASCII](folding_to_ascii).
pub(crate) fn is_plain(lines: &[u8]) -> bool {
    folding_to_ascii(lines).is_none() && memmem::find(lines, b"\\u").is_none()
}

/// See [`Probes::candidates`].
pub(crate) struct Candidates<'a> {
    block: &'a [u8],
    literals: &'a [Literal],
    /// Where the next line begins at the earliest.
    at: usize,
    /// The next place of each literal; `None` when there is no more.
    hits: Vec<Option<usize>>,
    /// The next letter that folds to ASCII.
    odd: Option<usize>,
    /// The next `\u`.
    escape: Option<usize>,
}

impl Candidates<'_> {
    /// Finds the next places anew where they lie behind.
    fn look_on(&mut self, is_first: bool) {
        let (at, rest) = (self.at, self.block.get(self.at..).unwrap_or_default());
        let is_behind = |place: &Option<usize>| place.is_some_and(|place| is_first || place < at);
        for (hit, literal) in self.hits.iter_mut().zip(self.literals) {
            if is_behind(hit) {
                *hit = literal.search.find(rest).map(|place| at + place);
            }
        }
        if is_behind(&self.odd) {
            self.odd = folding_to_ascii(rest).map(|place| at + place);
        }
        if is_behind(&self.escape) {
            self.escape = memmem::find(rest, b"\\u").map(|place| at + place);
        }
    }
}

impl Iterator for Candidates<'_> {
    type Item = std::ops::Range<usize>;

    fn next(&mut self) -> Option<std::ops::Range<usize>> {
        let hits = self.hits.iter().flatten().copied();
        let hit = hits.chain(self.odd).chain(self.escape).min()?;
        let start = self.block.get(self.at..hit).and_then(|before| memrchr(b'\n', before));
        let start = start.map_or(self.at, |newline| self.at + newline + 1);
        let length = self.block.get(hit..).and_then(|rest| memchr(b'\n', rest));
        let end = length.map_or(self.block.len(), |length| hit + length);
        self.at = end + 1;
        self.look_on(false);
        Some(start..end)
    }
}

impl Search {
    fn find(&self, text: &[u8]) -> Option<usize> {
        match self {
            Search::Exact(finder) => finder.find(text),
            Search::Folded { text: folded, rarest } => find_folded(folded, *rarest, text),
            Search::Foreign => text.iter().position(|byte| !byte.is_ascii()),
        }
    }
}

fn find_folded(folded: &[u8], rarest: usize, text: &[u8]) -> Option<usize> {
    let rare = *folded.get(rarest)?;
    let mut from = rarest;
    loop {
        let at = from + memchr2(rare, rare.to_ascii_uppercase(), text.get(from..)?)?;
        let start = at - rarest;
        if text.get(start..start + folded.len())?.eq_ignore_ascii_case(folded) {
            return Some(start);
        }
        from = at + 1;
    }
}

/// Literals of which a plain line that matches has one.
fn probes_of(node: &Node) -> Option<Vec<Literal>> {
    match node {
        Node::And(nodes) => best(nodes.iter().map(probes_of)),
        Node::Or(nodes) => union(nodes.iter().map(probes_of)),
        Node::Not(_) | Node::Levels(_) | Node::Times(_) => None,
        Node::Text(needle) => folded(needle.folded()),
        Node::Glob(glob) => best(
            glob.parts().iter().map(|part| if glob.folds() { folded(part) } else { exact(part) }),
        ),
        Node::Pattern(pattern) => best(pattern.literals().iter().map(|text| folded(text))),
        // Names are on many lines, so they are worth a look only where values say nothing.
        Node::Key { place, tests } => union(tests.iter().map(of_test)).or_else(|| name_of(place)),
    }
}

fn of_test(test: &Test) -> Option<Vec<Literal>> {
    match test {
        Test::Exact { text, .. } => exact(text),
        Test::Is { needle, number: None } | Test::Contains(needle) => folded(needle.folded()),
        Test::Glob(glob) => best(
            glob.parts().iter().map(|part| if glob.folds() { folded(part) } else { exact(part) }),
        ),
        Test::Pattern(pattern) => best(pattern.literals().iter().map(|text| folded(text))),
        // A number can be written in many ways.
        Test::Is { number: Some(_), .. }
        | Test::Exists
        | Test::Beyond { .. }
        | Test::Within { .. } => None,
    }
}

/// The last name of the way to the place: the names before it may stand together with it, or by themselves.
fn name_of(place: &Place) -> Option<Vec<Literal>> {
    let path = match place {
        Place::Reserved(key) => key.name(),
        Place::Error => Key::Error.name(),
        Place::ErrorPart(path) | Place::Field(path) => path,
    };
    let mut literals = exact(path.rsplit('.').next().unwrap_or(path))?;
    for literal in &mut literals {
        literal.bits /= 4;
    }
    Some(literals)
}

/// The rarest of those that are known.
fn best(all: impl IntoIterator<Item = Option<Vec<Literal>>>) -> Option<Vec<Literal>> {
    let bits = |literals: &Vec<Literal>| {
        literals.iter().map(|literal| literal.bits).min().unwrap_or(u32::MAX)
    };
    all.into_iter().flatten().max_by_key(bits)
}

/// All together, if each is known.
fn union(all: impl IntoIterator<Item = Option<Vec<Literal>>>) -> Option<Vec<Literal>> {
    let mut union = Vec::new();
    for literals in all {
        union.extend(literals?);
        if union.len() > MOST {
            return None;
        }
    }
    Some(union)
}

fn exact(text: &str) -> Option<Vec<Literal>> {
    let part = text.as_bytes().get(as_is(text)).filter(|part| !part.is_empty());
    let Some(part) = part else { return foreign(text) };
    let search = Search::Exact(Box::new(memmem::Finder::new(part).into_owned()));
    Some(vec![Literal { search, bits: bits(part) }])
}

fn folded(text: &str) -> Option<Vec<Literal>> {
    let part = text.as_bytes().get(as_is(text))?;
    if !part.iter().any(u8::is_ascii_alphabetic) {
        return exact(text);
    }
    let search = Search::Folded { text: part.to_vec(), rarest: rarest(part) };
    Some(vec![Literal { search, bits: bits(part) }])
}

/// Of a text that has nothing of ASCII to look for.
fn foreign(text: &str) -> Option<Vec<Literal>> {
    (!text.is_ascii()).then(|| vec![Literal { search: Search::Foreign, bits: 12 }])
}

/// How much a text says. Digits and what is frequent in all lines say less than other letters.
fn bits(text: &[u8]) -> u32 {
    text.iter().map(|byte| if b"\"e0t, :ai1rosn2_d3m4".contains(byte) { 4 } else { 6 }).sum()
}
