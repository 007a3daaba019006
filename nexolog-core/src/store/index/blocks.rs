//! The section that tells of blocks: where each is, what numbers and times it has, and the levels of each module.

use super::block::{Block, LevelSet};
use super::bytes::{Reader, put_step, put_varint};
use crate::record::Level;

/// Most modules that are told apart.
const MOST_MODULES: usize = 255;
/// Bytes of a module's name beyond which it is not told apart.
const LONGEST_NAME: usize = 256;
/// Most blocks of an index.
pub(super) const MOST_BLOCKS: usize = 1 << 18;

/// What all blocks of a segment have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Blocks {
    pub(super) all: Vec<Block>,
    pub(super) modules: Vec<String>,
    /// For each block: the levels of lines of no known module, then of each module.
    levels: Vec<LevelSet>,
}

/// Collects [`Blocks`].
#[derive(Clone, Debug, Default)]
pub(super) struct Collected {
    all: Vec<Block>,
    modules: Vec<String>,
    /// For each block, as far as it has modules, and how many there are.
    levels: Vec<LevelSet>,
    columns: Vec<usize>,
    /// Of the block at hand.
    now: Vec<LevelSet>,
}

impl Collected {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Where the next block begins in the file.
    pub(super) fn end(&self) -> u64 {
        self.all.last().map_or(0, |block| block.start + u64::from(block.length))
    }

    /// Notes a line of the block at hand.
    pub(super) fn note(&mut self, module: Option<&str>, level: Option<Level>) {
        let column = module.and_then(|module| self.column(module)).unwrap_or(0);
        if column >= self.now.len() {
            self.now.resize(column + 1, LevelSet::default());
        }
        if let Some(levels) = self.now.get_mut(column) {
            levels.insert(level);
        }
    }

    pub(super) fn push(&mut self, block: Block) {
        self.all.push(block);
        self.columns.push(self.now.len());
        self.levels.append(&mut self.now);
    }

    /// Takes out the block that was put in last.
    pub(super) fn pop(&mut self) {
        if let (Some(_), Some(columns)) = (self.all.pop(), self.columns.pop()) {
            self.levels.truncate(self.levels.len() - columns);
        }
    }

    /// For each block and all modules.
    fn all_levels(&self) -> Vec<LevelSet> {
        let width = self.modules.len() + 1;
        let mut all = Vec::with_capacity(self.all.len() * width);
        let mut rest = self.levels.as_slice();
        for columns in &self.columns {
            let (own, others) = rest.split_at_checked(*columns).unwrap_or_default();
            rest = others;
            all.extend_from_slice(own);
            all.resize(all.len() + width - own.len(), LevelSet::default());
        }
        all
    }

    fn column(&mut self, module: &str) -> Option<usize> {
        if let Some(known) = self.modules.iter().position(|known| known == module) {
            return Some(known + 1);
        }
        let has_room = self.modules.len() < MOST_MODULES && module.len() <= LONGEST_NAME;
        has_room.then(|| {
            self.modules.push(module.to_owned());
            self.modules.len()
        })
    }

    /// What was collected so far.
    pub(super) fn blocks(&self) -> Blocks {
        Blocks { all: self.all.clone(), modules: self.modules.clone(), levels: self.all_levels() }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_varint(&mut bytes, self.all.len() as u64);
        put_varint(&mut bytes, self.modules.len() as u64);
        for module in &self.modules {
            put_varint(&mut bytes, module.len() as u64);
            bytes.extend_from_slice(module.as_bytes());
        }
        let mut before = Block::default();
        for block in &self.all {
            for number in [block.length, block.text, block.records, block.damaged, block.long] {
                put_varint(&mut bytes, u64::from(number));
            }
            put_step(&mut bytes, before.last_seq.cast_signed(), block.first_seq.cast_signed());
            put_step(&mut bytes, block.first_seq.cast_signed(), block.last_seq.cast_signed());
            put_step(&mut bytes, before.latest, block.earliest);
            put_step(&mut bytes, block.earliest, block.latest);
            bytes.extend([block.longest, block.flags]);
            before = *block;
        }
        bytes.extend(self.all_levels().iter().map(|levels| levels.0));
        bytes
    }
}

impl Blocks {
    /// Bytes of memory that they take, roughly.
    pub(super) fn memory(&self) -> usize {
        let modules = self.modules.iter().map(|module| size_of::<String>() + module.len());
        self.all.len() * size_of::<Block>() + self.levels.len() + modules.sum::<usize>()
    }

    /// The records of all blocks, what is no record, and how far they reach, as if they were one block.
    pub(super) fn together(&self) -> Block {
        let mut whole = Block::default();
        self.all.iter().for_each(|block| whole.join(block));
        whole
    }

    /// Reads what [`Collected::encode`] wrote; `None` when it can't be that, or when the blocks are not `length`
    /// bytes together.
    pub(super) fn decode(bytes: &[u8], length: u64) -> Option<Blocks> {
        let mut reader = Reader(bytes);
        let mut count = || usize::try_from(reader.varint()?).ok();
        let (blocks, modules) = (count()?, count()?);
        // Each takes more bytes than that, so what is made room for is bounded by what was read.
        if blocks > MOST_BLOCKS.min(bytes.len()) || modules > MOST_MODULES.min(bytes.len()) {
            return None;
        }
        let mut decoded = Blocks::default();
        for _ in 0..modules {
            let length = usize::try_from(reader.varint()?).ok()?;
            decoded.modules.push(std::str::from_utf8(reader.take(length)?).ok()?.to_owned());
        }
        decoded.all.reserve_exact(blocks);
        let mut before = Block::default();
        for _ in 0..blocks {
            before = read_block(&mut reader, &before)?;
            decoded.all.push(before);
        }
        decoded.levels.extend(reader.0.iter().map(|levels| LevelSet(*levels)));
        let is_whole = decoded.levels.len() == blocks * (modules + 1);
        (is_whole && before.start + u64::from(before.length) == length).then_some(decoded)
    }

    /// `None` is a module that is not known, or none at all.
    pub(super) fn levels(&self, block: usize, module: Option<usize>) -> LevelSet {
        let columns = self.modules.len() + 1;
        let column = module.map_or(0, |module| module + 1);
        if column >= columns {
            return LevelSet::default();
        }
        self.levels.get(block * columns + column).copied().unwrap_or_default()
    }
}

fn read_block(reader: &mut Reader<'_>, before: &Block) -> Option<Block> {
    let mut block = Block {
        start: before.start.checked_add(u64::from(before.length))?,
        length: reader.small()?,
        text: reader.small()?,
        records: reader.small()?,
        damaged: reader.small()?,
        long: reader.small()?,
        ..Block::default()
    };
    block.first_seq = reader.step(before.last_seq.cast_signed())?.cast_unsigned();
    block.last_seq = reader.step(block.first_seq.cast_signed())?.cast_unsigned();
    block.earliest = reader.step(before.latest)?;
    block.latest = reader.step(block.earliest)?;
    block.longest = reader.u8()?;
    block.flags = reader.u8()?;
    Some(block)
}
