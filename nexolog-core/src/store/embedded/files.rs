use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::store::fs::{Disk, Fs as _};
use crate::store::names::{
    FamilyName, IndexName, SealedFile, SegmentName, instance_directory, parse_instance_directory,
};

/// Opens a regular file to read, never through a symbolic link and without waiting for anybody.
pub(super) fn open(path: &Path) -> io::Result<File> {
    Disk.open_read(path)
}

/// Free bytes on the disk that holds `path`, where it can be told.
pub(super) fn free_space(path: &Path) -> Option<u64> {
    Disk.free_space(path)
}

/// How many files of ours are in `directory`, indexes too, and their size in bytes.
pub(super) fn size(directory: &Path) -> io::Result<(u64, u64)> {
    let ours = |name: &str| {
        (SegmentName::parse(name).is_some() || IndexName::parse(name).is_some()).then_some(())
    };
    let files = regular(directory, ours)?;
    Ok((files.len() as u64, files.iter().map(|((), metadata)| metadata.len()).sum()))
}

/// The regular files in `directory` whose names `parse` knows.
fn regular<T>(
    directory: &Path,
    parse: impl Fn(&str) -> Option<T>,
) -> io::Result<Vec<(T, fs::Metadata)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let Some(parsed) = entry.file_name().to_str().and_then(&parse) else { continue };
        // Says what the entry itself is, a symbolic link for one. One that has just gone is nobody's loss.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() {
            found.push((parsed, metadata));
        }
    }
    Ok(found)
}

/// What a directory holds for a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    /// First numbers of the sealed segments, ascending, each once or twice: with `false` for a plain file and `true` for a
    /// compressed one.
    pub(super) sealed: Vec<(u64, bool)>,
    /// Names of the directories of other instances, by number.
    pub(super) instances: Vec<String>,
}

/// Lists the sealed segments of `family` in `directory`, and the directories of instances, in one pass and without
/// asking for each file: there may be ten thousand.
pub(super) fn list(directory: &Path, family: &FamilyName) -> io::Result<Listing> {
    let (mut sealed, mut numbers) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        // Tells what the entry itself is, a symbolic link for one; most file systems have that in the listing.
        if let Some((first_seq, file)) = family.sealed_file(name) {
            if file != SealedFile::Index && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                sealed.push((first_seq, file == SealedFile::Compressed));
            }
        } else if let Some(number) = parse_instance_directory(name)
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
        {
            numbers.push(number);
        }
    }
    sealed.sort_unstable();
    numbers.sort_unstable();
    let instances = numbers.into_iter().map(instance_directory).collect();
    Ok(Listing { sealed, instances })
}

/// Names of the directories of other instances beneath `root`, by number.
pub(super) fn instances(root: &Path) -> io::Result<Vec<String>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(number) = name.to_str().and_then(parse_instance_directory) else { continue };
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    Ok(numbers.into_iter().map(instance_directory).collect())
}
