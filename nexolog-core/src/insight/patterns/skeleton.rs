use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::words::{self, VALUE};
use crate::record::wire::floor_char_boundary;

/// What is read of a message; what is behind counts as one value.
const MOST_BYTES: usize = 4096;

/// What may follow a word in a sentence.
pub(super) const PUNCTUATION: &[u8] = b",;:.";

/// The tokens of a message that are compared; what is behind counts as one value.
pub(super) const MOST_TOKENS: usize = 64;

/// A message as tokens, in which everything that looks like a value is a [`VALUE`].
#[derive(Debug, Default)]
pub(super) struct Skeleton {
    text: Vec<u8>,
    tokens: Vec<Range<usize>>,
}

impl Skeleton {
    pub(super) fn tokens(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.tokens.iter().map(|token| &self.text[token.clone()])
    }

    /// Reads a message into the memory of the one before.
    pub(super) fn read(&mut self, message: &str) {
        self.text.clear();
        self.tokens.clear();
        let read = floor_char_boundary(message, MOST_BYTES);
        let (bytes, mut is_cut) = (&message.as_bytes()[..read], read < message.len());
        let mut before: &[u8] = b"";
        for word in bytes.split(|byte| *byte <= b' ' || *byte == 0x7f).filter(|it| !it.is_empty()) {
            if self.tokens.len() == MOST_TOKENS {
                is_cut = true;
                break;
            }
            for piece in at_dots(word) {
                self.token(piece, before);
            }
            before = word.strip_suffix(b":").unwrap_or(word);
        }
        if is_cut {
            let start = self.text.len();
            self.text.push(VALUE);
            self.finish(start);
        }
    }

    /// One token; `before` is the word before it.
    fn token(&mut self, word: &[u8], before: &[u8]) {
        let start = self.text.len();
        let core = trimmed(word);
        if self.is_unit_of_last(core) {
            self.text.extend_from_slice(ending(word, b",;:.)"));
            self.extend_last();
        } else {
            if is_place(core) || words::is_part_of_a_date(core) {
                self.text.push(VALUE);
            } else if words::is_named_by_what_follows(before) && is_name(core) {
                self.text.push(VALUE);
                self.text.extend_from_slice(ending(word, PUNCTUATION));
            } else {
                self.parts(word);
            }
            self.finish(start);
        }
    }

    fn is_unit_of_last(&self, core: &[u8]) -> bool {
        self.tokens
            .last()
            .is_some_and(|last| self.text[last.clone()].ends_with(&[VALUE]) && words::is_unit(core))
    }

    /// What was added belongs to the token before.
    fn extend_last(&mut self) {
        let Some(last) = self.tokens.pop() else { return };
        self.finish(last.start);
    }

    /// The runs of letters and digits of a token, and what is between them.
    fn parts(&mut self, word: &[u8]) {
        let start = self.text.len();
        let mut rest = word;
        while let Some((&first, behind)) = rest.split_first() {
            let run = rest.iter().position(|byte| !is_of_word(*byte)).unwrap_or(rest.len());
            if run > 0 {
                self.run(start, &rest[..run]);
                rest = &rest[run..];
            } else if first == b'/' && self.begins_a_path(start, behind) {
                self.value(start);
                rest = &rest[rest.iter().position(|byte| ends_path(*byte)).unwrap_or(rest.len())..];
            } else {
                self.text.push(first);
                // Empty brackets are a value that is missing.
                if matches!((first, behind.first()), (b'(', Some(b')')) | (b'[', Some(b']'))) {
                    self.text.push(VALUE);
                }
                rest = behind;
            }
        }
        self.whole(start);
    }

    fn run(&mut self, start: usize, run: &[u8]) {
        let dots = run.iter().rev().take_while(|byte| **byte == b'.').count();
        let (name, dots) = run.split_at(run.len() - dots);
        if name.iter().any(u8::is_ascii_digit) || is_host(name) {
            self.value(start);
            self.text.extend_from_slice(dots);
        } else {
            self.text.extend_from_slice(run);
        }
    }

