//! Where lines go besides the files: the console and the live feed.
//!
//! A [`Sink`] has a bounded queue and a thread of its own, so a slow, blocked or panicking one never
//! holds back the writer.

mod console;
mod escape;
#[cfg(feature = "api")]
mod feed;
mod worker;

use std::io;
use std::sync::Arc;

use crate::record::Level;

pub(crate) use console::ConsoleSink;
#[cfg(feature = "api")]
pub(crate) use feed::{Feed, FeedReceiver, Received};
pub(crate) use worker::SinkWorker;

/// A place for lines.
pub(crate) trait Sink: Send {
    /// Takes a batch of lines.
    fn write(&mut self, batch: &LineBatch) -> io::Result<()>;
}

/// Lines as they were just written to the main log, oldest first; shared by every sink and viewer.
#[derive(Debug, Default)]
pub(crate) struct LineBatch {
    /// Whole lines, each with its newline.
    pub(crate) text: String,
    /// Where each line ends in `text`, and its level.
    pub(crate) ends: Vec<(usize, Level)>,
    /// `seq` of the first line.
    pub(crate) first_seq: u64,
    /// `seq` of the last line.
    pub(crate) last_seq: u64,
}

impl LineBatch {
    /// Adds a line, newline included.
    pub(crate) fn push(&mut self, seq: u64, level: Level, line: &str) {
        if self.ends.is_empty() {
            self.first_seq = seq;
        }
        self.last_seq = seq;
        self.text.push_str(line);
        self.ends.push((self.text.len(), level));
    }

    /// Each line with its level, without its newline.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (Level, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, level)| {
            let line = self.text[start..end].trim_end_matches('\n');
            start = end;
            (level, line)
        })
    }
}

pub(crate) type SharedBatch = Arc<LineBatch>;
