use super::Level;
use super::stamp::{STAMP_LEN, read_fixed};

/// The first four keys of a line of our own, read by their places without looking at the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head<'a> {
    pub(crate) seq: u64,
    /// In microseconds since the Unix epoch.
    pub(crate) timestamp: i64,
    pub(crate) level: Level,
    /// `None` when the line has none, or has one that only [`Line`] can read.
    pub(crate) module: Option<&'a str>,
    /// Bytes of the line up to the end of the level's value.
    pub(crate) length: usize,
}

impl<'a> Head<'a> {
    /// `None` when the line is not in our writer's own form; [`Line::parse`] may still read it.
    pub(crate) fn read(line: &'a [u8]) -> Option<Head<'a>> {
        let rest = line.strip_prefix(b"{\"seq\":")?;
        let end = rest.iter().position(|byte| !byte.is_ascii_digit())?;
        let seq = std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?;
        let rest = rest.get(end..)?.strip_prefix(b",\"timestamp\":\"")?;
        let timestamp = read_fixed(rest.get(..STAMP_LEN)?)?;
        let rest = rest.get(STAMP_LEN..)?.strip_prefix(b"\",\"level\":\"")?;
        let (level, rest) = read_level(rest)?;
        let module = rest.strip_prefix(b",\"module\":\"").and_then(plain_string);
        Some(Head { seq, timestamp, level, module, length: line.len() - rest.len() })
    }
}

fn read_level(rest: &[u8]) -> Option<(Level, &[u8])> {
    Level::ALL.into_iter().find_map(|level| {
        let after = rest.strip_prefix(level.as_str().as_bytes())?.strip_prefix(b"\"")?;
        Some((level, after))
    })
}

/// The string whose inside `rest` begins with, if it needs no decoding.
fn plain_string(rest: &[u8]) -> Option<&str> {
    let end = memchr::memchr2(b'"', b'\\', rest)?;
    if rest.get(end) != Some(&b'"') {
        return None;
    }
    std::str::from_utf8(rest.get(..end)?).ok()
}
