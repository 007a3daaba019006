use std::io;
use std::path::Path;

use super::block::{Block, LevelSet};
use super::block_set::BlockSet;
use super::facts::{SegmentFacts, Unusable};
use super::section::Section;
use crate::store::names::FamilyName;

/// The index of one segment, open to be asked.
///
/// The texts it is asked for are folded as [`fold`](crate::query::fold) does it. What it knows of values is what a bare word
/// is looked for in: not those of `seq`, `timestamp`, `level`, `duration_ms` and `line`, which must not be asked for (fields
/// of the same names may be).
///
/// A look-up fails when the file can't be read or its bytes are not what was written
/// ([`InvalidData`](io::ErrorKind::InvalidData)); then any block may be the answer.
#[derive(Debug)]
pub(in crate::store) struct Index {
    blocks: Vec<Block>,
    modules: Vec<String>,
}

impl Index {
    /// Opens the index of the sealed segment of `family` that begins with `first_seq` and is as `facts` say.
    ///
    /// Reads the head only: blocks, modules, and where the rest is.
    pub(in crate::store) fn open(
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
        facts: &SegmentFacts,
    ) -> Result<Index, Unusable> {
        let _ = (directory, family, first_seq, facts);
        Err(Unusable::Missing)
    }

    /// The blocks in the order of the file. They follow each other without gap and are all of it.
    pub(in crate::store) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Names of modules that lines of this segment have, in no order; bounded in number.
    pub(in crate::store) fn modules(&self) -> &[String] {
        &self.modules
    }

    /// The levels of the lines of `block` whose reserved key `module` is `modules()[module]`.
    pub(in crate::store) fn levels_of(&self, block: usize, module: usize) -> LevelSet {
        let _ = (block, module);
        LevelSet::default()
    }

    /// The levels of the lines of `block` whose module is none of [`modules`](Index::modules), or that have none.
    pub(in crate::store) fn levels_of_others(&self, block: usize) -> LevelSet {
        let _ = block;
        LevelSet::default()
    }

    /// Where a value may contain the text `folded`.
    pub(in crate::store) fn containing(&self, folded: &str) -> io::Result<BlockSet> {
        let _ = folded;
        Ok(BlockSet::all(self.blocks.len()))
    }

    /// Where a value may be the text `folded`.
    pub(in crate::store) fn equal(&self, folded: &str) -> io::Result<BlockSet> {
        let _ = folded;
        Ok(BlockSet::all(self.blocks.len()))
    }

    /// Where a value may be this number, however it is written; as text it is asked for by [`equal`](Index::equal).
    pub(in crate::store) fn number(&self, number: i128) -> io::Result<BlockSet> {
        let _ = number;
        Ok(BlockSet::all(self.blocks.len()))
    }

    /// Where a key, or a path of names joined by dots, may be `name`.
    pub(in crate::store) fn has_key(&self, name: &str) -> io::Result<BlockSet> {
        let _ = name;
        Ok(BlockSet::all(self.blocks.len()))
    }

    /// What another room put into the index; `None` when it put nothing there.
    pub(in crate::store) fn section(&self, section: Section) -> io::Result<Option<Vec<u8>>> {
        let _ = section;
        Ok(None)
    }
}
