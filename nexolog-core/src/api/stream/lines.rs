use std::sync::Arc;

use memchr::memchr;

use crate::api::reach::Forced;
use crate::sink::LineBatch;

/// Walks the lines of a batch without copying them, and shows those that match.
#[derive(Debug)]
pub(super) struct Lines {
    batch: Arc<LineBatch>,
    filter: Forced,
    at: usize,
}

impl Lines {
    pub(super) fn new(batch: Arc<LineBatch>, filter: Forced) -> Lines {
        Lines { batch, filter, at: 0 }
    }

    /// `seq` of the batch's last line.
    pub(super) fn last_seq(&self) -> u64 {
        self.batch.last_seq
    }

    /// The `seq` of the next line beyond `after`, and the line if it matches. A line without a `seq` can't be placed
    /// and is passed over.
    pub(super) fn next(&mut self, after: u64) -> Option<(u64, Option<&str>)> {
        loop {
            let rest = self.batch.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            let length = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let begin = self.at;
            self.at += length + 1;
            let line = rest.get(..length)?;
            if let Some(seq) = seq_of(line).filter(|seq| *seq > after) {
                let matches = self.filter.matches(line.as_bytes());
                return Some((seq, self.batch.text.get(begin..begin + length).filter(|_| matches)));
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
