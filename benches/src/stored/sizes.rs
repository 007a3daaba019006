use std::fs;
use std::io;
use std::path::Path;

/// What the files of the main log take on the disk, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sizes {
    /// Compressed segments.
    pub compressed: u64,
    /// How many there are.
    pub segments: u64,
    /// Their indexes.
    pub index: u64,
    /// How many have one.
    pub indexed: u64,
    /// Sealed segments that are not compressed yet.
    pub waiting: u64,
}

impl Sizes {
    /// Whether every sealed segment is compressed, and has an index if any has.
    #[must_use]
    pub fn all_sealed(&self) -> bool {
        self.waiting == 0 && (self.indexed == 0 || self.indexed >= self.segments)
    }

    /// Of the files in `logs`.
    pub fn of(logs: &Path) -> io::Result<Sizes> {
        let mut sizes = Sizes::default();
        for entry in fs::read_dir(logs)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A file may be compressed and removed between the listing and the look.
            let Ok(bytes) = entry.metadata().map(|metadata| metadata.len()) else { continue };
            let is_sealed = name.contains(".0") && !name.ends_with(".tmp");
            if name.ends_with(".jsonl.zst") && is_sealed {
                sizes.compressed += bytes;
                sizes.segments += 1;
            } else if name.ends_with(".idx") {
                sizes.index += bytes;
                sizes.indexed += 1;
            } else if is_sealed && (name.ends_with(".jsonl") || name.ends_with(".log")) {
                sizes.waiting += bytes;
            }
        }
        Ok(sizes)
    }
}
