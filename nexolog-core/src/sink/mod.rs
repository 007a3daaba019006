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

/// A place for records besides the files.
///
/// Each sink has a thread and a bounded queue of its own. One that is slow misses records, one that fails
/// or panics loses the batch it was given; both are counted by `/health`, told in the log, and neither
/// holds back the files.
///
/// ```
/// use std::io;
/// use std::sync::mpsc::{Sender, channel};
/// use nexolog_core::{LineBatch, Nexolog, Sink};
///
/// struct Channel(Sender<String>);
///
/// impl Sink for Channel {
///     fn write(&mut self, batch: &LineBatch) -> io::Result<()> {
///         for (_level, line) in batch.lines() {
///             self.0.send(line.to_owned()).map_err(io::Error::other)?;
///         }
///         Ok(())
///     }
/// }
///
/// # let directory = tempfile::tempdir()?;
/// let (sender, receiver) = channel();
/// let logs = Nexolog::builder("shop").directory(directory.path()).sink("channel", Channel(sender)).build()?;
/// logs.shutdown()?;
/// assert!(receiver.iter().any(|line| line.contains(r#""message":"started""#)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Sink: Send {
    /// Takes lines, in the order of the log.
    ///
    /// # Errors
    ///
    /// When they could not be taken: they are counted as missed, and not given again.
    fn write(&mut self, batch: &LineBatch) -> io::Result<()>;
}

/// Lines as they were just written to the main log, oldest first; see [`Sink`].
#[derive(Debug, Default)]
pub struct LineBatch {
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
    pub fn lines(&self) -> impl Iterator<Item = (Level, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, level)| {
            let line = self.text[start..end].trim_end_matches('\n');
            start = end;
            (level, line)
        })
    }
}

pub(crate) type SharedBatch = Arc<LineBatch>;

/// Sinks that were asked for, by name; none has a thread yet.
pub(crate) type NamedSinks = Vec<(&'static str, Box<dyn Sink>)>;
