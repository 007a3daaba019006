use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use memchr::memmem;
use zstd::bulk::Decompressor;

use crate::store::Order;

use super::left_out::LeftOut;

/// What a frame begins with.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// What a frame of other data, to be stepped over, begins with; the low half of the first byte is free.
const SKIPPABLE: [u8; 4] = [0x50, 0x2A, 0x4D, 0x18];

/// Most bytes of text that a frame may hold. Ours hold about 128 KiB; a whole file that somebody packed by hand as one
/// frame should still be read.
const MOST_TEXT: u64 = 16 << 20;
/// Most bytes that a frame may take on disk: text that can't be packed is a little longer than before.
const MOST_PACKED: u64 = MOST_TEXT + (1 << 20);
/// Most text that one block inside a frame gives, by the format.
const MOST_TEXT_OF_BLOCK: u64 = 128 << 10;
/// Most frames of one file.
const MOST_FRAMES: usize = 1 << 18;

/// The frames of a compressed segment, each decompressed by itself.
pub(super) struct Frames {
    file: BufReader<File>,
    /// Those to come; the next one is the last.
    rest: Vec<Frame>,
    order: Order,
    decompressor: Decompressor<'static>,
    packed: Vec<u8>,
}

/// Where a frame is, and how much text it holds at the most.
#[derive(Clone, Copy, Debug)]
struct Frame {
    start: u64,
    length: u64,
    text: u64,
    /// Where the next one that was found begins, or the file ends.
    until: u64,
    /// Whether it was found only because another one is damaged. What looks like a frame there may be none.
    is_inner: bool,
}

impl Frames {
    /// Finds the frames of `file`, stepping over what is none.
    pub(super) fn open(file: File, order: Order, left_out: &mut LeftOut) -> io::Result<Frames> {
        let mut file = BufReader::with_capacity(64 << 10, file);
        let end = file.seek(SeekFrom::End(0))?;
        let (frames, damaged) = find(&mut file, 0, end)?;
        // No frame at all is no segment of ours.
        left_out.damaged_frames += damaged + u64::from(end == 0);
        let decompressor = Decompressor::new()?;
        let mut all = Frames { file, rest: Vec::new(), order, decompressor, packed: Vec::new() };
        all.put(frames);
        Ok(all)
    }

    /// Puts the text of the next frame that is whole into `block`; `false` when there is none.
    pub(super) fn next(&mut self, block: &mut Vec<u8>, left_out: &mut LeftOut) -> io::Result<bool> {
        while let Some(frame) = self.rest.pop() {
            if self.unpack(frame, block)? {
                return Ok(true);
            }
            if frame.is_inner {
                continue;
            }
            left_out.damaged_frames += 1;
            // A damaged header may have led past the beginning of good frames.
            let (mut inner, _) = find(&mut self.file, frame.start + 1, frame.until)?;
            for frame in &mut inner {
                frame.is_inner = true;
            }
            self.put(inner);
        }
        Ok(false)
    }

    /// Makes `frames`, in the order of the file, the next ones.
    fn put(&mut self, mut frames: Vec<Frame>) {
        if self.order == Order::OldestFirst {
            frames.reverse();
        }
        self.rest.extend(frames);
    }

    fn unpack(&mut self, frame: Frame, block: &mut Vec<u8>) -> io::Result<bool> {
        let (Ok(length), Ok(text)) = (usize::try_from(frame.length), usize::try_from(frame.text))
        else {
            return Ok(false);
        };
        if frame.length > MOST_PACKED || frame.text > MOST_TEXT {
            return Ok(false);
        }
        self.packed.resize(length, 0);
        self.file.seek(SeekFrom::Start(frame.start))?;
        self.file.read_exact(&mut self.packed)?;
        block.clear();
        block.reserve_exact(text);
        Ok(self.decompressor.decompress_to_buffer(&self.packed, block).is_ok())
    }
}

/// The text of all frames that can be read, at least `enough` of it where there is more, and how many are damaged.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_frames(file: File, enough: usize) -> io::Result<(Vec<u8>, u64)> {
    let mut left_out = LeftOut::default();
    let mut frames = Frames::open(file, Order::OldestFirst, &mut left_out)?;
    let (mut text, mut block) = (Vec::new(), Vec::new());
    while text.len() < enough && frames.next(&mut block, &mut left_out)? {
        text.extend_from_slice(&block);
    }
    Ok((text, left_out.damaged_frames))
}

