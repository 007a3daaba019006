use std::fs::File;
use std::io::{Read, Seek, Write};

use crate::store::read_frames;

/// Text beyond which the comparison stops: four bytes of a frame can ask for 128 KiB.
const ENOUGH: u64 = 4 << 20;

/// The reader of compressed segments: whatever the reference decoder takes is read in full, and whatever is damaged costs
/// bounded memory.
pub fn frames(bytes: &[u8]) {
    let mut whole = Vec::new();
    let reference = zstd::stream::Decoder::with_buffer(bytes);
    let taken = reference.and_then(|decoder| decoder.take(ENOUGH).read_to_end(&mut whole));
    let (text, damaged) =
        read_frames(file_of(bytes), usize::try_from(ENOUGH).unwrap_or(0)).unwrap();
    if taken.is_ok() && (whole.len() as u64) < ENOUGH && !bytes.is_empty() {
        assert_eq!((text == whole, damaged), (true, 0), "{} of {} bytes", text.len(), whole.len());
    }
}

/// A file without a name that has these bytes.
fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}
