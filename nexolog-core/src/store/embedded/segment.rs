use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::store::Stop;
use crate::store::names::FamilyName;

#[cfg(feature = "compression")]
use super::frame_headers::Frame;
#[cfg(feature = "compression")]
use super::frames::{Frames, Unpacker};
use super::indexed::Indexed;
use super::kept::Kept;
use super::left_out::LeftOut;
use super::piece::Piece;
use super::plain::{Part, PlainBlocks, Text};
use super::plan::Plan;
use super::position::Position;
use super::question::Question;

/// One segment of a snapshot.
#[derive(Debug)]
pub(super) struct Segment {
    /// `seq` of its first record; `None` when the active one's can't be read.
    pub(super) first_seq: Option<u64>,
    pub(super) source: Source,
}

/// Where the text of a segment is.
#[derive(Debug)]
pub(super) enum Source {
    /// Open already, because its name may change at any moment; only so many bytes of it count.
    Active { file: File, length: u64 },
    /// By name, plain or compressed, whichever is there; one that was seen compressed only is never plain again.
    Sealed { is_packed: bool },
    /// An active file that could not be opened or read.
    Unreadable,
}

/// An open segment: its blocks, from one end to the other, and which of them are left out.
pub(super) struct OpenSegment {
    blocks: Blocks,
    pub(super) plan: Option<Plan>,
}

/// The blocks of an open segment: whole lines.
enum Blocks {
    Plain(PlainBlocks),
    #[cfg(feature = "compression")]
    Frames(Frames),
    /// Nothing is to be read.
    None,
}

/// What one directory is read with.
pub(super) struct Reader {
    pub(super) question: Arc<Question>,
    pub(super) position: Position,
    pub(super) kept: Arc<Kept>,
    /// The memory of a block, kept from one to the next.
    text: Vec<u8>,
    #[cfg(feature = "compression")]
    unpacker: Unpacker,
}

impl Reader {
    pub(super) fn new(question: Arc<Question>, position: Position, kept: Arc<Kept>) -> Reader {
        kept.heads.begin();
        Reader {
            question,
            position,
            kept,
            text: Vec::new(),
            #[cfg(feature = "compression")]
            unpacker: Unpacker::default(),
        }
    }
}

impl Segment {
    /// Opens the segment of `family` in `directory`; `None`, and a word in `left_out`, when that can't be.
    pub(super) fn open(
        self,
        directory: &Path,
        family: &FamilyName,
        reader: &Reader,
        stop: &Stop,
        left_out: &mut LeftOut,
    ) -> Option<OpenSegment> {
        let opened = match (self.source, self.first_seq) {
            (Source::Active { file, length }, _) => {
                return Some(open_active(file, length, directory, reader, stop));
            }
            (Source::Sealed { is_packed }, Some(first_seq)) => {
                let opening = Opening { directory, family, first_seq, reader };
                if is_packed { opening.packed(left_out) } else { opening.any(left_out) }
            }
            (Source::Unreadable, _) | (Source::Sealed { .. }, None) => {
                left_out.unreadable_segments += 1;
                return None;
            }
        };
        match opened {
            Ok(opened) => return Some(opened),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                left_out.vanished_segments += 1;
            }
            Err(_) => left_out.unreadable_segments += 1,
        }
        None
    }
}

fn open_active(
    file: File,
    length: u64,
    directory: &Path,
    reader: &Reader,
    stop: &Stop,
) -> OpenSegment {
    let index = reader.kept.growing.index(directory, &file, length, stop);
    let plan = index.map(|index| Plan::of(&index, &reader.question, &reader.position));
    OpenSegment { blocks: Blocks::plain(file, length, plan.as_ref(), reader), plan }
}

/// A sealed segment that is to be opened.
struct Opening<'a> {
    directory: &'a Path,
    family: &'a FamilyName,
    first_seq: u64,
    reader: &'a Reader,
}

