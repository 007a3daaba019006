use std::fs::File;
use std::io;
use std::path::Path;

use crate::store::names::FamilyName;
use crate::store::{Order, Stop};

use super::files;
#[cfg(feature = "compression")]
use super::frames::Frames;
use super::left_out::LeftOut;
use super::plain::PlainBlocks;

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
    /// By name, plain or compressed, whichever is there.
    Sealed,
    /// An active file that could not be opened or read.
    Unreadable,
}

/// The blocks of an open segment: whole lines, from one end to the other.
pub(super) enum Blocks {
    Plain(PlainBlocks),
    #[cfg(feature = "compression")]
    Frames(Box<Frames>),
}

impl Segment {
    /// Opens the segment of `family` in `directory`; `None`, and a word in `left_out`, when that can't be.
    pub(super) fn open(
        self,
        directory: &Path,
        family: &FamilyName,
        order: Order,
        left_out: &mut LeftOut,
    ) -> Option<Blocks> {
        let opened = match (self.source, self.first_seq) {
            (Source::Active { file, length }, _) => {
                return Some(Blocks::Plain(PlainBlocks::new(file, length, order)));
            }
            (Source::Sealed, Some(first_seq)) => {
                open_sealed(directory, family, first_seq, order, left_out)
            }
            (Source::Unreadable, _) | (Source::Sealed, None) => {
                left_out.unreadable_segments += 1;
                return None;
            }
        };
        match opened {
            Ok(blocks) => return Some(blocks),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                left_out.vanished_segments += 1;
            }
            Err(_) => left_out.unreadable_segments += 1,
        }
        None
    }
}

/// The plain file if it is still there: it needs no unpacking. Else the compressed one, which a moment ago may not
/// have been there yet.
fn open_sealed(
    directory: &Path,
    family: &FamilyName,
    first_seq: u64,
    order: Order,
    left_out: &mut LeftOut,
) -> io::Result<Blocks> {
    match files::open(&directory.join(family.sealed(first_seq))) {
        Ok(file) => {
            let length = file.metadata()?.len();
            return Ok(Blocks::Plain(PlainBlocks::new(file, length, order)));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let file = files::open(&directory.join(family.compressed(first_seq)))?;
    unpack(file, order, left_out)
}

#[cfg(feature = "compression")]
fn unpack(file: File, order: Order, left_out: &mut LeftOut) -> io::Result<Blocks> {
    Frames::open(file, order, left_out).map(|frames| Blocks::Frames(Box::new(frames)))
}

#[cfg(not(feature = "compression"))]
fn unpack(_file: File, _order: Order, _left_out: &mut LeftOut) -> io::Result<Blocks> {
    Err(io::Error::other("built without the feature `compression`"))
}

impl Blocks {
    /// Reads the next block; `false` when there is none, or `stop` says so while a line that is too long is
    /// stepped over.
    pub(super) fn next(
        &mut self,
        block: &mut Vec<u8>,
        stop: &Stop,
        left_out: &mut LeftOut,
    ) -> io::Result<bool> {
        match self {
            Blocks::Plain(plain) => plain.next(block, stop, left_out),
            #[cfg(feature = "compression")]
            Blocks::Frames(frames) => frames.next(block, left_out),
        }
    }
}