/// Walks from frame to frame by their headers; where none begins, the next one is searched for.
///
/// Gives the frames between `from` and `end`, and how often there was something else.
fn find(file: &mut BufReader<File>, from: u64, end: u64) -> io::Result<(Vec<Frame>, u64)> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut damaged = 0;
    let mut at = from;
    while at < end {
        if frames.len() == MOST_FRAMES {
            damaged += 1;
            break;
        }
        file.seek(SeekFrom::Start(at))?;
        match read_frame(file, at, end) {
            Ok(Found::Frame(frame)) => {
                if let Some(before) = frames.last_mut() {
                    before.until = at;
                }
                frames.push(frame);
                at += frame.length;
            }
            Ok(Found::Skippable(length)) => at += length,
            Err(error) if error.kind() == io::ErrorKind::InvalidData || is_cut(&error) => {
                damaged += 1;
                let Some(next) = find_magic(file, at + 1, end)? else { break };
                at = next;
            }
            Err(error) => return Err(error),
        }
    }
    Ok((frames, damaged))
}

fn is_cut(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::UnexpectedEof
}

enum Found {
    Frame(Frame),
    Skippable(u64),
}

/// Reads the headers of the frame that begins at `start`, where `file` stands.
fn read_frame(file: &mut BufReader<File>, start: u64, end: u64) -> io::Result<Found> {
    let magic: [u8; 4] = read(file)?;
    if magic[0] & 0xF0 == SKIPPABLE[0] && magic[1..] == SKIPPABLE[1..] {
        let length = 8 + u64::from(u32::from_le_bytes(read(file)?));
        return if start + length <= end { Ok(Found::Skippable(length)) } else { Err(damaged()) };
    }
    if magic != MAGIC {
        return Err(damaged());
    }
    let [descriptor] = read(file)?;
    let is_single_segment = descriptor & 0x20 != 0;
    let has_checksum = descriptor & 0x04 != 0;
    let dictionary_bytes = [0, 1, 2, 4][usize::from(descriptor & 0x03)];
    step(file, i64::from(!is_single_segment) + dictionary_bytes)?;
    let declared = match descriptor >> 6 {
        0 if is_single_segment => Some(u64::from(read::<1>(file)?[0])),
        0 => None,
        1 => Some(u64::from(u16::from_le_bytes(read(file)?)) + 256),
        2 => Some(u64::from(u32::from_le_bytes(read(file)?))),
        _ => Some(u64::from_le_bytes(read(file)?)),
    };
    let most = read_blocks(file)?;
    step(file, if has_checksum { 4 } else { 0 })?;
    let length = file.stream_position()? - start;
    if start + length > end {
        return Err(damaged());
    }
    Ok(Found::Frame(Frame {
        start,
        length,
        text: declared.unwrap_or(most),
        until: end,
        is_inner: false,
    }))
}

/// Steps over the blocks of a frame; how much text they hold at the most.
fn read_blocks(file: &mut BufReader<File>) -> io::Result<u64> {
    let mut most = 0;
    loop {
        let [a, b, c] = read(file)?;
        let header = u32::from_le_bytes([a, b, c, 0]);
        let size = i64::from(header >> 3);
        let on_disk = match (header >> 1) & 3 {
            0 | 2 => size,
            // One byte, repeated.
            1 => 1,
            _ => return Err(damaged()),
        };
        step(file, on_disk)?;
        most += MOST_TEXT_OF_BLOCK;
        if header & 1 != 0 {
            return Ok(most);
        }
    }
}

/// Where the next frame begins, at or after `from`.
fn find_magic(file: &mut BufReader<File>, from: u64, end: u64) -> io::Result<Option<u64>> {
    let mut chunk = Vec::new();
    let mut at = from;
    while at < end {
        file.seek(SeekFrom::Start(at))?;
        chunk.clear();
        file.by_ref().take((end - at).min(64 << 10)).read_to_end(&mut chunk)?;
        if let Some(offset) = memmem::find(&chunk, &MAGIC) {
            return Ok(Some(at + offset as u64));
        }
        // The next chunk begins a little earlier, for a magic that the edge cut in two.
        match chunk.len().checked_sub(MAGIC.len() - 1) {
            Some(step) if step > 0 => at += step as u64,
            _ => break,
        }
    }
    Ok(None)
}

fn read<const N: usize>(file: &mut BufReader<File>) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn step(file: &mut BufReader<File>, bytes: i64) -> io::Result<()> {
    if bytes == 0 { Ok(()) } else { file.seek_relative(bytes) }
}

fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}