impl Opening<'_> {
    /// The plain file if it is still there: it needs no unpacking. Else the compressed one, which a moment ago may not
    /// have been there yet.
    fn any(&self, left_out: &mut LeftOut) -> io::Result<OpenSegment> {
        let plain =
            |file, length, plan: Option<&Plan>| Ok(Blocks::plain(file, length, plan, self.reader));
        match self.open(&self.family.sealed(self.first_seq), plain) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.packed(left_out),
            result => result,
        }
    }

    fn packed(&self, left_out: &mut LeftOut) -> io::Result<OpenSegment> {
        let question = &self.reader.question;
        self.open(&self.family.compressed(self.first_seq), |file, _, plan| {
            unpack(file, plan, question, left_out)
        })
    }

    /// Opens the file `name`; not at all when its index says that there is nothing to read in it.
    fn open(
        &self,
        name: &str,
        blocks: impl FnOnce(File, u64, Option<&Plan>) -> io::Result<Blocks>,
    ) -> io::Result<OpenSegment> {
        let Reader { question, position, kept, .. } = self.reader;
        loop {
            let Opening { directory, family, first_seq, .. } = *self;
            let indexed = Indexed::open(directory, family, first_seq, name, &kept.heads)?;
            let plan = indexed.index.as_ref().map(|index| Plan::of(index, question, position));
            if plan.as_ref().is_some_and(Plan::is_empty) {
                return Ok(OpenSegment { blocks: Blocks::None, plan });
            }
            // Else it has just been replaced, and what is there now has to be looked at.
            if let Some((file, length)) = indexed.file()? {
                let blocks = blocks(file, length, plan.as_ref())?;
                return Ok(OpenSegment { blocks, plan });
            }
        }
    }
}

impl Blocks {
    fn plain(file: File, length: u64, plan: Option<&Plan>, reader: &Reader) -> Blocks {
        let order = reader.question.order;
        Blocks::Plain(match plan {
            Some(plan) => PlainBlocks::known(file, parts(plan), order),
            None => PlainBlocks::new(file, length, order),
        })
    }
}

fn parts(plan: &Plan) -> Vec<Part> {
    let chosen = plan.chosen();
    let parts = chosen.map(|(block, known)| Part {
        start: block.start,
        end: block.start + u64::from(block.length),
        known: Some(known),
    });
    parts.collect()
}

#[cfg(feature = "compression")]
fn unpack(
    file: File,
    plan: Option<&Plan>,
    question: &Question,
    left_out: &mut LeftOut,
) -> io::Result<Blocks> {
    let Some(plan) = plan else {
        return Frames::open(file, question.order, left_out).map(Blocks::Frames);
    };
    let chosen = plan.chosen();
    let frames = chosen.map(|(block, known)| Frame {
        start: block.start,
        length: u64::from(block.length),
        text: u64::from(block.text),
        // The next block follows at once.
        until: block.start + u64::from(block.length),
        is_inner: false,
        known: Some(known),
    });
    Ok(Blocks::Frames(Frames::known(file, frames.collect(), question.order)))
}

#[cfg(not(feature = "compression"))]
fn unpack(
    _file: File,
    _plan: Option<&Plan>,
    _question: &Question,
    _left_out: &mut LeftOut,
) -> io::Result<Blocks> {
    Err(io::Error::other("built without the feature `compression`"))
}

impl OpenSegment {
    /// Looks through the next block; `None` when there is none, or `stop` says so while a line that is too long is
    /// stepped over.
    pub(super) fn next(
        &mut self,
        reader: &mut Reader,
        stop: &Stop,
        left_out: &mut LeftOut,
    ) -> io::Result<Option<Piece>> {
        let Reader { question, position, text, .. } = reader;
        match &mut self.blocks {
            Blocks::None => Ok(None),
            Blocks::Plain(plain) => {
                let Some(Text { known, is_whole }) = plain.next(text, stop, left_out)? else {
                    return Ok(None);
                };
                let whole = known.as_ref().filter(|_| is_whole);
                let scanned = question.scan(text, whole, position);
                Ok(Some(Piece::new(text, scanned, question)))
            }
            #[cfg(feature = "compression")]
            Blocks::Frames(frames) => {
                frames.next(&mut reader.unpacker, question, position, left_out)
            }
        }
    }

    /// Which block of the index is read next; `None` when there is no index or no such block.
    pub(super) fn next_number(&self) -> Option<usize> {
        match &self.blocks {
            Blocks::None => None,
            Blocks::Plain(plain) => plain.next_number(),
            #[cfg(feature = "compression")]
            Blocks::Frames(frames) => frames.next_number(),
        }
    }

    /// Whether there may be more to read.
    pub(super) fn has_rest(&self) -> bool {
        match &self.blocks {
            Blocks::None => false,
            Blocks::Plain(plain) => plain.has_rest(),
            #[cfg(feature = "compression")]
            Blocks::Frames(frames) => frames.has_rest(),
        }
    }

    /// Its frames, when it is compressed.
    #[cfg(feature = "compression")]
    pub(super) fn frames(&self) -> Option<&Frames> {
        match &self.blocks {
            Blocks::Frames(frames) => Some(frames),
            Blocks::Plain(_) | Blocks::None => None,
        }
    }
}
