//! Finding the frames of a zstd file by their headers, without unpacking anything.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use memchr::memmem;

use super::scan::Known;

/// What a frame begins with.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// What a frame of other data, to be stepped over, begins with; the low half of the first byte is free.
const SKIPPABLE: [u8; 4] = [0x50, 0x2A, 0x4D, 0x18];

/// Most text that one block inside a frame gives, by the format.
const MOST_TEXT_OF_BLOCK: u64 = 128 << 10;
/// Most frames of one file.
const MOST_FRAMES: usize = 1 << 18;

/// Where a frame is, and how much text it holds at the most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) start: u64,
    pub(super) length: u64,
    pub(super) text: u64,
    /// Where the next one that was found begins, or the file ends.
    pub(super) until: u64,
    /// Whether it was found only because another one is damaged. What looks like a frame there may be none.
    pub(super) is_inner: bool,
    /// What an index says of it.
    pub(super) known: Option<Known>,
}

/// Walks from frame to frame by their headers; where none begins, the next one is searched for.
///
/// Gives the frames between `from` and `end`, and how often there was something else.
pub(super) fn find(
    file: &mut BufReader<&File>,
    from: u64,
    end: u64,
) -> io::Result<(Vec<Frame>, u64)> {
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
fn read_frame(file: &mut BufReader<&File>, start: u64, end: u64) -> io::Result<Found> {
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
        known: None,
    }))
}

/// Steps over the blocks of a frame; how much text they hold at the most.
fn read_blocks(file: &mut BufReader<&File>) -> io::Result<u64> {
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
fn find_magic(file: &mut BufReader<&File>, from: u64, end: u64) -> io::Result<Option<u64>> {
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

fn read<const N: usize>(file: &mut BufReader<&File>) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn step(file: &mut BufReader<&File>, bytes: i64) -> io::Result<()> {
    if bytes == 0 { Ok(()) } else { file.seek_relative(bytes) }
}

fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}
