use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::fs::Fs;
use super::names::{FamilyName, SegmentName, SegmentState};

/// A sealed segment on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) first_seq: u64,
    /// There is a plain file. Beside a compressed one it is what compressing did not come to remove.
    pub(super) plain: bool,
    pub(super) compressed: bool,
    /// What its files take together.
    pub(super) bytes: u64,
    /// When its files were last written, the later one.
    pub(super) modified: Option<SystemTime>,
}

/// The sealed segments of `family` in `directory`, oldest first.
///
/// What is no regular file is not ours, whatever its name.
pub(super) fn list(fs: &dyn Fs, directory: &Path, family: &FamilyName) -> io::Result<Vec<Segment>> {
    let mut found: BTreeMap<u64, Segment> = BTreeMap::new();
    for name in fs.list(directory)? {
        let Some(SegmentName { family: of, state: SegmentState::Sealed { first_seq, compressed } }) =
            SegmentName::parse(&name)
        else {
            continue;
        };
        if of != *family {
            continue;
        }
        let Ok(metadata) = fs::symlink_metadata(directory.join(&name)) else { continue };
        if !metadata.is_file() {
            continue;
        }
        let segment = found.entry(first_seq).or_insert(Segment {
            first_seq,
            plain: false,
            compressed: false,
            bytes: 0,
            modified: None,
        });
        segment.plain |= !compressed;
        segment.compressed |= compressed;
        segment.bytes += metadata.len();
        segment.modified = segment.modified.max(metadata.modified().ok());
    }
    Ok(found.into_values().collect())
}
