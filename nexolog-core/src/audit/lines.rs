use std::io::{self, BufRead};

/// Longer lines are no entries.
const LONGEST: usize = 1024 * 1024;

/// The lines of a trail, a bounded part of each at a time in memory.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: R,
    /// Bytes after the last newline.
    pub(super) torn: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Lines<R> {
        Lines { reader, torn: 0 }
    }

    /// The next whole line without its newline; one that is too long ends after the longest that is read.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut length = 0_u64;
        loop {
            let block = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                block => block?,
            };
            if block.is_empty() {
                self.torn = length;
                return Ok(None);
            }
            let end = memchr::memchr(b'\n', block);
            let part = &block[..end.unwrap_or(block.len())];
            length += part.len() as u64;
            let room = LONGEST.saturating_sub(line.len()).min(part.len());
            line.extend_from_slice(&part[..room]);
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }
}
