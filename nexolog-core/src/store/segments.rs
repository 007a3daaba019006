use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::fs::Fs;
use super::names::{FamilyName, SealedFile};
#[cfg(feature = "api")]
use super::names::{SegmentName, SegmentState};

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

/// The sealed segments of one family, as they were when last looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Segments {
    by_seq: BTreeMap<u64, Segment>,
}

/// The files that a segment has, by their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Parts {
    plain: bool,
    compressed: bool,
    index: bool,
}

impl Segments {
    /// Every segment in `directory` of the families that are meant, by one listing.
    #[cfg(feature = "api")]
    pub(super) fn by_family(
        fs: &dyn Fs,
        directory: &Path,
        is_meant: impl Fn(&FamilyName) -> bool,
    ) -> io::Result<BTreeMap<FamilyName, Segments>> {
        let mut families: BTreeMap<FamilyName, Segments> = BTreeMap::new();
        for name in fs.list(directory)? {
            let Some(SegmentName { family, state: SegmentState::Sealed { first_seq, .. } }) =
                SegmentName::parse(&name)
            else {
                continue;
            };
            if !is_meant(&family) {
                continue;
            }
            let segments = families.entry(family.clone()).or_default();
            if !segments.by_seq.contains_key(&first_seq) {
                segments.look_at(directory, &family, first_seq);
            }
        }
        Ok(families)
    }

    /// Looks again. Sealed files never change, so only those that came are looked at; of the others the listing
    /// tells that they are still there.
    pub(super) fn refresh(
        &mut self,
        fs: &dyn Fs,
        directory: &Path,
        family: &FamilyName,
    ) -> io::Result<()> {
        let mut found: BTreeMap<u64, Parts> = BTreeMap::new();
        for name in fs.list(directory)? {
            if let Some((first_seq, file)) = family.sealed_file(&name) {
                found.entry(first_seq).or_default().add(file);
            }
        }
        self.by_seq.retain(|first_seq, _| found.contains_key(first_seq));
        for (first_seq, parts) in found {
            if self.by_seq.get(&first_seq).is_none_or(|known| known.parts() != parts) {
                self.put(first_seq, Segment::of_parts(directory, family, first_seq, parts));
            }
        }
        Ok(())
    }

    /// Looks again at one segment, which changed its form.
    #[cfg(any(feature = "api", feature = "compression"))]
    pub(super) fn look_at(&mut self, directory: &Path, family: &FamilyName, first_seq: u64) {
        self.put(first_seq, Segment::find(directory, family, first_seq));
    }

    fn put(&mut self, first_seq: u64, segment: Option<Segment>) {
        match segment {
            Some(segment) => self.by_seq.insert(first_seq, segment),
            None => self.by_seq.remove(&first_seq),
        };
    }

    /// The oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Segment> {
        self.by_seq.values()
    }

    pub(super) fn len(&self) -> usize {
        self.by_seq.len()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.by_seq.values().map(|segment| segment.bytes).sum()
    }

    pub(super) fn remove(&mut self, first_seq: u64) {
        self.by_seq.remove(&first_seq);
    }
}

impl Segment {
    /// The segment as it is now; `None` when there is none. What is no regular file is not ours, whatever its
    /// name, and an index alone is no segment.
    pub(super) fn find(directory: &Path, family: &FamilyName, first_seq: u64) -> Option<Segment> {
        let parts = Parts { plain: true, compressed: true, index: true };
        Segment::of_parts(directory, family, first_seq, parts)
    }

    /// As [`find`](Segment::find), looking for these files only.
    fn of_parts(
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
        parts: Parts,
    ) -> Option<Segment> {
        let look = |name: &str| {
            let metadata = fs::symlink_metadata(directory.join(name)).ok()?;
            metadata.is_file().then_some(metadata)
        };
        let plain = parts.plain.then(|| look(&family.sealed(first_seq))).flatten();
        let compressed = parts.compressed.then(|| look(&family.compressed(first_seq))).flatten();
        let index = family.index(first_seq).filter(|_| parts.index).and_then(|name| look(&name));
        let size = |file: &Option<fs::Metadata>| file.as_ref().map_or(0, fs::Metadata::len);
        let segment = Segment {
            first_seq,
            plain: plain.is_some(),
            compressed: compressed.is_some(),
            index: index.is_some(),
            bytes: size(&plain) + size(&compressed) + size(&index),
            // An index may be built anew at any time, so it says nothing about the age of the records.
            modified: [plain, compressed].iter().flatten().flat_map(fs::Metadata::modified).max(),
        };
        (segment.plain || segment.compressed).then_some(segment)
    }

    /// Names of its files, the one last that must go last: while a plain file is there, the segment is found
    /// again after a crash, and an index without its segment is left over.
    pub(super) fn file_names(&self, family: &FamilyName) -> impl Iterator<Item = String> + use<> {
        let index = family.index(self.first_seq).filter(|_| self.index);
        let compressed = self.compressed.then(|| family.compressed(self.first_seq));
        let plain = self.plain.then(|| family.sealed(self.first_seq));
        [index, compressed, plain].into_iter().flatten()
    }

    fn parts(&self) -> Parts {
        Parts { plain: self.plain, compressed: self.compressed, index: self.index }
    }
}

impl Parts {
    fn add(&mut self, file: SealedFile) {
        match file {
            SealedFile::Plain => self.plain = true,
            SealedFile::Compressed => self.compressed = true,
            SealedFile::Index => self.index = true,
        }
    }
}
