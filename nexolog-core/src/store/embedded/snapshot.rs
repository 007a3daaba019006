use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use memchr::memchr;

use crate::record::Line;
use crate::store::names::FamilyName;

use super::files::{self, Listing};
use super::plain::{LONGEST_LINE, whole_lines};
use super::segment::{Segment, Source};

/// Listings after which the newest is taken as it is: segments come and go far more slowly.
const MOST_LISTINGS: usize = 16;

/// The directory of one instance, as it was at one moment.
#[derive(Debug)]
pub(super) struct Directory {
    /// Name beneath the log directory; empty for the log directory itself.
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// Oldest first; the active one, if there is one, comes last.
    pub(super) segments: Vec<Segment>,
}

/// The log directory and those of other instances beneath it, by name.
///
/// # Errors
///
/// When the log directory itself can't be listed. An instance's directory that can't be listed is left out.
pub(super) fn take(root: &Path, family: &FamilyName) -> io::Result<Vec<Directory>> {
    let (own, instances) = directory(root.to_owned(), String::new(), family)?;
    let mut directories = vec![own];
    for name in instances {
        let beneath = directory(root.join(&name), name, family);
        directories.extend(beneath.map(|(directory, _)| directory));
    }
    Ok(directories)
}

/// The segments of `family` in one directory, and the names of the directories of instances beneath it.
///
/// No lock holds the writer back, so the order of steps is what keeps records from being missed: first the active
/// file is opened, then the sealed ones are listed. Was it sealed in between, then it is in the list too, and the list
/// wins, since more may have been written to it before.
fn directory(
    path: PathBuf,
    name: String,
    family: &FamilyName,
) -> io::Result<(Directory, Vec<String>)> {
    // One that can't be opened must not hide the others.
    let active = open_active(&path.join(family.active()))
        .unwrap_or(Some(Segment { first_seq: None, source: Source::Unreadable }));
    let Listing { sealed, instances } = settled(&path, family)?;
    let is_listed = |seq| sealed.binary_search_by_key(&seq, |(first_seq, _)| *first_seq).is_ok();
    let active = active.filter(|active| active.first_seq.is_none_or(|seq| !is_listed(seq)));
    let mut segments: Vec<Segment> = Vec::with_capacity(sealed.len() + 1);
    for (first_seq, is_packed) in sealed {
        // A segment that is being compressed has two files for a moment; the plain one comes first.
        if segments.last().is_none_or(|before| before.first_seq != Some(first_seq)) {
            let source = Source::Sealed { is_packed };
            segments.push(Segment { first_seq: Some(first_seq), source });
        }
    }
    segments.extend(active);
    Ok((Directory { name, path, segments }, instances))
}

/// A listing is no snapshot: of a file that gets another name meanwhile it may show neither name. So it is taken
/// until two in a row say the same.
fn settled(path: &Path, family: &FamilyName) -> io::Result<Listing> {
    let mut before = files::list(path, family)?;
    for _ in 0..MOST_LISTINGS {
        let now = files::list(path, family)?;
        if now == before {
            break;
        }
        before = now;
    }
    Ok(before)
}

/// `None` when there is no active file: nothing was written yet, or it has just been sealed.
fn open_active(path: &Path) -> io::Result<Option<Segment>> {
    let mut file = match files::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        result => result?,
    };
    let length = file.metadata()?.len();
    let length = whole_lines(&file, length)?;
    let first_seq = first_seq(&mut file)?;
    Ok((length > 0).then_some(Segment { first_seq, source: Source::Active { file, length } }))
}

/// `seq` of the first line, if it can be read.
fn first_seq(file: &mut File) -> io::Result<Option<u64>> {
    file.rewind()?;
    let mut text = Vec::new();
    let mut rest = file.take(LONGEST_LINE as u64);
    loop {
        let before = text.len();
        rest.by_ref().take(4_096).read_to_end(&mut text)?;
        if let Some(newline) = memchr(b'\n', &text[before..]) {
            text.truncate(before + newline);
            return Ok(Line::parse(&text).and_then(|line| line.seq()));
        }
        if text.len() == before {
            return Ok(None);
        }
    }
}
