//! Turns a sealed plain segment into independent zstd frames of whole lines.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use memchr::memrchr;
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

use super::fs::{remove_if_there, write_all};
use super::names::{FamilyName, TEMP_ENDING};
use super::shared::Shared;
use super::tidying::Tidying;

/// Text in a frame: a search opens one frame without the ones before it.
const FRAME: usize = 128 * 1024;

/// A line longer than any of ours; the bound on memory when a foreign file has no newline at all.
const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// As small as level 3 on log lines, and faster.
const LEVEL: i32 = 1;

/// Compresses one segment and removes the plain file; does nothing when it is gone or the sealer must stop.
///
/// The rename is what counts: before it the plain file is the segment, after it the compressed one. A crash
/// in between leaves both, and compressing again gives the same.
pub(super) fn compress(shared: &Shared, family: &FamilyName, first_seq: u64) -> io::Result<()> {
    let fs = &*shared.fs;
    let plain_path = shared.path.join(family.sealed(first_seq));
    let path = shared.path.join(family.compressed(first_seq));
    let temp = shared.path.join(family.compressed(first_seq) + TEMP_ENDING);
    let plain = match fs.open_read(&plain_path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        result => result?,
    };

    remove_if_there(fs, &temp)?;
    let mut tidying = None;
    let finished = write_frames(shared, &plain, &temp).and_then(|whole| {
        // Who cleans up sees the segment as it was before or as it is after, and removes all of it.
        tidying = Some(Tidying::begin(&shared.log_directory, shared.work.stop_flag())?);
        let wanted = whole && plain_path.exists();
        if wanted {
            fs.rename(&temp, &path)?;
        }
        Ok(wanted)
    });
    if !matches!(finished, Ok(true)) {
        remove_if_there(fs, &temp)?;
        return finished.map(|_| ());
    }
    let removed = match fs.remove(&plain_path) {
        // Somebody removed the segment meanwhile; it must not come back in another form.
        Err(error) if error.kind() == io::ErrorKind::NotFound => remove_if_there(fs, &path),
        result => result,
    };
    drop(tidying);
    removed
}

/// Writes the frames to `temp`, on the disk when it returns; `false` when told to stop.
fn write_frames(shared: &Shared, mut plain: &File, temp: &Path) -> io::Result<bool> {
    let fs = &*shared.fs;
    let file = fs.create_new(temp)?;
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    let mut text = Vec::with_capacity(2 * FRAME);
    let mut is_empty = true;
    loop {
        if shared.work.must_stop() {
            return Ok(false);
        }
        let frame = fill(&mut plain, &mut text)?;
        // An empty file gives one empty frame: zstd tools refuse a file without any.
        if frame == 0 && !is_empty {
            break;
        }
        let packed = compressor.compress(&text[..frame])?;
        write_all(fs, &file, &packed)?;
        is_empty = false;
        text.drain(..frame);
    }
    // Retention goes by the time of the last line, not of its compression.
    if let Ok(modified) = plain.metadata().and_then(|metadata| metadata.modified()) {
        let _ = file.set_modified(modified);
    }
    fs.sync(&file)?;
    Ok(true)
}

/// Reads on until `text` holds a frame of whole lines and says how long it is; 0 at the end of the file.
fn fill(plain: &mut &File, text: &mut Vec<u8>) -> io::Result<usize> {
    let mut wanted = FRAME;
    loop {
        let missing = wanted.saturating_sub(text.len());
        let read = plain.take(missing as u64).read_to_end(text)?;
        if read < missing {
            // The end of the file; what has no newline is kept as it is.
            return Ok(text.len());
        }
        let window = text.get(..wanted).unwrap_or(text);
        match memrchr(b'\n', window) {
            Some(newline) => return Ok(newline + 1),
            None if wanted >= LONGEST_LINE => return Ok(wanted),
            None => wanted *= 2,
        }
    }
}
