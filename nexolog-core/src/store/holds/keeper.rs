use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

#[cfg(feature = "api")]
use super::{file, search};
#[cfg(feature = "api")]
use crate::query::Filter;
use crate::store::fs::Fs;
use crate::store::names::{FamilyName, HOLDS_FILE};
use crate::store::removal::Remover;
use crate::store::segments::Segment;

/// The holds of a log directory, as those see them who remove segments.
///
/// Other processes change them, too, so the file is looked at before each decision and read when it changed.
#[derive(Debug)]
pub(crate) struct Holds {
    pub(super) log_directory: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    stamp: Option<Stamp>,
    in_force: InForce,
    /// Segments that were looked into and are held. They never change, so it is true until the holds do.
    held: HashMap<(PathBuf, FamilyName, u64), Arc<str>>,
}

/// Tells one version of the file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

#[derive(Debug, Default)]
enum InForce {
    #[default]
    Nothing,
    /// Why nobody can say what they cover. Then they may cover anything.
    Unreadable(String),
    #[cfg(feature = "api")]
    These(Vec<(Arc<str>, Filter)>),
}

/// Stands for the name of a hold where none can be read.
const UNREADABLE: &str = "(unreadable)";

impl Holds {
    pub(crate) fn new(log_directory: PathBuf) -> Holds {
        Holds { log_directory, state: Mutex::default() }
    }

    /// Reads the file when it changed. Says what is wrong when it can't be read: then every segment is held.
    pub(in crate::store) fn refresh(&self, fs: &dyn Fs) -> Result<(), String> {
        let state = self.refreshed(fs);
        if let InForce::Unreadable(why) = &state.in_force { Err(why.clone()) } else { Ok(()) }
    }

    /// The hold that keeps a segment, if it was looked into before.
    pub(in crate::store) fn remembered(
        &self,
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
    ) -> Option<Arc<str>> {
        let state = self.state();
        if state.held.is_empty() {
            return None;
        }
        state.held.get(&(directory.to_owned(), family.clone(), first_seq)).cloned()
    }

    /// The name of a hold that keeps `segment`; `None` when it can go. A segment of which a part can't be read
    /// could have any record, so it is kept as well.
    ///
    /// # Errors
    ///
    /// When the remover was told to stop meanwhile.
    pub(in crate::store) fn keeping(
        &self,
        remover: &Remover<'_>,
        family: &FamilyName,
        segment: &Segment,
    ) -> io::Result<Option<Arc<str>>> {
        let mut state = self.refreshed(remover.fs);
        let key = (remover.directory.to_owned(), family.clone(), segment.first_seq);
        if let Some(by) = state.held.get(&key) {
            return Ok(Some(Arc::clone(by)));
        }
        let by = state.in_force.covering(remover, family, segment)?;
        if let Some(by) = &by {
            state.held.insert(key, Arc::clone(by));
        }
        Ok(by)
    }

    fn refreshed(&self, fs: &dyn Fs) -> MutexGuard<'_, State> {
        let mut state = self.state();
        let path = self.log_directory.join(HOLDS_FILE);
        let stamp = stamp(&path);
        let is_known = matches!((&stamp, &state.stamp), (Ok(now), before) if now == before);
        if !is_known || matches!(state.in_force, InForce::Unreadable(_)) {
            state.in_force = match &stamp {
                Ok(None) => InForce::Nothing,
                Ok(Some(_)) => read(fs, &path),
                Err(error) => InForce::Unreadable(error.to_string()),
            };
            state.stamp = stamp.unwrap_or_default();
            state.held.clear();
        }
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InForce {
    #[cfg_attr(not(feature = "api"), allow(unused_variables, clippy::unnecessary_wraps))]
    fn covering(
        &self,
        remover: &Remover<'_>,
        family: &FamilyName,
        segment: &Segment,
    ) -> io::Result<Option<Arc<str>>> {
        match self {
            InForce::Nothing => Ok(None),
            InForce::Unreadable(_) => Ok(Some(UNREADABLE.into())),
            #[cfg(feature = "api")]
            InForce::These(holds) => search::covering(remover, family, segment, holds),
        }
    }
}

#[cfg(feature = "api")]
fn read(fs: &dyn Fs, path: &Path) -> InForce {
    let filters = file::read(fs, path).and_then(|holds| {
        holds.iter().map(|hold| Ok((Arc::from(hold.name()), hold.filter()?))).collect()
    });
    match filters {
        Ok(holds) => InForce::These(holds),
        Err(error) => InForce::Unreadable(error.to_string()),
    }
}

#[cfg(not(feature = "api"))]
fn read(_fs: &dyn Fs, _path: &Path) -> InForce {
    InForce::Unreadable(
        "this service was built without the feature `api`, which reads them".to_owned(),
    )
}

/// `None` when there is no file, and so no hold.
fn stamp(path: &Path) -> io::Result<Option<Stamp>> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        result => result?,
    };
    let modified = metadata.modified().ok();
    Ok(Some(Stamp { length: metadata.len(), modified, inode: inode(&metadata) }))
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &fs::Metadata) -> u64 {
    0
}