    /// A value; values with nothing but a joint between them are one.
    fn value(&mut self, start: usize) {
        match self.text[start..] {
            [.., VALUE] => {}
            [.., VALUE, joint] if b":/@#,+.\\".contains(&joint) => {
                self.text.pop();
            }
            _ => self.text.push(VALUE),
        }
    }

    fn begins_a_path(&self, start: usize, behind: &[u8]) -> bool {
        let before = self.text[start..].last();
        before.is_some_and(|byte| b"=:('\"[{,<".contains(byte))
            && behind.first().is_some_and(u8::is_ascii_alphanumeric)
    }

    /// Tokens that are a value as a whole although parts of them are not.
    fn whole(&mut self, start: usize) {
        let token = &self.text[start..];
        let is_compared = matches!(token, [b'<' | b'>' | b'~', VALUE] | [b'<' | b'>', b'=', VALUE]);
        if is_compared || is_hex_in_groups(token) {
            self.text.truncate(start);
            self.text.push(VALUE);
        }
    }

    /// Ends the token that began at `start`, if it says something that the one before does not.
    fn finish(&mut self, start: usize) {
        let token = &self.text[start..];
        let is_note =
            matches!(token, [b'(', VALUE, b')'] | [b'(', VALUE, b')', b',' | b'.' | b';' | b':']);
        let is_again = *token == [VALUE]
            && self.tokens.last().is_some_and(|last| self.text[last.clone()] == [VALUE]);
        if is_note || is_again || token.is_empty() {
            self.text.truncate(start);
        } else {
            self.tokens.push(start..self.text.len());
        }
    }
}

/// A word cut before and behind each row of dots that leads from a name to its value.
fn at_dots(word: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = word;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = match memmem::find(rest, b"...") {
            Some(0) => rest.iter().position(|byte| *byte != b'.').unwrap_or(rest.len()),
            found => found.unwrap_or(rest.len()),
        };
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        Some(piece)
    })
}

fn trimmed(word: &[u8]) -> &[u8] {
    let is_around = |byte: &u8| b"\"'()[]{}<>,;".contains(byte);
    let start = word.iter().position(|byte| !is_around(byte)).unwrap_or(word.len());
    let end = word.iter().rposition(|byte| !is_around(byte)).map_or(start, |last| last + 1);
    &word[start..end]
}

/// What ends a word, of these bytes.
pub(super) fn ending<'a>(word: &'a [u8], of: &[u8]) -> &'a [u8] {
    let end = word.iter().rposition(|byte| !of.contains(byte)).map_or(0, |last| last + 1);
    &word[end..]
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-$".contains(&byte) || !byte.is_ascii()
}

/// A path or an address.
fn is_place(core: &[u8]) -> bool {
    core.len() > 1 && core[0] == b'/' || memmem::find(core, b"://").is_some()
}

fn ends_path(byte: u8) -> bool {
    b",;)]}'\"<>=|".contains(&byte)
}

fn is_name(core: &[u8]) -> bool {
    !core.is_empty() && core.iter().all(|byte| is_of_word(*byte)) && !words::is_function_word(core)
}

/// Three labels or more, as small letters; names in code mostly have a large one.
fn is_host(name: &[u8]) -> bool {
    let is_label = |label: &[u8]| {
        !label.is_empty() && label.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-')
    };
    memchr_iter(b'.', name).count() >= 2 && name.split(|byte| *byte == b'.').all(is_label)
}

/// A hardware or IPv6 address of which some groups have no digit: `fe:\0:ca:\0`.
fn is_hex_in_groups(token: &[u8]) -> bool {
    let is_group = |group: &[u8]| {
        group == [VALUE] || group.len() <= 4 && group.iter().all(u8::is_ascii_hexdigit)
    };
    let is_listed = token.contains(&b':') && !token.starts_with(b":") && !token.ends_with(b":");
    is_listed && token.contains(&VALUE) && token.split(|byte| *byte == b':').all(is_group)
}
