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
    /// What of a line has to be looked at; in lower case and filled up with zeros when it is plain.
    lower: Vec<u8>,
    /// The same as it was, when escapes were taken out of it.
    escaped: Vec<u8>,
}

/// Which of 64 bytes are what.
#[derive(Clone, Copy, Debug, Default)]
struct Chunk {
    alphanumeric: u64,
    quotes: u64,
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
        self.lower.clear();
        let Some(own) = line.own() else {
            let head = line.head.map_or(0, |head| head.length);
            self.lower.extend_from_slice(line.text.get(head..).unwrap_or_default());
            return self.put_values(terms);
        };
        self.note_values(own);
        let mut unasked = UNASKED.iter().filter_map(|key| own.raw(*key));
        self.put_values(terms) && unasked.all(|value| is_clean(value.as_str()))
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
            self.lower.extend_from_slice(value);
            self.lower.push(b',');
        }
    }

    /// Puts in the terms of values or whole lines; whether they are plain.
    fn put_values(&mut self, terms: &mut Terms) -> bool {
        let is_ascii = self.lower.is_ascii();
        if is_ascii && memchr(b'\\', &self.lower).is_none() {
            self.put_tokens(terms);
            return true;
        }
        self.escaped.clone_from(&self.lower);
        let is_plain = is_ascii && self.blank_escapes();
        if is_plain {
            self.put_tokens(terms);
        } else {
            put_strings(&String::from_utf8_lossy(&self.escaped), terms);
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

    /// Puts in the tokens of what is plain.
    fn put_tokens(&mut self, terms: &mut Terms) {
        self.lower.make_ascii_lowercase();
        // A token ends before the zeros, and the last ones can be read 16 bytes at a time, too.
        self.lower.resize((self.lower.len() + 1).next_multiple_of(CHUNK) + 16, 0);
        let mut token = Token::default();
        // Whether the byte before the chunk belongs to a token, and whether it is in a string.
        let (mut in_token, mut in_string) = (0, 0);
        // Up to where a number outside of strings was dealt with.
        let mut bare_until = 0;
        for (number, bytes) in self.lower.as_chunks::<CHUNK>().0.iter().enumerate() {
            let Chunk { alphanumeric, quotes } = classify(bytes);
            // The opening quotes belong to strings, the closing ones don't.
            let strings = up_to_here(quotes) ^ in_string;
            // A token begins or ends wherever a byte is not what the one before it is.
            let mut edges = alphanumeric ^ (alphanumeric << 1 | in_token);
            while edges != 0 {
                let bit = edges.trailing_zeros();
                let at = number * CHUNK + bit as usize;
                edges &= edges - 1;
                if alphanumeric >> bit & 1 == 1 {
                    token = Token { start: at, is_bare: strings >> bit & 1 == 0 };
                } else {
                    self.put_token(token, at, &mut bare_until, terms);
                }
            }
            in_token = alphanumeric >> 63;
            in_string = if strings >> 63 == 1 { u64::MAX } else { 0 };
        }
    }

    fn put_token(&self, token: Token, end: usize, bare_until: &mut usize, terms: &mut Terms) {
        let Token { start, is_bare } = token;
        if is_bare {
            *bare_until = self.put_bare(start, end, terms).max(*bare_until);
            if start < *bare_until {
                return;
            }
        }
        if let Some(text) = self.lower.get(start..) {
            terms.put_ascii(text, end - start);
        }
    }

    /// Deals with a token outside of strings if it belongs to a number that is not written as plain digits; says where
    /// that ends.
    fn put_bare(&self, start: usize, end: usize, terms: &mut Terms) -> usize {
        let token = self.lower.get(start..end).unwrap_or_default();
        let is_digits = token.iter().all(u8::is_ascii_digit);
        let goes_on = self.lower.get(end).is_some_and(|next| b"+-.".contains(next));
        if is_digits && !goes_on && (token.first() != Some(&b'0') || token.len() == 1) {
            return 0;
        }
        let rest = self.lower.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_bare(*byte)).unwrap_or(rest.len());
        let scalar = std::str::from_utf8(&rest[..length]).unwrap_or_default();
        if put_scalar(scalar, terms) { start + length } else { 0 }
    }
}

/// Where a token begins, and whether that is outside of strings.
#[derive(Clone, Copy, Debug, Default)]
struct Token {
    start: usize,
    is_bare: bool,
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
        chunk.quotes |= together(quotes) << (number * 8);
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
