use std::fs::File;

use super::block::Block;
use super::blocks::Blocks;
use super::bytes::Reader;
use super::facts::Unusable;
use super::head::{Entry, OpenHead};
use super::part::OpenPart;
use super::read_at::read_at;

/// Bytes read at once when an index is opened; those of an ordinary segment need no more.
const FIRST_READ: usize = 8 << 10;

/// What is read of an index when it is opened, and serves until the file is another.
#[derive(Debug, Default)]
pub(in crate::store) struct Loaded {
    pub(super) head: OpenHead,
    pub(super) blocks: Blocks,
    pub(super) parts: Vec<OpenPart>,
    /// All blocks as if they were one, but for what only single ones have.
    whole: Block,
}

impl Loaded {
    /// Reads the head of an index, whatever segment it is of.
    pub(super) fn read(file: &File, length: u64) -> Result<Loaded, Unusable> {
        let mut first =
            vec![0; usize::try_from(length).map_or(FIRST_READ, |length| length.min(FIRST_READ))];
        read_at(file, &mut first, 0).map_err(|_| Unusable::Damaged)?;
        let head = OpenHead::read(&first, length)?;
        let (blocks, parts) = read_tables(file, &head, &first).ok_or(Unusable::Damaged)?;
        let whole = blocks.together();
        Ok(Loaded { head, blocks, parts, whole })
    }

    /// What is known of blocks of which there are no terms: they may have any.
    pub(super) fn without_terms(blocks: Blocks) -> Loaded {
        let whole = blocks.together();
        Loaded { blocks, whole, ..Loaded::default() }
    }

    /// The blocks in the order of the file. They follow each other without gap and are all of it.
    pub(in crate::store) fn blocks(&self) -> &[Block] {
        &self.blocks.all
    }

    /// What all blocks have together: only their records, lines, numbers and times are told of.
    pub(in crate::store) fn whole(&self) -> &Block {
        &self.whole
    }

    /// Bytes of memory that it takes, roughly.
    pub(super) fn memory(&self) -> usize {
        size_of::<Loaded>()
            + self.blocks.memory()
            + self.parts.iter().map(OpenPart::memory).sum::<usize>()
    }
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
pub(super) fn read_entry(file: &File, entry: &Entry, first: &[u8]) -> Option<Vec<u8>> {
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
