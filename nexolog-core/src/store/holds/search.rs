//! Looks into a segment for records that a hold covers.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use memchr::{memchr, memrchr};

use crate::query::Filter;
use crate::store::contents;
use crate::store::names::FamilyName;
use crate::store::removal::Remover;
use crate::store::segments::Segment;

const BLOCK: usize = 128 * 1024;

/// A line longer than any of ours.
const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// The first of `holds` that covers a record in `segment`, or could cover one in a part that can't be read.
pub(super) fn covering(
    remover: &Remover<'_>,
    family: &FamilyName,
    segment: &Segment,
    holds: &[(Arc<str>, Filter)],
) -> io::Result<Option<Arc<str>>> {
    let may_be_any = || holds.first().map(|(name, _)| Arc::clone(name));
    let Ok(mut reader) = contents::open(remover.fs, remover.directory, family, segment) else {
        return Ok(may_be_any());
    };
    let mut text = Vec::with_capacity(2 * BLOCK);
    loop {
        if remover.stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let before = text.len();
        let Ok(read) = (&mut reader).take(BLOCK as u64).read_to_end(&mut text) else {
            return Ok(may_be_any());
        };
        let is_last = read == 0;
        // What has no newline yet goes on in the next block.
        let whole = match memrchr(b'\n', &text[before..]) {
            Some(newline) => before + newline + 1,
            None if is_last => text.len(),
            None if text.len() > LONGEST_LINE => return Ok(may_be_any()),
            None => continue,
        };
        if let Some(name) = covered(&text[..whole], holds) {
            return Ok(Some(name));
        }
        if is_last {
            return Ok(None);
        }
        text.drain(..whole);
    }
}

fn covered(mut lines: &[u8], holds: &[(Arc<str>, Filter)]) -> Option<Arc<str>> {
    while !lines.is_empty() {
        let end = memchr(b'\n', lines).unwrap_or(lines.len());
        let line = &lines[..end];
        let by = holds.iter().find(|(_, filter)| filter.matches(line));
        if let Some((name, _)) = by {
            return Some(Arc::clone(name));
        }
        lines = lines.get(end + 1..).unwrap_or_default();
    }
    None
}
