//! Makes an active file end in a whole line again, keeping the torn bytes aside.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::fs::{Fs, write_all};
use super::names::TORN_ENDING;
use super::tail;

/// The most that a `.torn` file holds; it is for a curious eye, not an archive.
const TORN_MAX: u64 = 1024 * 1024;

/// What [`repair`] found.
#[derive(Debug)]
pub(super) struct Repaired {
    /// Bytes of whole lines; the file's length now.
    pub(super) whole: u64,
    /// Bytes that followed them.
    pub(super) torn: u64,
}

/// Cuts what follows the last newline off `file` (at `path`) and appends it to `<path>.torn`.
///
/// A crash or a full disk leaves the beginning of a record, power loss perhaps NULs. When they can't be
/// kept aside they are cut all the same: a next record glued to them would be lost as well.
pub(super) fn repair(fs: &dyn Fs, file: &File, path: &Path) -> io::Result<Repaired> {
    let len = file.metadata()?.len();
    let whole = tail::whole_len(file, len)?;
    if whole < len {
        let _kept = keep_aside(fs, file, whole, len, path);
        fs.truncate(file, whole)?;
    }
    Ok(Repaired { whole, torn: len - whole })
}

fn keep_aside(fs: &dyn Fs, file: &File, from: u64, to: u64, path: &Path) -> io::Result<()> {
    let mut torn = Vec::new();
    let start = from.max(to.saturating_sub(TORN_MAX - 1));
    tail::read_at_into(file, start, &mut torn, to - start)?;
    torn.push(b'\n');

    let aside = fs.open_append(&torn_path(path))?;
    let before = aside.metadata()?.len();
    let room = TORN_MAX - torn.len() as u64;
    if before > room {
        let mut kept = Vec::new();
        tail::read_at_into(&aside, before - room, &mut kept, room)?;
        kept.append(&mut torn);
        torn = kept;
        fs.truncate(&aside, 0)?;
    }
    write_all(fs, &aside, &torn)
}

fn torn_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(TORN_ENDING);
    name.into()
}
