//! Reading a part of a file wherever it stands, without moving it for others where the system can do that.

use std::fs::File;
use std::io;

#[cfg(unix)]
pub(in crate::store) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

/// One index, and so one file, is asked by one thread at a time.
#[cfg(not(unix))]
pub(in crate::store) fn read_at(mut file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(bytes)
}
