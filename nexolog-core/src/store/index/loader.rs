use std::cell::OnceCell;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::block::{Block, LevelSet};
use super::blocks::Blocks;
use super::facts::{SegmentFacts, Unusable};
use super::identity::FileIdentity;
use super::loaded::{Loaded, read_entry};
use super::noticed;
use super::section::Section;
use crate::store::fs::{Disk, Fs as _};
use crate::store::names::FamilyName;

/// The index of one segment, open to be asked.
///
/// The texts it is asked for are folded as [`fold`](crate::query::fold) does it. What it knows of values is what a bare word
/// is looked for in: not those of `seq`, `timestamp`, `level`, `duration_ms` and `line`, which must not be asked for (fields
/// of the same names may be).
///
/// A look-up fails when the file can't be read or its bytes are not what was written
/// ([`InvalidData`](io::ErrorKind::InvalidData)); then any block may be the answer.
#[derive(Debug)]
pub(in crate::store) struct Index {
    /// Where it is; `None` when it is in memory only, and so has no terms.
    place: Option<Place>,
    /// Opened when there is something to read in it.
    file: OnceCell<File>,
    pub(super) loaded: Arc<Loaded>,
}

/// The segment that an index is of, for a word to the sealer when it turns out to be damaged.
#[derive(Debug)]
struct Place {
    directory: PathBuf,
    family: FamilyName,
    first_seq: u64,
    /// How the file was when its head was read; `None` when it is open since then.
    identity: Option<FileIdentity>,
}

impl Index {
    /// Opens the index of the sealed segment of `family` that is as `facts` say.
    ///
    /// Reads the head only: blocks, modules, and where the rest is. One that is not as it should be is made again soon, if
    /// the directory is this process's.
    pub(in crate::store) fn open(
        directory: &Path,
        family: &FamilyName,
        facts: &SegmentFacts,
    ) -> Result<Index, Unusable> {
        let index = Index::look(directory, family, facts);
        if matches!(index, Err(Unusable::Missing | Unusable::Stale | Unusable::Damaged)) {
            noticed::notice(directory, family, facts.first_seq);
        }
        index
    }

    /// As [`open`](Index::open), and tells nobody.
    pub(super) fn look(
        directory: &Path,
        family: &FamilyName,
        facts: &SegmentFacts,
    ) -> Result<Index, Unusable> {
        let name = family.index(facts.first_seq).ok_or(Unusable::Missing)?;
        let file = Disk.open_read(&directory.join(name)).map_err(|_| Unusable::Missing)?;
        let index = Index::of_file(file, directory, family, facts.first_seq)?;
        if index.loaded.head.facts.segment == *facts { Ok(index) } else { Err(Unusable::Stale) }
    }

    /// An open index, whatever state of the segment it is of.
    pub(super) fn of_file(
        file: File,
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
    ) -> Result<Index, Unusable> {
        let length = file.metadata().map_err(|_| Unusable::Damaged)?.len();
        let loaded = Arc::new(Loaded::read(&file, length)?);
        let place = Place::new(directory, family, first_seq, None);
        Ok(Index { place: Some(place), file: OnceCell::from(file), loaded })
    }

    /// An index whose head was read before, when the file was as `identity` says.
    pub(super) fn remembered(
        loaded: Arc<Loaded>,
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
        identity: FileIdentity,
    ) -> Index {
        let place = Place::new(directory, family, first_seq, Some(identity));
        Index { place: Some(place), file: OnceCell::new(), loaded }
    }

    /// What is known of blocks without a file; they may have any terms.
    pub(super) fn of_blocks(blocks: Blocks) -> Index {
        let loaded = Arc::new(Loaded::without_terms(blocks));
        Index { place: None, file: OnceCell::new(), loaded }
    }

    /// The file, to read in it.
    pub(super) fn file(&self) -> io::Result<&File> {
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        let file = self.place.as_ref().ok_or(io::ErrorKind::NotFound)?.open()?;
        Ok(self.file.get_or_init(|| file))
    }

    /// How the file is, if it is open.
    pub(super) fn identity(&self) -> Option<FileIdentity> {
        FileIdentity::of(&self.file.get()?.metadata().ok()?)
    }

    /// Leaves word that this index turned out to be damaged.
    pub(super) fn notice(&self) {
        if let Some(Place { directory, family, first_seq, .. }) = &self.place {
            noticed::notice(directory, family, *first_seq);
        }
    }

    /// Whether the segment is compressed.
    pub(in crate::store) fn is_packed(&self) -> bool {
        self.loaded.head.facts.is_packed
    }

    /// What was read when it was opened.
    pub(in crate::store) fn loaded(&self) -> &Arc<Loaded> {
        &self.loaded
    }

    /// See [`Loaded::blocks`].
    pub(in crate::store) fn blocks(&self) -> &[Block] {
        self.loaded.blocks()
    }

    /// Names of modules that lines of this segment have, in no order; bounded in number.
    pub(in crate::store) fn modules(&self) -> &[String] {
        &self.loaded.blocks.modules
    }

    /// The levels of the lines of `block` whose reserved key `module` is `modules()[module]`.
    pub(in crate::store) fn levels_of(&self, block: usize, module: usize) -> LevelSet {
        self.loaded.blocks.levels(block, Some(module))
    }

    /// The levels of the lines of `block` whose module is none of [`modules`](Index::modules), or that have none.
    pub(in crate::store) fn levels_of_others(&self, block: usize) -> LevelSet {
        self.loaded.blocks.levels(block, None)
    }

    /// What another room put into the index; `None` when it put nothing there.
    pub(in crate::store) fn section(&self, section: Section) -> io::Result<Option<Vec<u8>>> {
        let Some(entry) = self.loaded.head.section(section) else { return Ok(None) };
        let bytes = read_entry(self.file()?, &entry, &[]);
        if bytes.is_none() {
            self.notice();
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(bytes)
    }

    pub(super) fn seed(&self) -> u64 {
        self.loaded.head.facts.seed
    }
}

impl Place {
    fn new(
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
        identity: Option<FileIdentity>,
    ) -> Place {
        Place { directory: directory.to_owned(), family: family.clone(), first_seq, identity }
    }

    /// Opens the file again, if it is still the one whose head was read.
    fn open(&self) -> io::Result<File> {
        let name = self.family.index(self.first_seq).ok_or(io::ErrorKind::NotFound)?;
        let file = Disk.open_read(&self.directory.join(name))?;
        let identity = FileIdentity::of(&file.metadata()?);
        if identity.is_some() && identity == self.identity {
            Ok(file)
        } else {
            Err(io::Error::other("the index is another one since its head was read"))
        }
    }
}
