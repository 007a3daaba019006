//! What a text is taken apart into, the same for texts that are put in and texts that are looked for.
//!
//! A *token* is a run of letters and digits that nothing of the kind continues; a *letter run* is the same of letters.
//! Both are of folded text, in which several spellings of a word are one.

use std::ops::Range;

/// The shortest letter run, in bytes, that is put in by itself.
///
/// Bytes, not letters: whatever holds a run that is long enough is long enough, and so is a single letter of a
/// script that writes words with one.
pub(super) const SHORTEST_WORD: usize = 3;

/// A run in a text, and what is known of its edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run<'a> {
    pub(super) text: &'a str,
    /// Whether something stands before it in the text, so that it begins there wherever the text is found.
    pub(super) begins: bool,
    /// Whether something stands behind it.
    pub(super) ends: bool,
}

impl Run<'_> {
    /// Whether the run, wherever the text is found, is a whole one.
    pub(super) fn is_whole(&self) -> bool {
        self.begins && self.ends
    }
}

pub(super) fn tokens(folded: &str) -> impl Iterator<Item = Run<'_>> {
    runs(folded, char::is_alphanumeric)
}

pub(super) fn letter_runs(folded: &str) -> impl Iterator<Item = Run<'_>> {
    runs(folded, char::is_alphabetic)
}

/// Whether a token has anything but letters.
pub(super) fn has_digit(token: &str) -> bool {
    !token.chars().all(char::is_alphabetic)
}

/// Whether a run could as well be a piece of a number in base 16. Ids are full of them, each another one.
pub(super) fn is_hex(letters: &str) -> bool {
    letters.bytes().all(|byte| (b'a'..=b'f').contains(&byte))
}

/// Whether a JSON number can contain this text.
pub(super) fn is_number_like(folded: &str) -> bool {
    folded.bytes().all(|byte| byte.is_ascii_digit() || b"+-.e".contains(&byte))
}

fn runs(text: &str, belongs: fn(char) -> bool) -> impl Iterator<Item = Run<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let Range { start, end } = next_run(text, at, belongs)?;
        at = end;
        let run = text.get(start..end)?;
        Some(Run { text: run, begins: start > 0, ends: end < text.len() })
    })
}

fn next_run(text: &str, from: usize, belongs: fn(char) -> bool) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let start = from + rest.find(belongs)?;
    let length = text.get(start..)?.find(|character| !belongs(character));
    Some(start..length.map_or(text.len(), |length| start + length))
}
