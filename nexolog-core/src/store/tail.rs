//! Looks at the ends of a plain file without reading all of it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use memchr::{memrchr, memrchr_iter};

use super::line_head::{LineHead, LineHeads};

const BLOCK: usize = 64 * 1024;

/// How much of a file's end is searched for a line of ours.
const TAIL: u64 = 1024 * 1024;

/// How much of a file's beginning is searched for a line of ours.
const HEAD: u64 = 64 * 1024 * 1024;

/// Bytes up to and with the last newline; what follows is torn. Reads backwards, a block at a time.
pub(super) fn whole_len(file: &File, len: u64) -> io::Result<u64> {
    let mut block = vec![0; BLOCK];
    let mut end = len;
    while end > 0 {
        let start = end.saturating_sub(BLOCK as u64);
        let read = read_at(file, start, &mut block, end - start)?;
        if let Some(at) = memrchr(b'\n', read) {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// The last line of ours among the last lines of the first `whole` bytes, which end in a newline.
pub(super) fn last_head(file: &File, whole: u64) -> io::Result<Option<LineHead>> {
    let start = whole.saturating_sub(TAIL);
    let mut text = Vec::new();
    let text = read_at_into(file, start, &mut text, whole - start)?;
    let mut end = text.len();
    for newline in memrchr_iter(b'\n', text) {
        if let Some(head) = text.get(newline + 1..end).and_then(LineHead::parse) {
            return Ok(Some(head));
        }
        end = newline;
    }
    // The first of the lines read has its newline before it only if it is not the file's first.
    Ok(if start == 0 { text.get(..end).and_then(LineHead::parse) } else { None })
}

/// The first line of ours; foreign lines before it are passed over.
pub(super) fn first_head(mut file: &File) -> io::Result<Option<LineHead>> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = file.take(HEAD);
    let mut block = vec![0; BLOCK];
    let mut heads = LineHeads::default();
    let mut found = None;
    while found.is_none() {
        let read = reader.read(&mut block)?;
        if read == 0 {
            break;
        }
        heads.feed(&block[..read], |line| found = found.or_else(|| LineHead::parse(line)));
    }
    Ok(found)
}

/// Reads the `len` bytes at `start`, or what there is of them.
pub(super) fn read_at_into<'a>(
    file: &File,
    start: u64,
    into: &'a mut Vec<u8>,
    len: u64,
) -> io::Result<&'a [u8]> {
    into.resize(usize::try_from(len).map_err(io::Error::other)?, 0);
    read_at(file, start, into, len)
}

fn read_at<'a>(mut file: &File, start: u64, block: &'a mut [u8], len: u64) -> io::Result<&'a [u8]> {
    file.seek(SeekFrom::Start(start))?;
    let wanted = usize::try_from(len).map_or(block.len(), |len| len.min(block.len()));
    let mut filled = 0;
    while filled < wanted {
        match file.read(&mut block[filled..wanted]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(&block[..filled])
}
