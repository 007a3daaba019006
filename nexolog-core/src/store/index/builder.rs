use super::facts::SegmentFacts;
use super::section::Section;

/// Where a block is in the segment's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Place {
    pub(in crate::store) start: u64,
    /// Bytes that it takes there; the length of its text in a plain segment.
    pub(in crate::store) length: u32,
}

/// Makes the index of a segment, block by block.
#[derive(Debug, Default)]
pub(in crate::store) struct Builder {}

impl Builder {
    pub(in crate::store) fn new() -> Builder {
        Builder::default()
    }

    /// Takes in the next block: `text` is whole lines, the last of which may lack its newline.
    pub(in crate::store) fn block(&mut self, text: &[u8], place: Place) {
        let _ = (text, place);
    }

    /// The bytes of the index file of a segment that is as `facts` say; `is_packed` when it is compressed.
    pub(in crate::store) fn finish(
        self,
        facts: SegmentFacts,
        is_packed: bool,
        sections: &[(Section, Vec<u8>)],
    ) -> Vec<u8> {
        let _ = (facts, is_packed, sections);
        Vec::new()
    }
}
