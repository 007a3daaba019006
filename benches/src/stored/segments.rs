use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::SERVICE;

/// Bytes in a segment: what the logger's default is.
pub const SEGMENT: usize = 10_000_000;

/// Writes lines as the logger's files are before they are compressed, and as one plain file.
pub(super) struct Segments {
    logs: PathBuf,
    plain: File,
    text: Vec<u8>,
    first_seq: u64,
    /// Segments that wait to be sealed by a logger.
    pub(super) waiting: usize,
}

impl Segments {
    pub(super) fn new(logs: &Path, plain: &Path) -> io::Result<Segments> {
        Ok(Segments {
            logs: logs.to_owned(),
            plain: File::create(plain)?,
            text: Vec::with_capacity(SEGMENT),
            first_seq: 1,
            waiting: 0,
        })
    }

    /// Adds a line; a segment that it no longer fits in is closed before.
    pub(super) fn add(&mut self, seq: u64, line: &str) -> io::Result<()> {
        if self.text.len() + line.len() > SEGMENT {
            let name = format!("{SERVICE}.{:012}.jsonl", self.first_seq);
            self.write(&name)?;
            self.first_seq = seq;
            self.waiting += 1;
        }
        self.text.extend_from_slice(line.as_bytes());
        Ok(())
    }

    /// Leaves the last lines in the active file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.write(&format!("{SERVICE}.jsonl"))
    }

    fn write(&mut self, name: &str) -> io::Result<()> {
        fs::write(self.logs.join(name), &self.text)?;
        self.plain.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }
}
