use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::fs::Fs;
use super::names::{FamilyName, IndexName, SegmentName, SegmentState};

/// A sealed segment on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) first_seq: u64,
    /// There is a plain file. Beside a compressed one it is what compressing did not come to remove.
    pub(super) plain: bool,
    pub(super) compressed: bool,
    /// There is a sidecar index.
    pub(super) index: bool,
    /// What its files take together.
    pub(super) bytes: u64,
    /// When its plain or compressed file was last written, the later one.
    pub(super) modified: Option<SystemTime>,
}

/// One file of a segment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Plain,
    Compressed,
    Index,
}

/// The sealed segments of `family` in `directory`, oldest first.
///
/// What is no regular file is not ours, whatever its name. An index without its segment is none.
pub(super) fn list(fs: &dyn Fs, directory: &Path, family: &FamilyName) -> io::Result<Vec<Segment>> {
    let mut found: BTreeMap<u64, Segment> = BTreeMap::new();
    for name in fs.list(directory)? {
        let Some((first_seq, part)) = part_of(&name, family) else { continue };
        let Ok(metadata) = fs::symlink_metadata(directory.join(&name)) else { continue };
        if metadata.is_file() {
            let segment = found.entry(first_seq).or_default();
            segment.first_seq = first_seq;
            segment.add(part, &metadata);
        }
    }
    Ok(found.into_values().filter(|segment| segment.plain || segment.compressed).collect())
}

fn part_of(name: &str, family: &FamilyName) -> Option<(u64, Part)> {
    if let Some(IndexName { family: of, first_seq }) = IndexName::parse(name) {
        return (of == *family).then_some((first_seq, Part::Index));
    }
    let SegmentName { family: of, state: SegmentState::Sealed { first_seq, compressed } } =
        SegmentName::parse(name)?
    else {
        return None;
    };
    let part = if compressed { Part::Compressed } else { Part::Plain };
    (of == *family).then_some((first_seq, part))
}

impl Segment {
    fn add(&mut self, part: Part, metadata: &fs::Metadata) {
        self.bytes += metadata.len();
        match part {
            // It may be built anew at any time, so it says nothing about the age of the records.
            Part::Index => return self.index = true,
            Part::Plain => self.plain = true,
            Part::Compressed => self.compressed = true,
        }
        self.modified = self.modified.max(metadata.modified().ok());
    }
}
