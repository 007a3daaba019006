//! Turns a sealed plain segment into independent zstd frames of whole lines.

use std::fs::File;
use std::io;
use std::path::Path;

use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

use super::fs::{remove_if_there, write_all};
#[cfg(feature = "api")]
use super::index::Sidecar;
use super::names::{FamilyName, TEMP_ENDING};
use super::shared::Shared;
use super::tidying::Tidying;
use super::whole_lines::WholeLines;

/// As small as level 3 on log lines, and faster.
const LEVEL: i32 = 1;

/// Compresses one segment, makes its index, and removes the plain file; does nothing when it is gone or the sealer must
/// stop.
///
/// The rename is what counts: before it the plain file is the segment, after it the compressed one. A crash
/// in between leaves both, and compressing again gives the same. The index gets its name first, so that a segment does
/// not stand without one; until the rename it is a stale one, which nobody follows.
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
    #[cfg(feature = "api")]
    let mut index = Sidecar::new(family, first_seq);
    #[cfg(feature = "api")]
    let note = |text: &[u8], packed: &[u8]| index.block(text, packed);
    #[cfg(not(feature = "api"))]
    let note = |_: &[u8], _: &[u8]| {};
    let finished = write_frames(shared, &plain, &temp, note).and_then(|whole| {
        #[cfg(feature = "api")]
        let index = if whole { index.write(shared) } else { None };
        // Who cleans up sees the segment as it was before or as it is after, and removes all of it.
        tidying = Some(Tidying::begin(&shared.log_directory, shared.work.stop_flag())?);
        let wanted = whole && plain_path.exists();
        if wanted {
            #[cfg(feature = "api")]
            if let Some(index) = index {
                index.put_in_place(shared);
            }
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
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(index) = family.index(first_seq) {
                remove_if_there(fs, &shared.path.join(index))?;
            }
            remove_if_there(fs, &path)
        }
        result => result,
    };
    drop(tidying);
    removed
}

/// Writes the frames to `temp`, on the disk when it returns, and tells `note` of each, text and frame; `false` when told
/// to stop.
fn write_frames(
    shared: &Shared,
    plain: &File,
    temp: &Path,
    mut note: impl FnMut(&[u8], &[u8]),
) -> io::Result<bool> {
    let fs = &*shared.fs;
    let file = fs.create_new(temp)?;
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    let mut blocks = WholeLines::of(plain);
    let mut is_empty = true;
    loop {
        if shared.work.must_stop() {
            return Ok(false);
        }
        let text = blocks.next()?;
        // An empty file gives one empty frame: zstd tools refuse a file without any.
        if text.is_empty() && !is_empty {
            break;
        }
        let packed = compressor.compress(text)?;
        write_all(fs, &file, &packed)?;
        note(text, &packed);
        is_empty = false;
    }
    // Retention goes by the time of the last line, not of its compression.
    if let Ok(modified) = plain.metadata().and_then(|metadata| metadata.modified()) {
        let _ = file.set_modified(modified);
    }
    fs.sync(&file)?;
    Ok(true)
}
