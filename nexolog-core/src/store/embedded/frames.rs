use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom};
use std::sync::Arc;

use zstd::bulk::Decompressor;

use crate::store::Order;
use crate::store::index::read_at;

use super::desk::{Desk, Given};
use super::frame_headers::{Frame, find};
use super::left_out::LeftOut;
use super::piece::Piece;
use super::position::Position;
use super::question::Question;

/// Most bytes of text that a frame may hold. Ours hold about 64 KiB; a whole file that somebody packed by hand as one
/// frame should still be read.
const MOST_TEXT: u64 = 16 << 20;
/// Most bytes that a frame may take on disk: text that can't be packed is a little longer than before.
const MOST_PACKED: u64 = MOST_TEXT + (1 << 20);

/// The frames of a compressed segment, each decompressed by itself.
pub(super) struct Frames {
    desk: Arc<Desk>,
    order: Order,
    /// Those found inside of a damaged one, to be read before the others; the next one is the last.
    inner: Vec<Frame>,
}

impl Frames {
    /// Finds the frames of `file`, stepping over what is none.
    pub(super) fn open(file: File, order: Order, left_out: &mut LeftOut) -> io::Result<Frames> {
        let mut reader = BufReader::with_capacity(64 << 10, &file);
        let end = reader.seek(SeekFrom::End(0))?;
        let (frames, damaged) = find(&mut reader, 0, end)?;
        // No frame at all is no segment of ours.
        left_out.damaged_frames += damaged + u64::from(end == 0);
        Ok(Frames::known(file, frames, order))
    }

    /// Reads only `frames` of `file`, given in the order of the file.
    pub(super) fn known(file: File, frames: Vec<Frame>, order: Order) -> Frames {
        let desk = Arc::new(Desk::new(file, stacked(frames, order)));
        Frames { desk, order, inner: Vec::new() }
    }

    /// Whether there may be more.
    pub(super) fn has_rest(&self) -> bool {
        !self.inner.is_empty() || self.desk.has_rest()
    }

    /// Where a second thread can take frames from.
    pub(super) fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// Which block of the index is read next; `None` in the middle of a damaged one, too.
    pub(super) fn next_number(&self) -> Option<usize> {
        if self.inner.is_empty() { self.desk.next_number() } else { None }
    }

    /// Looks through the next frame; `None` when there is none. Of one that is damaged nothing is left but the frames
    /// that may be inside of it, which come next.
    pub(super) fn next(
        &mut self,
        unpacker: &mut Unpacker,
        question: &Question,
        position: &mut Position,
        left_out: &mut LeftOut,
    ) -> io::Result<Option<Piece>> {
        while let Some(frame) = self.inner.pop() {
            if let Some(piece) = unpacker.scan(self.desk.file(), &frame, question, position)? {
                return Ok(Some(piece));
            }
        }
        let Some(Given { frame, outcome }) = self.desk.next(unpacker, question, position) else {
            return Ok(None);
        };
        let piece = outcome?;
        if piece.is_none() {
            left_out.damaged_frames += 1;
            // A damaged header may have led past the beginning of good frames.
            let mut reader = BufReader::with_capacity(64 << 10, self.desk.file());
            let (mut inner, _) = find(&mut reader, frame.start + 1, frame.until)?;
            for frame in &mut inner {
                frame.is_inner = true;
            }
            self.inner = stacked(inner, self.order);
        }
        Ok(Some(piece.unwrap_or_default()))
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.desk.close();
    }
}

/// The next one last.
fn stacked(mut frames: Vec<Frame>, order: Order) -> Vec<Frame> {
    if order == Order::OldestFirst {
        frames.reverse();
    }
    frames
}

/// What one thread needs to unpack frames, kept from one to the next.
#[derive(Default)]
pub(super) struct Unpacker {
    decompressor: Option<Decompressor<'static>>,
    packed: Vec<u8>,
    text: Vec<u8>,
}

impl Unpacker {
    /// Unpacks a frame of `file` and looks through its text; `None` when it is damaged.
    pub(super) fn scan(
        &mut self,
        file: &File,
        frame: &Frame,
        question: &Question,
        position: &mut Position,
    ) -> io::Result<Option<Piece>> {
        if !self.unpack(file, frame)? {
            return Ok(None);
        }
        let scanned = question.scan(&self.text, frame.known.as_ref(), position);
        Ok(Some(Piece::new(&mut self.text, scanned, question)))
    }

    fn unpack(&mut self, file: &File, frame: &Frame) -> io::Result<bool> {
        let (Ok(length), Ok(text)) = (usize::try_from(frame.length), usize::try_from(frame.text))
        else {
            return Ok(false);
        };
        if frame.length > MOST_PACKED || frame.text > MOST_TEXT {
            return Ok(false);
        }
        let decompressor = match &mut self.decompressor {
            Some(decompressor) => decompressor,
            empty => empty.insert(Decompressor::new()?),
        };
        self.packed.resize(length, 0);
        read_at(file, &mut self.packed, frame.start)?;
        self.text.clear();
        self.text.reserve_exact(text);
        Ok(decompressor.decompress_to_buffer(&self.packed, &mut self.text).is_ok())
    }
}

/// The text of all frames that can be read, at least `enough` of it where there is more, and how many are damaged.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_frames(file: File, enough: usize) -> io::Result<(Vec<u8>, u64)> {
    use crate::query::Filter;

    let mut left_out = LeftOut::default();
    let question =
        Question { keeps_texts: true, ..Question::new(Filter::all(), Order::OldestFirst) };
    let mut position = Position::start(Order::OldestFirst, false);
    let mut unpacker = Unpacker::default();
    let mut frames = Frames::open(file, Order::OldestFirst, &mut left_out)?;
    let mut text = Vec::new();
    while text.len() < enough
        && let Some(piece) = frames.next(&mut unpacker, &question, &mut position, &mut left_out)?
    {
        text.extend_from_slice(&piece.text);
    }
    Ok((text, left_out.damaged_frames))
}
