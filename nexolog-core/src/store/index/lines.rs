//! Finds the terms of a line. Most lines are ASCII without escaped letters; they are looked through 64 bytes at a time,
//! quotes, keys and all, since more terms than needed do no harm. The others are taken apart string by string.

use memchr::{memchr, memchr2};

use super::number::whole_digits;
use super::terms::Terms;
use super::tokens::is_number_like;
use crate::query::fold;
use crate::record::{Key, Line, RawText};
use crate::store::read_line::ReadLine;

/// Bytes that are looked at together.
const CHUNK: usize = 64;

/// Keys whose values an index is not asked for.
const UNASKED: [Key; 5] = [Key::Seq, Key::Timestamp, Key::Level, Key::DurationMs, Key::Line];

/// Reads lines; keeps its memory between them.
#[derive(Debug, Default)]
pub(super) struct LineTerms {
    /// Which of our keys lines of this block have.
    keys: u32,
    /// The last value of each key in this block: neighbours often share it.
    before: [Vec<u8>; Key::COUNT],
    /// What of a line has to be looked at.
    text: Vec<u8>,
    /// The line in lower case, filled up with zeros.
    lower: Vec<u8>,
    /// Of each chunk of it, and of one more.
    chunks: Vec<Chunk>,
    /// Where a token begins or ends, in turns.
    edges: Vec<usize>,
}

/// Which of 64 bytes are what.
#[derive(Clone, Copy, Debug, Default)]
struct Chunk {
    alphanumeric: u64,
    digits: u64,
    /// First the quotes, then what is in strings, the opening quotes included.
    strings: u64,
}

impl LineTerms {
    /// Begins a block.
    pub(super) fn begin(&mut self) {
        self.keys = 0;
        self.before.iter_mut().for_each(Vec::clear);
    }

    /// Ends it: the names of its keys are put in once.
    pub(super) fn end(&mut self, terms: &mut Terms) {
        let keys = Key::ALL.into_iter().filter(|key| self.keys & 1 << *key as u32 != 0);
        keys.for_each(|key| terms.put_text(key.name()));
    }

    /// Puts the terms of a line into `terms`; whether it is surely [plain](crate::query::is_plain).
    pub(super) fn put(&mut self, line: &ReadLine<'_>, terms: &mut Terms) -> bool {
        if let Some(own) = line.own() {
            self.text.clear();
            self.note_values(own);
            let text = std::mem::take(&mut self.text);
            let is_plain = self.put_values(&text, terms);
            self.text = text;
            let mut unasked = UNASKED.iter().filter_map(|key| own.raw(*key));
            return is_plain && unasked.all(|value| is_clean(value.as_str()));
        }
        let head = line.head.map_or(0, |head| head.length);
        self.put_values(line.text.get(head..).unwrap_or_default(), terms)
    }

    /// Gathers the values that are new.
    fn note_values(&mut self, line: &Line<'_>) {
        for key in Key::ALL {
            let Some(value) = line.raw(key) else { continue };
            self.keys |= 1 << key as u32;
            let value = value.as_str().as_bytes();
            let Some(before) = self.before.get_mut(key as usize) else { continue };
            if UNASKED.contains(&key) || before == value {
                continue;
            }
            // No message is that of the line before, and fields hardly ever.
            if !matches!(key, Key::Message | Key::Fields) {
                before.clear();
                before.extend_from_slice(value);
            }
            self.text.extend_from_slice(value);
            self.text.push(b',');
        }
    }

    /// Puts in the terms of `text`, values or whole lines.
    fn put_values(&mut self, text: &[u8], terms: &mut Terms) -> bool {
        self.lower.clear();
        self.lower.extend_from_slice(text);
        let is_plain = text.is_ascii() && (memchr(b'\\', text).is_none() || self.blank_escapes());
        if is_plain {
            self.look_at();
            self.put_tokens(terms);
        } else {
            put_strings(&String::from_utf8_lossy(text), terms);
        }
        is_plain
    }

