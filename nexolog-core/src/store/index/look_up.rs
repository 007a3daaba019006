//! The questions that an index answers, each with the blocks where the answer may be.

use std::io;

use super::block::{Block, flag};
use super::block_set::BlockSet;
use super::loader::Index;
use super::number;
use super::tokens::{self, Run, SHORTEST_WORD};
use crate::query::fold;

/// Keys whose names are not looked at, because every line has them in the same place.
const UNNAMED: [&str; 3] = ["seq", "timestamp", "level"];

impl Index {
    /// Where a value may contain the text `folded`.
    pub(in crate::store) fn containing(&self, folded: &str) -> io::Result<BlockSet> {
        self.watched(self.find_containing(folded))
    }

    /// Where a value may be the text `folded`.
    pub(in crate::store) fn equal(&self, folded: &str) -> io::Result<BlockSet> {
        let digits = folded.strip_prefix('-').unwrap_or(folded);
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if tokens::is_number_like(folded) && !is_whole {
            return Ok(self.all());
        }
        self.watched(self.terms_of(folded))
    }

    /// Where a value may be this number, however it is written; as text it is asked for by [`equal`](Index::equal).
    pub(in crate::store) fn number(&self, number: i128) -> io::Result<BlockSet> {
        match number::digits_of(number) {
            Some(digits) => self.watched(self.term(&digits)),
            None => Ok(self.all()),
        }
    }

    /// Where a key, or a path of names joined by dots, may be `name`.
    pub(in crate::store) fn has_key(&self, name: &str) -> io::Result<BlockSet> {
        if UNNAMED.contains(&name) {
            return Ok(self.all());
        }
        self.watched(self.terms_of(&fold(name)))
    }

    /// Leaves word when a look-up failed.
    fn watched(&self, answer: io::Result<BlockSet>) -> io::Result<BlockSet> {
        answer.inspect_err(|_| self.notice())
    }

    fn find_containing(&self, folded: &str) -> io::Result<BlockSet> {
        if folded.is_empty() {
            return Ok(self.all());
        }
        if tokens::is_number_like(folded) {
            let is_digits = folded.bytes().all(|byte| byte.is_ascii_digit());
            return if is_digits { self.open_token(folded) } else { Ok(self.all()) };
        }
        let mut found = self.all();
        let mut all: Vec<Run<'_>> = tokens::tokens(folded).collect();
        // The longest first: what is found least often ends the search.
        all.sort_by_key(|token| std::cmp::Reverse((token.is_whole(), token.text.len())));
        for token in all {
            if token.is_whole() {
                self.narrow(&mut found, |index| index.term(token.text))?;
            } else if tokens::has_digit(token.text) {
                self.narrow(&mut found, |index| index.open_token(token.text))?;
            }
        }
        for run in tokens::letter_runs(folded) {
            if run.text.len() >= SHORTEST_WORD && !tokens::is_hex(run.text) {
                self.narrow(&mut found, |index| index.words(&run))?;
            }
        }
        Ok(found)
    }

    fn all(&self) -> BlockSet {
        BlockSet::all(self.blocks().len())
    }

    /// The blocks of which `test` holds.
    fn blocks_that(&self, test: impl Fn(&Block) -> bool) -> BlockSet {
        let mut found = BlockSet::none(self.blocks().len());
        for (number, block) in self.blocks().iter().enumerate() {
            if test(block) {
                found.insert(number);
            }
        }
        found
    }

    /// Blocks whose terms are not known: none of them can be left out.
    fn without_terms(&self) -> BlockSet {
        let mut found = self.blocks_that(|block| block.has(flag::NO_TERMS));
        let known = self.loaded.parts.last().map_or(0, |part| part.first + part.blocks);
        (known..self.blocks().len()).for_each(|block| found.insert(block));
        found
    }

    /// Keeps of `found` what `question` finds as well; does not ask when nothing is left.
    fn narrow(
        &self,
        found: &mut BlockSet,
        question: impl FnOnce(&Index) -> io::Result<BlockSet>,
    ) -> io::Result<()> {
        if !found.is_empty() {
            found.and(&question(self)?);
        }
        Ok(())
    }

    /// Where every token of `folded` may be a whole one.
    fn terms_of(&self, folded: &str) -> io::Result<BlockSet> {
        let mut found = self.all();
        let mut all: Vec<&str> = tokens::tokens(folded).map(|token| token.text).collect();
        all.sort_by_key(|token| std::cmp::Reverse(token.len()));
        for token in all {
            self.narrow(&mut found, |index| index.term(token))?;
        }
        Ok(found)
    }

    /// Whether a term of `text`, folded, is to the index the same as `term`: then a block with it is named in vain.
    #[cfg(test)]
    pub(in crate::store) fn confuses(&self, term: &str, text: &str) -> bool {
        let same = |other: &str| {
            self.loaded.parts.iter().any(|part| part.confuses(term, other, self.seed()))
        };
        let runs = tokens::letter_runs(text).map(|run| run.text);
        tokens::tokens(text).map(|token| token.text).chain(runs).any(same)
    }

    fn term(&self, term: &str) -> io::Result<BlockSet> {
        let mut found = self.without_terms();
        for part in &self.loaded.parts {
            part.add_term(self.file()?, term.as_bytes(), self.seed(), &mut found)?;
        }
        Ok(found)
    }

    /// Where a token with a digit may be a whole one, or a piece of a longer one.
    fn open_token(&self, token: &str) -> io::Result<BlockSet> {
        let mut found = self.term(token)?;
        found.or(&self.blocks_that(|block| {
            block.longest == u8::MAX || usize::from(block.longest) > token.len()
        }));
        Ok(found)
    }

    /// Where a letter run may be one, or a piece of one where its edges are open.
    fn words(&self, run: &Run<'_>) -> io::Result<BlockSet> {
        let mut found = self.without_terms();
        found.or(&self.blocks_that(|block| block.has(flag::MORE_WORDS)));
        for part in &self.loaded.parts {
            part.add_words(self.file()?, run, self.seed(), &mut found)?;
        }
        Ok(found)
    }
}
