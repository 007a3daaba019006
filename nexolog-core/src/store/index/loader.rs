use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::block::{Block, LevelSet};
use super::block_set::BlockSet;
use super::blocks::Blocks;
use super::bytes::Reader;
use super::facts::{SegmentFacts, Unusable};
use super::head::{Entry, OpenHead};
use super::noticed;
use super::part::OpenPart;
use super::read_at::read_at;
use super::section::Section;
use crate::store::fs::{Disk, Fs as _};
use crate::store::names::FamilyName;

/// Bytes read at once when an index is opened; those of an ordinary segment need no more.
const FIRST_READ: usize = 8 << 10;

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
    /// The segment that it is of, for a word to the sealer when it turns out to be damaged.
    directory: PathBuf,
    family: FamilyName,
    first_seq: u64,
    pub(super) file: File,
    head: OpenHead,
    blocks: Blocks,
    pub(super) parts: Vec<OpenPart>,
}

impl Index {
    /// Opens the index of the sealed segment of `family` that begins with `first_seq` and is as `facts` say.
    ///
    /// Reads the head only: blocks, modules, and where the rest is. One that is not as it should be is made again soon, if
    /// the directory is this process's.
    pub(in crate::store) fn open(
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
        facts: &SegmentFacts,
    ) -> Result<Index, Unusable> {
        let index = Index::look(directory, family, first_seq, facts);
        if matches!(index, Err(Unusable::Missing | Unusable::Stale | Unusable::Damaged)) {
            noticed::notice(directory, family, first_seq);
        }
        index
    }

    /// As [`open`](Index::open), and tells nobody.
    pub(super) fn look(
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
        facts: &SegmentFacts,
    ) -> Result<Index, Unusable> {
        let name = family.index(first_seq).ok_or(Unusable::Missing)?;
        let file = Disk.open_read(&directory.join(name)).map_err(|_| Unusable::Missing)?;
        let index = Index::of_file(file, directory, family, first_seq)?;
        if index.head.facts.segment == *facts { Ok(index) } else { Err(Unusable::Stale) }
    }

    /// An open index, whatever state of the segment it is of.
    pub(super) fn of_file(
        file: File,
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
    ) -> Result<Index, Unusable> {
        let (head, blocks, parts) = read_head(&file)?;
        let (directory, family) = (directory.to_owned(), family.clone());
        Ok(Index { directory, family, first_seq, file, head, blocks, parts })
    }

    /// Leaves word that this index turned out to be damaged.
    pub(super) fn notice(&self) {
        noticed::notice(&self.directory, &self.family, self.first_seq);
    }

    /// Whether the segment is compressed.
    pub(in crate::store) fn is_packed(&self) -> bool {
        self.head.facts.is_packed
    }

    /// The blocks in the order of the file. They follow each other without gap and are all of it.
    pub(in crate::store) fn blocks(&self) -> &[Block] {
        &self.blocks.all
    }

    /// Names of modules that lines of this segment have, in no order; bounded in number.
    pub(in crate::store) fn modules(&self) -> &[String] {
        &self.blocks.modules
    }

    /// The levels of the lines of `block` whose reserved key `module` is `modules()[module]`.
    pub(in crate::store) fn levels_of(&self, block: usize, module: usize) -> LevelSet {
        self.blocks.levels(block, Some(module))
    }

    /// The levels of the lines of `block` whose module is none of [`modules`](Index::modules), or that have none.
    pub(in crate::store) fn levels_of_others(&self, block: usize) -> LevelSet {
        self.blocks.levels(block, None)
    }

    /// What another room put into the index; `None` when it put nothing there.
    pub(in crate::store) fn section(&self, section: Section) -> io::Result<Option<Vec<u8>>> {
        let Some(entry) = self.head.section(section) else { return Ok(None) };
        let bytes = read_entry(&self.file, &entry, &[]);
        if bytes.is_none() {
            self.notice();
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(bytes)
    }

    pub(super) fn seed(&self) -> u64 {
        self.head.facts.seed
    }
}

/// Reads the head of an index, whatever segment it is of.
fn read_head(file: &File) -> Result<(OpenHead, Blocks, Vec<OpenPart>), Unusable> {
    let damaged = |_| Unusable::Damaged;
    let length = file.metadata().map_err(damaged)?.len();
    let mut first =
        vec![0; usize::try_from(length).map_or(FIRST_READ, |length| length.min(FIRST_READ))];
    read_at(file, &mut first, 0).map_err(damaged)?;
    let head = OpenHead::read(&first, length)?;
    let (blocks, parts) = read_tables(file, &head, &first).ok_or(Unusable::Damaged)?;
    Ok((head, blocks, parts))
}

fn read_tables(file: &File, head: &OpenHead, first: &[u8]) -> Option<(Blocks, Vec<OpenPart>)> {
    let bytes = read_entry(file, &head.blocks()?, first)?;
    let blocks = Blocks::decode(&bytes, head.facts.segment.length)?;
    let base = head.terms()?.offset;
    let bytes = read_entry(file, &head.parts()?, first)?;
    let mut reader = Reader(&bytes);
    let mut parts = Vec::new();
    while !reader.0.is_empty() {
        parts.push(OpenPart::read(&mut reader, parts.len(), base)?);
    }
    Some((blocks, parts))
}

/// Reads a section, from the file's `first` bytes where it is among them; `None` when it can't be, or is not what was
/// written.
fn read_entry(file: &File, entry: &Entry, first: &[u8]) -> Option<Vec<u8>> {
    let length = entry.readable()?;
    let start = usize::try_from(entry.offset).ok()?;
    let bytes = if let Some(known) = first.get(start..start.checked_add(length)?) {
        known.to_vec()
    } else {
        let mut bytes = vec![0; length];
        read_at(file, &mut bytes, entry.offset).ok()?;
        bytes
    };
    entry.is_of(&bytes).then_some(bytes)
}
