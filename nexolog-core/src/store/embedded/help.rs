#[cfg(feature = "compression")]
use std::sync::Arc;

#[cfg(feature = "compression")]
use super::ahead::Ahead;
use super::segment::{OpenSegment, Reader};

/// Frames that a search reads alone: many a page is full by then.
#[cfg(feature = "compression")]
const ALONE: u32 = 6;

/// The second thread of a search, which starts once it is clear that there is much to read.
///
/// It helps with compressed segments; plain text is looked through as fast as it is read.
#[derive(Debug, Default)]
pub(super) struct Help {
    is_wanted: bool,
    #[cfg(feature = "compression")]
    frames: u32,
    #[cfg(feature = "compression")]
    ahead: Option<Ahead>,
}

#[cfg_attr(
    not(feature = "compression"),
    allow(clippy::unused_self, reason = "without compression there is nothing to help with")
)]
impl Help {
    /// Help that comes when it is needed.
    pub(super) fn wanted() -> Help {
        Help {
            is_wanted: true,
            #[cfg(feature = "compression")]
            frames: 0,
            #[cfg(feature = "compression")]
            ahead: None,
        }
    }

    /// Whether it is there, so that it is good to have the next segment open early.
    pub(super) fn is_there(&self) -> bool {
        #[cfg(feature = "compression")]
        return self.ahead.is_some();
        #[cfg(not(feature = "compression"))]
        false
    }

    /// A segment was opened.
    pub(super) fn note_segment(&self, open: &OpenSegment, reader: &Reader) {
        #[cfg(feature = "compression")]
        // Who does not know yet where to begin has to go one by one.
        if let (Some(ahead), Some(frames)) = (&self.ahead, open.frames())
            && frames.has_rest()
            && !reader.position.is_searching()
        {
            ahead.help(frames.desk(), &reader.position);
        }
        #[cfg(not(feature = "compression"))]
        let _ = (open, reader);
    }

    /// A block of that segment was read.
    pub(super) fn note_block(&mut self, open: &OpenSegment, reader: &Reader) {
        #[cfg(feature = "compression")]
        if self.is_wanted && open.frames().is_some() {
            self.frames += 1;
            if self.frames >= ALONE {
                self.is_wanted = false;
                self.ahead = Ahead::start(Arc::clone(&reader.question));
                self.note_segment(open, reader);
            }
        }
        #[cfg(not(feature = "compression"))]
        let _ = (open, reader, self.is_wanted);
    }
}