    /// Puts spaces in the place of escapes: what they stand for is neither letter nor digit. `false` when one is that could
    /// be, or when a backslash stands where no string is.
    fn blank_escapes(&mut self) -> bool {
        let (mut at, mut is_string) = (0, false);
        while let Some(offset) = self.lower.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            at += offset;
            if self.lower.get(at) == Some(&b'"') {
                is_string = !is_string;
                at += 1;
                continue;
            }
            match self.lower.get_mut(at..at + 2) {
                Some([escape, what]) if is_string && *what != b'u' => {
                    (*escape, *what) = (b' ', b' ');
                }
                _ => return false,
            }
            at += 2;
        }
        true
    }

    /// Finds the tokens of a plain line.
    fn look_at(&mut self) {
        self.lower.make_ascii_lowercase();
        // A token ends before the zeros, and the last ones can be read 16 bytes at a time, too.
        self.lower.resize((self.lower.len() + 1).next_multiple_of(CHUNK) + 16, 0);
        self.chunks.clear();
        self.edges.clear();
        // Whether the byte before the chunk belongs to a token, and whether it is in a string.
        let (mut in_token, mut in_string) = (0, 0);
        for (number, bytes) in self.lower.as_chunks::<CHUNK>().0.iter().enumerate() {
            let mut chunk = classify(bytes);
            chunk.strings = up_to_here(chunk.strings) ^ in_string;
            // A token begins or ends wherever a byte is not what the one before it is.
            let mut edges = chunk.alphanumeric ^ (chunk.alphanumeric << 1 | in_token);
            while edges != 0 {
                self.edges.push(number * CHUNK + edges.trailing_zeros() as usize);
                edges &= edges - 1;
            }
            in_token = chunk.alphanumeric >> 63;
            in_string = if chunk.strings >> 63 == 1 { u64::MAX } else { 0 };
            self.chunks.push(chunk);
        }
        self.chunks.push(Chunk::default());
    }

    fn put_tokens(&self, terms: &mut Terms) {
        // Up to where a number outside of strings was dealt with.
        let mut bare_until = 0;
        for [start, end] in self.edges.as_chunks().0 {
            let (start, end) = (*start, *end);
            let Some(chunk) = self.chunks.get(start / CHUNK) else { break };
            if chunk.strings >> (start % CHUNK) & 1 == 0 {
                bare_until = bare_until.max(self.put_bare(start, end, terms));
                if start < bare_until {
                    continue;
                }
            }
            if let Some(text) = self.lower.get(start..) {
                terms.put_ascii(text, end - start, || self.digits(start, end) != 0);
            }
        }
    }

    /// Deals with a token outside of strings if it belongs to a number that is not written as plain digits; says where
    /// that ends.
    fn put_bare(&self, start: usize, end: usize, terms: &mut Terms) -> usize {
        let is_digits = self.digits(start, end).count_ones() as usize == end - start;
        let goes_on = self.lower.get(end).is_some_and(|next| b"+-.".contains(next));
        if is_digits && !goes_on && (self.lower.get(start) != Some(&b'0') || end - start == 1) {
            return 0;
        }
        let rest = self.lower.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_bare(*byte)).unwrap_or(rest.len());
        let scalar = std::str::from_utf8(&rest[..length]).unwrap_or_default();
        if put_scalar(scalar, terms) { start + length } else { 0 }
    }

    /// Which bytes from `start` to `end` are digits; what lies beyond 64 of them counts together as the last one.
    fn digits(&self, start: usize, end: usize) -> u64 {
        let (chunk, bit) = (start / CHUNK, start % CHUNK);
        let of = |chunk: usize| self.chunks.get(chunk).map_or(0, |chunk| chunk.digits);
        // In two steps, as a shift by 64 is none.
        let bits = of(chunk) >> bit | of(chunk + 1) << 1 << (CHUNK - 1 - bit);
        if end - start < CHUNK {
            return bits & ((1 << (end - start)) - 1);
        }
        let beyond = self.lower.get(start + CHUNK - 1..end).unwrap_or_default();
        bits & !(1 << 63) | u64::from(beyond.iter().any(u8::is_ascii_digit)) << 63
    }
}

/// Whether there is neither an escape nor a letter beyond ASCII.
fn is_clean(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii() && byte != b'\\')
}

/// In each bit, whether the bits up to and including it are odd in number.
fn up_to_here(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// Looks at eight ASCII bytes at a time: none of the sums reaches into the byte beside it.
fn classify(bytes: &[u8; CHUNK]) -> Chunk {
    let mut chunk = Chunk::default();
    for (number, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        let digits = at_least(eight, b'0') & !at_least(eight, b'9' + 1);
        let letters = at_least(eight, b'a') & !at_least(eight, b'z' + 1);
        let quotes = !at_least(eight ^ each(b'"'), 1);
        chunk.alphanumeric |= together(digits | letters) << (number * 8);
        chunk.digits |= together(digits) << (number * 8);
        chunk.strings |= together(quotes) << (number * 8);
    }
    chunk
}

/// Sets the highest bit of each byte that is at least `least`; the other bits are of no meaning.
fn at_least(bytes: u64, least: u8) -> u64 {
    bytes + each(0x80 - least)
}

fn each(byte: u8) -> u64 {
    u64::from(byte) * 0x0101_0101_0101_0101
}

/// The highest bits of the bytes, as the lowest eight bits.
fn together(flags: u64) -> u64 {
    ((flags & each(0x80)) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Whether a byte can stand in a number, `true`, `false` or `null`, in lower case.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
}

/// Deals with a scalar outside of strings, in lower case and without its sign, if it is a number that is not written as
/// plain digits.
fn put_scalar(scalar: &str, terms: &mut Terms) -> bool {
    if !is_number_like(scalar) {
        return false;
    }
    if scalar.bytes().all(|byte| byte.is_ascii_digit()) {
        if scalar.len() > 1 && scalar.starts_with('0') {
            terms.put_number(scalar, whole_digits(scalar).as_deref());
        }
        return false;
    }
    terms.put_number(scalar, whole_digits(scalar).as_deref());
    true
}

/// Puts in the terms of a line as they are when strings are decoded.
fn put_strings(line: &str, terms: &mut Terms) {
    let mut rest = line;
    while let Some(start) = memchr(b'"', rest.as_bytes()) {
        let (between, string) = rest.split_at(start);
        put_between(between, terms);
        let string = string.get(1..).unwrap_or_default();
        let end = end_of_string(string);
        let inner = string.get(..end).unwrap_or(string);
        terms.put_text(&fold(&RawText::new(inner).decoded()));
        rest = string.get(end + 1..).unwrap_or_default();
    }
    put_between(rest, terms);
}

/// What stands between strings: numbers and the like, among commas and brackets.
fn put_between(text: &str, terms: &mut Terms) {
    let folded = fold(text);
    for scalar in folded.split(|c: char| !c.is_alphanumeric() && !"+-.".contains(c)) {
        // The sign is no part of the digits, but of a number that is looked for as text.
        let unsigned = scalar.trim_start_matches('-');
        if !scalar.is_empty() && !put_scalar(unsigned, terms) {
            terms.put_text(scalar);
        }
    }
}

/// Where the quote stands that ends a string, or its end.
fn end_of_string(string: &str) -> usize {
    let bytes = string.as_bytes();
    let mut at = 0;
    while let Some(offset) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += offset;
        if bytes.get(at) == Some(&b'"') {
            return at;
        }
        // What follows a backslash never ends the string.
        at += 2;
    }
    bytes.len()
}
