//! The head of an index file: what segment it is of, and where its sections are.

use super::bytes::Reader;
use super::facts::{SegmentFacts, Unusable};
use super::hash::{checksum, is_right};
use super::part::Part;
use super::section::Section;

const MAGIC: &[u8; 8] = b"NEXOIDX\n";

/// What this code writes, and all that it reads.
const VERSION: u16 = 2;

/// Bytes before the table of sections, of one of its entries, and of the checksum behind it.
const FIXED: usize = 44;
const ENTRY: usize = 28;
const CHECK: usize = 8;

/// Most sections that are read.
const MOST_SECTIONS: u32 = 64;

/// Most bytes of a section that is read as a whole.
const LONGEST_SECTION: u64 = 64 << 20;

/// Set when the segment is compressed.
const PACKED: u16 = 1;

/// What a section holds, in its entry.
const BLOCKS: u32 = 1;
const PARTS: u32 = 2;
const TERMS: u32 = 3;

/// What the head says of the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) segment: SegmentFacts,
    pub(super) is_packed: bool,
    pub(super) seed: u64,
}

/// Where a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    kind: u32,
    pub(super) offset: u64,
    pub(super) length: u64,
    checksum: u64,
}

/// A head that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OpenHead {
    pub(super) facts: Facts,
    entries: Vec<Entry>,
}

fn kind_of(section: Section) -> u32 {
    match section {
        Section::RollupTotals => 16,
        Section::RollupMinutes => 17,
    }
}

/// Puts an index file together.
pub(super) fn encode(
    facts: &Facts,
    blocks: &[u8],
    parts: &[Part],
    sections: &[(Section, Vec<u8>)],
) -> Vec<u8> {
    let (mut places, mut terms) = (Vec::new(), Vec::new());
    for part in parts {
        part.put(&mut places, &mut terms);
    }
    // What is read whenever an index is opened stands first.
    let mut all: Vec<(u32, &[u8])> = vec![(BLOCKS, blocks), (PARTS, &places)];
    all.extend(sections.iter().map(|(section, bytes)| (kind_of(*section), bytes.as_slice())));
    all.push((TERMS, &terms));

    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_le_bytes());
    file.extend(if facts.is_packed { PACKED } else { 0 }.to_le_bytes());
    file.extend(u32::try_from(all.len()).unwrap_or(u32::MAX).to_le_bytes());
    file.extend(facts.seed.to_le_bytes());
    file.extend(facts.segment.length.to_le_bytes());
    file.extend(facts.segment.tail);
    file.extend(facts.segment.first_seq.to_le_bytes());
    let mut offset = (FIXED + all.len() * ENTRY + CHECK) as u64;
    for (kind, bytes) in &all {
        // Terms are checked piece by piece.
        let checksum = if *kind == TERMS { 0 } else { checksum(bytes, u64::from(*kind)) };
        file.extend(kind.to_le_bytes());
        file.extend(offset.to_le_bytes());
        file.extend((bytes.len() as u64).to_le_bytes());
        file.extend(checksum.to_le_bytes());
        offset += bytes.len() as u64;
    }
    file.extend(checksum(&file, 0).to_le_bytes());
    for (_, bytes) in all {
        file.extend_from_slice(bytes);
    }
    file
}

impl OpenHead {
    /// Reads the head from the beginning of a file of `length` bytes, of which `bytes` are the first.
    ///
    /// A head longer than `bytes` counts as damaged: ours are far shorter.
    pub(super) fn read(bytes: &[u8], length: u64) -> Result<OpenHead, Unusable> {
        let mut reader = Reader(bytes);
        if reader.array() != Some(*MAGIC) {
            return Err(Unusable::Damaged);
        }
        match reader.u16() {
            Some(VERSION) => {}
            // Whether its checksum is right can't be told: it may stand elsewhere.
            Some(version) if version > VERSION => return Err(Unusable::Newer),
            _ => return Err(Unusable::Damaged),
        }
        OpenHead::read_checked(bytes, reader, length).ok_or(Unusable::Damaged)
    }

    fn read_checked(bytes: &[u8], mut reader: Reader<'_>, length: u64) -> Option<OpenHead> {
        let flags = reader.u16()?;
        let count = reader.u32().filter(|count| *count <= MOST_SECTIONS)?;
        let (seed, segment_length, tail) = (reader.u64()?, reader.u64()?, reader.array()?);
        let first_seq = reader.u64()?;
        let mut entries = Vec::new();
        for _ in 0..count {
            let (kind, offset) = (reader.u32()?, reader.u64()?);
            let (section_length, checksum) = (reader.u64()?, reader.u64()?);
            let is_inside = offset.checked_add(section_length).is_some_and(|end| end <= length);
            entries.push(is_inside.then_some(Entry {
                kind,
                offset,
                length: section_length,
                checksum,
            })?);
        }
        let head = bytes.get(..FIXED + entries.len() * ENTRY)?;
        let segment = SegmentFacts { first_seq, length: segment_length, tail };
        let facts = Facts { segment, is_packed: flags & PACKED != 0, seed };
        is_right(head, 0, reader.u64()?).then_some(OpenHead { facts, entries })
    }

    pub(super) fn blocks(&self) -> Option<Entry> {
        self.entry(BLOCKS)
    }

    pub(super) fn parts(&self) -> Option<Entry> {
        self.entry(PARTS)
    }

    pub(super) fn terms(&self) -> Option<Entry> {
        self.entry(TERMS)
    }

    pub(super) fn section(&self, section: Section) -> Option<Entry> {
        self.entry(kind_of(section))
    }

    fn entry(&self, kind: u32) -> Option<Entry> {
        self.entries.iter().find(|entry| entry.kind == kind).copied()
    }
}

impl Entry {
    /// Its length, when it may be read as a whole.
    pub(super) fn readable(&self) -> Option<usize> {
        usize::try_from(self.length).ok().filter(|_| self.length <= LONGEST_SECTION)
    }

    /// Whether `bytes` are what was written.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        is_right(bytes, u64::from(self.kind), self.checksum)
    }
}
