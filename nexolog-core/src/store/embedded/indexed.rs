use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::store::index::{FileIdentity, Heads, Index, SegmentFacts};
use crate::store::names::FamilyName;

use super::files;

/// A sealed segment and its index, of which as little as possible was opened.
pub(super) struct Indexed {
    path: PathBuf,
    /// The segment's file, if it was opened for its index.
    file: Option<File>,
    /// How the file was when it was looked at.
    seen: Metadata,
    /// `None` when there is none that can be used.
    pub(super) index: Option<Index>,
}

impl Indexed {
    /// Looks at the file `name` in `directory`, a segment of `family`.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it can't be opened.
    pub(super) fn open(
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
        name: &str,
        heads: &Heads,
    ) -> io::Result<Indexed> {
        let path = directory.join(name);
        let seen = fs::symlink_metadata(&path)?;
        if let Some(index) = heads.open(directory, family, first_seq, &seen) {
            return Ok(Indexed { path, file: None, seen, index: Some(index) });
        }
        let file = files::open(&path)?;
        let seen = file.metadata()?;
        let facts = SegmentFacts::with_length(&file, first_seq, seen.len());
        let index = facts.ok().and_then(|facts| heads.read(directory, family, &facts, &seen));
        Ok(Indexed { path, file: Some(file), seen, index })
    }

    /// The segment's file, and its length; `None` when it is not the one any more that was looked at.
    ///
    /// # Errors
    ///
    /// When it can't be opened.
    pub(super) fn file(self) -> io::Result<Option<(File, u64)>> {
        if let Some(file) = self.file {
            return Ok(Some((file, self.seen.len())));
        }
        let file = files::open(&self.path)?;
        let now = file.metadata()?;
        let is_same = FileIdentity::of(&now) == FileIdentity::of(&self.seen);
        Ok(is_same.then_some((file, now.len())))
    }
}
