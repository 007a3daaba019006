//! Finds the terms of a line. Most lines are ASCII without escapes; they are looked through 64 bytes at a time, quotes,
//! keys and all, since more terms than needed do no harm. The others are taken apart string by string.

use memchr::{memchr, memchr2};

use super::number::whole_digits;
use super::terms::Terms;
use super::tokens::is_number_like;
use crate::query::fold;
use crate::record::RawText;

/// Bytes that are looked at together.
const CHUNK: usize = 64;

/// Reads lines; keeps its memory between them.
#[derive(Debug, Default)]
pub(super) struct LineTerms {
    /// The line in lower case, filled up with zeros.
    lower: Vec<u8>,
}

/// Which of 64 bytes are what.
#[derive(Clone, Copy, Default)]
struct Chunk {
    alphanumeric: u64,
    digits: u64,
    quotes: u64,
}

impl LineTerms {
    /// Puts the terms of `text`, a line without what comes before its module, into `terms`.
    pub(super) fn put(&mut self, text: &[u8], terms: &mut Terms) {
        let is_plain = text.is_ascii() && memchr(b'\\', text).is_none();
        if is_plain {
            self.put_plain(text, terms);
        } else {
            put_strings(&String::from_utf8_lossy(text), terms);
        }
    }

    fn put_plain(&mut self, text: &[u8], terms: &mut Terms) {
        self.lower.clear();
        self.lower.extend_from_slice(text);
        self.lower.make_ascii_lowercase();
        // A token ends before the zeros, and the last ones can be read 16 bytes at a time, too.
        self.lower.resize((text.len() + 1).next_multiple_of(CHUNK) + 16, 0);
        let mut tokens = Tokens { lower: &self.lower, terms, start: None, bare_until: 0 };
        // Whether the byte before the chunk belongs to a token, and whether it is in a string.
        let (mut in_token, mut in_string) = (0, 0);
        let mut before = Chunk::default();
        for (number, bytes) in self.lower.as_chunks::<CHUNK>().0.iter().enumerate() {
            let chunk = classify(bytes);
            let strings = up_to_here(chunk.quotes) ^ in_string;
            // A token begins or ends wherever a byte is not what the one before it is.
            let mut edges = chunk.alphanumeric ^ (chunk.alphanumeric << 1 | in_token);
            while edges != 0 {
                let bit = edges.trailing_zeros();
                edges &= edges - 1;
                let is_bare = strings >> bit & 1 == 0;
                tokens.edge(number * CHUNK, bit, is_bare, chunk.digits, before.digits);
            }
            in_token = chunk.alphanumeric >> 63;
            in_string = if strings >> 63 == 1 { u64::MAX } else { 0 };
            before = chunk;
        }
    }
}

/// What was found of the tokens of a plain line.
struct Tokens<'a> {
    lower: &'a [u8],
    terms: &'a mut Terms,
    /// Where the token begins that has not ended yet.
    start: Option<usize>,
    /// Up to where a number outside of strings was dealt with.
    bare_until: usize,
}

impl Tokens<'_> {
    /// A token begins or ends at `bit` of the chunk at `base`. With the digits of this chunk and of the one before it.
    #[inline]
    fn edge(&mut self, base: usize, bit: u32, is_bare: bool, digits: u64, digits_before: u64) {
        let at = base + bit as usize;
        let Some(start) = self.start.take() else {
            if at < self.bare_until {
                // Its end is to come all the same.
                self.start = Some(usize::MAX);
            } else if is_bare && self.put_number(at) {
                self.start = Some(usize::MAX);
            } else {
                self.start = Some(at);
            }
            return;
        };
        if start == usize::MAX {
            return;
        }
        let has_digit = if start >= base {
            digits & below(bit) & !below(u32::try_from(start - base).unwrap_or(0)) != 0
        } else if start + CHUNK >= base {
            let first = u32::try_from(start + CHUNK - base).unwrap_or(0);
            digits & below(bit) != 0 || digits_before & !below(first) != 0
        } else {
            self.lower.get(start..at).is_some_and(|token| token.iter().any(u8::is_ascii_digit))
        };
        let text = self.lower.get(start..).unwrap_or_default();
        self.terms.put_ascii(text, at - start, has_digit);
    }

    /// Deals with what stands at `at` outside of strings if it is a number that is not written as plain digits.
    fn put_number(&mut self, at: usize) -> bool {
        let rest = self.lower.get(at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_bare(*byte)).unwrap_or(rest.len());
        let Some(scalar) = std::str::from_utf8(&rest[..length]).ok() else { return false };
        let is_dealt_with = put_bare(scalar, self.terms);
        if is_dealt_with {
            self.bare_until = at + length;
        }
        is_dealt_with
    }
}

/// The bits below `bit`.
fn below(bit: u32) -> u64 {
    (1 << bit) - 1
}

/// In each bit, whether the bits up to and including it are odd in number.
fn up_to_here(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

fn classify(bytes: &[u8; CHUNK]) -> Chunk {
    let mut chunk = Chunk::default();
    for (number, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        let pick = |test: fn(u8) -> bool| {
            let flags = u64::from_le_bytes(eight.map(|byte| u8::from(test(byte))));
            // Brings the lowest bit of each byte together in the highest byte.
            (flags.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (number * 8)
        };
        chunk.alphanumeric |= pick(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        chunk.digits |= pick(|byte| byte.is_ascii_digit());
        chunk.quotes |= pick(|byte| byte == b'"');
    }
    chunk
}

/// Whether a byte can stand in a number, `true`, `false` or `null`, in lower case.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
}

/// Deals with a scalar outside of strings, in lower case and without its sign, if it is a number that is not written as
/// plain digits.
fn put_bare(scalar: &str, terms: &mut Terms) -> bool {
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
        if !scalar.is_empty() && !put_bare(unsigned, terms) {
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
