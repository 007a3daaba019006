//! The trails of a log directory: its own, and those of the instances beneath it.

use std::io;
use std::path::PathBuf;

use super::page::{self, Page, Query};
use super::trail::verify_in;
use super::verify::Known;
use super::{AuditHead, AuditReport, Trail};
use crate::store::names::{AUDIT_FILE, parse_instance_directory};
use crate::store::open_read;

/// Whose trail is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// That of this process.
    Own,
    /// That in the log directory itself.
    Root,
    /// That of an instance, by the name of its directory.
    Instance(String),
}

impl Place {
    /// Reads what [`Trail::directories`] gave; nothing else leads anywhere.
    pub(crate) fn parse(name: &str) -> Option<Place> {
        match name {
            "." => Some(Place::Root),
            name => parse_instance_directory(name).map(|_| Place::Instance(name.to_owned())),
        }
    }
}

impl Trail {
    /// Names of the directories that have a trail, for [`Place::parse`].
    pub(crate) fn directories(&self) -> io::Result<Vec<String>> {
        let has_trail = |path: PathBuf| path.join(AUDIT_FILE).symlink_metadata().is_ok();
        let mut names = Vec::new();
        if has_trail(self.root().to_owned()) {
            names.push(".".to_owned());
        }
        let mut instances: Vec<u32> = std::fs::read_dir(self.root())?
            .filter_map(|entry| parse_instance_directory(entry.ok()?.file_name().to_str()?))
            .collect();
        instances.sort_unstable();
        let instances = instances.into_iter().map(crate::store::names::instance_directory);
        names.extend(instances.filter(|name| has_trail(self.root().join(name))));
        Ok(names)
    }

    /// A page of a trail, newest first. Where there is none, it is empty.
    pub(crate) fn page(&self, place: &Place, query: &Query) -> io::Result<Page> {
        let path = self.path_of(place);
        let is_own = path == self.directory();
        match open_read(&path.join(AUDIT_FILE)) {
            Ok(file) => {
                let len = file.metadata()?.len();
                // What is not on the disk for certain may still be taken back.
                let len = if is_own { len.min(self.state().bytes) } else { len };
                page::read(file, len, query)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Page::default()),
            Err(error) => Err(error),
        }
    }

    /// Checks a trail.
    pub(crate) fn verify_at(&self, place: &Place, pinned: &[AuditHead]) -> io::Result<AuditReport> {
        let path = self.path_of(place);
        if path == self.directory() {
            return self.verify(pinned);
        }
        verify_in(&path, Known { writer: None, pinned: pinned.to_vec() })
    }

    fn path_of(&self, place: &Place) -> PathBuf {
        match place {
            Place::Own => self.directory().to_owned(),
            Place::Root => self.root().to_owned(),
            Place::Instance(name) => self.root().join(name),
        }
    }
}
