use std::fmt;
use std::fs::File;
use std::io;

use super::read_at::read_at;

/// What tells one state of a segment's file from another: an index is of exactly one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct SegmentFacts {
    /// `seq` of its first record, which it has in its name.
    pub(in crate::store) first_seq: u64,
    /// Bytes of the file.
    pub(in crate::store) length: u64,
    /// Its last bytes, after zeros where it has fewer. Of a compressed segment they are a checksum.
    pub(in crate::store) tail: [u8; 4],
}

impl SegmentFacts {
    /// Looks at an open segment, plain or compressed.
    pub(in crate::store) fn of(file: &File, first_seq: u64) -> io::Result<SegmentFacts> {
        SegmentFacts::with_length(file, first_seq, file.metadata()?.len())
    }

    /// The same of one whose length is known.
    pub(in crate::store) fn with_length(
        file: &File,
        first_seq: u64,
        length: u64,
    ) -> io::Result<SegmentFacts> {
        let mut tail = [0; 4];
        let known = usize::try_from(length).map_or(4, |length| length.min(4));
        if let Some(end) = tail.get_mut(4 - known..) {
            read_at(file, end, length - known as u64)?;
        }
        Ok(SegmentFacts { first_seq, length, tail })
    }
}

/// Why a segment has to be read without its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Unusable {
    /// There is none, or it can't be opened.
    Missing,
    /// It is of another state of the segment.
    Stale,
    /// It is no index, or its bytes are not what was written.
    Damaged,
    /// A later version of Nexolog wrote it.
    Newer,
}

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Unusable::Missing => "the index is missing",
            Unusable::Stale => "the index is of another state of the segment",
            Unusable::Damaged => "the index is damaged",
            Unusable::Newer => "the index is of a later version",
        })
    }
}
