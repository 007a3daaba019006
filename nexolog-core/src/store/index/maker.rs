use super::builder::{Builder, Place};
use super::facts::SegmentFacts;
use crate::store::read_line::ReadLine;
use crate::store::rollup::Rollup;

/// Makes the whole index of a segment, what is to be found and what its lines add up to, reading each line once.
#[derive(Debug)]
pub(super) struct Maker {
    builder: Builder,
    rollup: Rollup,
}

impl Maker {
    pub(super) fn new() -> Maker {
        Maker { builder: Builder::new(), rollup: Rollup::default() }
    }

    /// Takes in the next block: `text` is whole lines, the last of which may lack its newline.
    pub(super) fn block(&mut self, text: &[u8], place: Place) {
        let Maker { builder, rollup } = self;
        builder.begin_block(text.len(), place);
        ReadLine::each(text, |line| {
            builder.line(line);
            rollup.add_line(line);
        });
        builder.end_block();
    }

    /// See [`Builder::finish`].
    pub(super) fn finish(self, facts: SegmentFacts, is_packed: bool) -> Option<Vec<u8>> {
        self.builder.finish(facts, is_packed, &self.rollup.sections())
    }
}
