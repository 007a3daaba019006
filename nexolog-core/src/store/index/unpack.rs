//! Reads a compressed segment from its beginning to its end, frame by frame, or not at all: unlike a search it makes
//! nothing of a damaged one.

use std::fs::File;
use std::io::{self, Read};

use zstd::bulk::Decompressor;
use zstd::zstd_safe::{find_frame_compressed_size, get_frame_content_size};

use super::builder::Place;

/// Bytes that are read at a time.
const STEP: usize = 256 << 10;

/// Most bytes of a frame's text, and of the frame.
const MOST_TEXT: u64 = 16 << 20;
const MOST_PACKED: usize = 17 << 20;

/// Calls `block` with the text of each frame and its place, until it says `false`; whether all of the file was read.
pub(super) fn unpack(
    mut file: &File,
    block: &mut dyn FnMut(&[u8], Place) -> bool,
) -> io::Result<bool> {
    let mut decompressor = Decompressor::new()?;
    // What was read and is no part of a frame yet.
    let mut packed = Vec::new();
    let mut text = Vec::new();
    let (mut start, mut is_end) = (0, false);
    loop {
        let frame = match find_frame_compressed_size(&packed) {
            Ok(length) => packed.get(..length),
            Err(_) => None,
        };
        let Some(frame) = frame.filter(|frame| !frame.is_empty()) else {
            if is_end || packed.len() > MOST_PACKED {
                return Ok(is_end && packed.is_empty());
            }
            is_end = file.by_ref().take(STEP as u64).read_to_end(&mut packed)? < STEP;
            continue;
        };
        let length = frame.len();
        let Ok(Some(size @ ..=MOST_TEXT)) = get_frame_content_size(frame) else { return Ok(false) };
        text.clear();
        text.reserve_exact(usize::try_from(size).unwrap_or(0));
        if decompressor.decompress_to_buffer(frame, &mut text).is_err() {
            return Ok(false);
        }
        let place = Place { start, length: u32::try_from(length).unwrap_or(u32::MAX) };
        if !block(&text, place) {
            return Ok(false);
        }
        start += length as u64;
        packed.drain(..length);
    }
}
