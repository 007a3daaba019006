//! Counts the event's lines in a directory of log files.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use crate::event::MESSAGE;

/// What the files hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lines {
    /// Lines of the event.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Counts the lines in the files that `counts` picks by name; begins again when a segment was compressed and
/// removed meanwhile.
pub fn count(directory: &Path, counts: fn(&str) -> bool) -> io::Result<Lines> {
    let mut lines = count_once(directory, counts);
    for _ in 0..100 {
        match &lines {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            _ => break,
        }
        lines = count_once(directory, counts);
    }
    lines
}

/// A segment that is just being compressed is there twice and counted once.
fn count_once(directory: &Path, counts: fn(&str) -> bool) -> io::Result<Lines> {
    let mut lines = Lines::default();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !counts(name) || !path.is_file() {
            continue;
        }
        if name.ends_with(".zst") {
            if !path.with_extension("").exists() {
                read(zstd::Decoder::new(fs::File::open(&path)?)?, &mut lines)?;
            }
        } else {
            read(fs::File::open(&path)?, &mut lines)?;
        }
    }
    Ok(lines)
}

fn read(file: impl Read, lines: &mut Lines) -> io::Result<()> {
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut line = String::new();
    while file.read_line(&mut line)? > 0 {
        if line.contains(MESSAGE) {
            lines.count += 1;
            lines.bytes += line.len() as u64;
        }
        line.clear();
    }
    Ok(())
}
