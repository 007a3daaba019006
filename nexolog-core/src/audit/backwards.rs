use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use memchr::memrchr;

const BLOCK: u64 = 64 * 1024;

/// Longer lines are no entries; what is left of one is passed over in pieces.
const LONGEST: usize = 1024 * 1024;

/// The whole lines of a file from the last to the first, without their newlines.
#[derive(Debug)]
pub(super) struct Backwards {
    file: File,
    /// What is before this place was not read yet.
    start: u64,
    /// What was read and not given out: it ends in the newline of the next line to give.
    rest: Vec<u8>,
}

impl Backwards {
    /// Looks at the first `len` bytes only; what follows the last newline in them is no line.
    pub(super) fn new(file: File, len: u64) -> Backwards {
        Backwards { file, start: len, rest: Vec::new() }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            // The newline that ends the line, and the one before it.
            let end = memrchr(b'\n', &self.rest);
            let before = end.and_then(|end| memrchr(b'\n', &self.rest[..end]));
            let begin = match (end, before) {
                (Some(_), Some(before)) => before + 1,
                (Some(_), None) if self.start == 0 || self.rest.len() > LONGEST => 0,
                (None, _) if self.start == 0 => return Ok(None),
                _ => {
                    self.read_more()?;
                    continue;
                }
            };
            let end = end.unwrap_or_default();
            let line = self.rest[begin..end].to_vec();
            self.rest.truncate(begin);
            if begin == 0 && self.start > 0 {
                // A piece of a line that is too long: the newline keeps the next piece a line.
                self.rest.push(b'\n');
            }
            return Ok(Some(line));
        }
    }

    fn read_more(&mut self) -> io::Result<()> {
        let begin = self.start.saturating_sub(BLOCK);
        let len = usize::try_from(self.start - begin).map_err(io::Error::other)?;
        let mut block = vec![0; len];
        self.file.seek(SeekFrom::Start(begin))?;
        self.file.read_exact(&mut block)?;
        self.start = begin;
        block.append(&mut self.rest);
        self.rest = block;
        if memrchr(b'\n', &self.rest).is_none() {
            // Torn: nothing of it belongs to a whole line.
            self.rest.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn lines(text: &[u8]) -> Vec<Vec<u8>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text).unwrap();
        let mut lines = Backwards::new(file, text.len() as u64);
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    #[test]
    fn lines_come_from_the_last_to_the_first_whatever_their_length() {
        assert!(lines(b"").is_empty());
        assert!(lines(b"torn").is_empty());
        assert_eq!(lines(b"\n"), [b""]);
        assert_eq!(lines(b"one\n\ntwo\ntorn"), [b"two".as_slice(), b"", b"one"]);
        for length in [65_534, 65_535, 65_536, 65_537, 200_000] {
            let long = vec![b'x'; length];
            let text = [b"first\n".as_slice(), &long, b"\nlast\n"].concat();
            assert_eq!(lines(&text), [b"last".as_slice(), &long, b"first"], "{length}");
        }
    }

    #[test]
    fn a_torn_end_longer_than_a_block_is_passed_over() {
        let text = [b"one\ntwo\n".as_slice(), &vec![b'x'; 150_000]].concat();
        assert_eq!(lines(&text), [b"two".as_slice(), b"one"]);
    }
}
