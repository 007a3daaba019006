use std::sync::Arc;

use memchr::memchr;

use crate::sink::LineBatch;

/// Walks the lines of a batch without copying them.
#[derive(Debug)]
pub(super) struct Lines {
    batch: Arc<LineBatch>,
    at: usize,
}

impl Lines {
    pub(super) fn new(batch: Arc<LineBatch>) -> Lines {
        Lines { batch, at: 0 }
    }

    /// `seq` of the batch's last line.
    pub(super) fn last_seq(&self) -> u64 {
        self.batch.last_seq
    }

    /// The next line and its `seq`. A line without one can't be placed and is passed over.
    pub(super) fn next(&mut self) -> Option<(u64, &str)> {
        loop {
            let rest = self.batch.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            let length = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let begin = self.at;
            self.at += length + 1;
            if let Some(seq) = seq_of(&rest[..length]) {
                return Some((seq, self.batch.text.get(begin..begin + length)?));
            }
        }
    }
}

/// The `seq` that a line begins with; the writer puts it first in every line.
pub(super) fn seq_of(line: &str) -> Option<u64> {
    let rest = line.strip_prefix("{\"seq\":")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest.get(..digits)?.parse().ok()
}
