use crate::record::Level;

/// What is known of a block: some whole lines that stand together in a segment's file, in a frame of their own where
/// it is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct Block {
    /// Where it begins in the file.
    pub(in crate::store) start: u64,
    /// Bytes that it takes in the file.
    pub(in crate::store) length: u32,
    /// Bytes of its text.
    pub(in crate::store) text: u32,
    /// Lines with a number and a time. Only they are told of in what follows.
    pub(in crate::store) records: u32,
    /// Lines that are no records; empty ones not counted.
    pub(in crate::store) damaged: u32,
    /// Lines that are longer than any of ours.
    pub(in crate::store) long: u32,
    /// The least and the greatest `seq`; 0 without records.
    pub(in crate::store) first_seq: u64,
    pub(in crate::store) last_seq: u64,
    /// The least and the greatest time in microseconds since the Unix epoch; 0 without records.
    pub(in crate::store) earliest: i64,
    pub(in crate::store) latest: i64,
    /// The longest run of letters and digits with a digit in it, or one more than the digits of a number that is not
    /// whole; 255 when longer.
    pub(super) longest: u8,
    /// See [`flag`](super::block::flag).
    pub(super) flags: u8,
}

/// What an index could not take in, and what it need not look for.
pub(super) mod flag {
    /// The block's terms are in no table.
    pub(in super::super) const NO_TERMS: u8 = 1;
    /// Some of its words are not in the vocabulary.
    pub(in super::super) const MORE_WORDS: u8 = 2;
    /// All its lines are [plain](crate::query::is_plain).
    pub(in super::super) const PLAIN: u8 = 4;
}

impl Block {
    /// Counts a record.
    pub(super) fn add(&mut self, seq: u64, timestamp: i64) {
        let one = Block {
            records: 1,
            first_seq: seq,
            last_seq: seq,
            earliest: timestamp,
            latest: timestamp,
            ..Block::default()
        };
        self.join(&one);
    }

    /// Counts what another has counted.
    pub(super) fn join(&mut self, other: &Block) {
        self.damaged = self.damaged.saturating_add(other.damaged);
        self.long = self.long.saturating_add(other.long);
        if other.records == 0 {
            return;
        }
        if self.records == 0 {
            (self.first_seq, self.last_seq) = (other.first_seq, other.last_seq);
            (self.earliest, self.latest) = (other.earliest, other.latest);
        }
        self.records = self.records.saturating_add(other.records);
        self.first_seq = self.first_seq.min(other.first_seq);
        self.last_seq = self.last_seq.max(other.last_seq);
        self.earliest = self.earliest.min(other.earliest);
        self.latest = self.latest.max(other.latest);
    }

    /// Whether it is known that all its lines are [plain](crate::query::is_plain).
    pub(in crate::store) fn is_plain(&self) -> bool {
        self.has(flag::PLAIN)
    }

    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// The levels of some lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct LevelSet(pub(super) u8);

impl LevelSet {
    /// Puts a level in; `None` is a line that has no level.
    pub(super) fn insert(&mut self, level: Option<Level>) {
        self.0 |= level.map_or(1 << 6, |level| 1 << level as u8);
    }

    pub(in crate::store) fn has(self, level: Level) -> bool {
        self.0 & 1 << level as u8 != 0
    }

    /// Whether there are no lines at all, not even such as have no level.
    pub(in crate::store) fn is_empty(self) -> bool {
        self.0 == 0
    }
}
