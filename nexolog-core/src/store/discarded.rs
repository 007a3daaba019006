use memchr::{memchr_iter, memrchr};

use super::line_head::LineHead;

/// Lines that were given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Discarded {
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
    /// First and last `seq` among them.
    pub(crate) range: Option<(u64, u64)>,
}

impl Discarded {
    pub(super) fn count(lines: &[u8]) -> Discarded {
        Discarded { lines: count_lines(lines), bytes: lines.len() as u64, range: seq_range(lines) }
    }
}

pub(super) fn count_lines(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

fn seq_range(lines: &[u8]) -> Option<(u64, u64)> {
    let first = LineHead::parse(lines)?.seq;
    let body = lines.strip_suffix(b"\n").unwrap_or(lines);
    let last_line = memrchr(b'\n', body).map_or(body, |newline| &body[newline + 1..]);
    Some((first, LineHead::parse(last_line)?.seq))
}
