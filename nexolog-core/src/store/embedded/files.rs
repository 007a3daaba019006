use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::store::fs::{Disk, Fs as _};
use crate::store::names::{IndexName, SegmentName, instance_directory, parse_instance_directory};

/// Opens a regular file to read, never through a symbolic link and without waiting for anybody.
pub(super) fn open(path: &Path) -> io::Result<File> {
    Disk.open_read(path)
}

/// Free bytes on the disk that holds `path`, where it can be told.
pub(super) fn free_space(path: &Path) -> Option<u64> {
    Disk.free_space(path)
}

/// The segments, of all families, whose files are in `directory`: names, and sizes in bytes.
pub(super) fn segments(directory: &Path) -> io::Result<Vec<(SegmentName, fs::Metadata)>> {
    regular(directory, SegmentName::parse)
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
