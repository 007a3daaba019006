use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::AuditError;
use super::draft::{Draft, Kind};
use super::file::TrailFile;
use super::head::AuditHead;
use super::keeper::{self, Shared, Tell};
use super::options::TrailOptions;
use super::report::AuditReport;
use super::ticket::Ticket;
use super::verify::{Known, verify};
use crate::pipeline::{self, AtExit};
use crate::store::names::AUDIT_FILE;
use crate::store::{Ground, open_read};

/// How long the last handle waits for the end of the trail.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// The audit trail of a directory: what was noted gets to the disk on a thread of its own, and who needs to know that it
/// is there waits for its ticket. What many note at once costs one write and one sync.
#[derive(Debug)]
pub(crate) struct Trail {
    shared: Arc<Shared>,
    directory: PathBuf,
    root: PathBuf,
    options: TrailOptions,
    /// The process that the trail belongs to.
    generation: u32,
}

/// How the trail is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrailState {
    /// Whether the last append succeeded.
    pub(crate) writing: bool,
    /// The newest entry that is on the disk for certain.
    pub(crate) head: AuditHead,
    /// Bytes on the disk for certain.
    pub(crate) bytes: u64,
    /// Entries that the disk did not take and that no entry tells of yet.
    pub(crate) missed: u64,
    pub(crate) last_error: Option<String>,
}

impl Trail {
    /// Opens the trail, begins a run in it, and starts the thread `nexolog-audit`.
    ///
    /// `tell` brings what goes wrong to the log.
    pub(crate) fn start(
        ground: Ground,
        options: TrailOptions,
        tell: Tell,
    ) -> io::Result<Arc<Trail>> {
        let seal_every = options.seal_every;
        let (directory, root) = (ground.path().to_owned(), ground.log_directory().to_owned());
        let file = TrailFile::open(ground)?;
        let seal_every_ms = u64::try_from(seal_every.as_millis()).unwrap_or(u64::MAX);
        let started = Draft::new(Kind::Started, "logging", "success")
            .number("pid", u64::from(std::process::id()))
            .number("seal_every_ms", seal_every_ms)
            .value("service", options.service.as_str());
        let shared = Arc::new(Shared::new(&file, started));
        let inside = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("nexolog-audit".to_owned())
            .spawn(move || keeper::run(&inside, file, seal_every, &tell))?;
        let trail = Arc::new(Trail {
            shared,
            directory,
            root,
            options,
            generation: pipeline::generation(),
        });
        pipeline::at_exit(Arc::downgrade(&trail) as _);
        Ok(trail)
    }

    /// Where the trail is.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The log directory, where it is or beneath which it is.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A client's address as entries have it.
    pub(crate) fn address(&self, address: IpAddr) -> String {
        self.options.address(address)
    }

    /// Has an entry written.
    pub(crate) fn append(&self, draft: Draft) -> Ticket {
        if self.is_inherited() {
            return Ticket::settled(Err(AuditError::Forked));
        }
        self.shared.append(draft)
    }

    /// Has an entry written, or counts it when one alike was written within the minute; its count is written when that
    /// is over.
    pub(crate) fn note(&self, draft: Draft) -> Ticket {
        if self.is_inherited() {
            return Ticket::settled(Err(AuditError::Forked));
        }
        self.shared.note(draft)
    }

    pub(crate) fn state(&self) -> TrailState {
        self.shared.state()
    }

    /// Checks the trail, also against what this process knows of it.
    pub(crate) fn verify(&self, pinned: &[AuditHead]) -> io::Result<AuditReport> {
        let state = self.state();
        let known = Known { writer: Some((state.head, state.bytes)), pinned: pinned.to_vec() };
        verify_in(&self.directory, known)
    }

    /// Writes what was counted and that logging ends, and ends the thread. Called again, it does nothing.
    pub(crate) fn close(&self, patience: Duration) -> Result<(), AuditError> {
        if self.is_inherited() {
            return Err(AuditError::Forked);
        }
        self.shared.close(patience)
    }

    fn is_inherited(&self) -> bool {
        self.generation != pipeline::generation()
    }
}

/// Checks the trail of any directory. Where there is none, it is one without entries.
pub(super) fn verify_in(directory: &Path, known: Known) -> io::Result<AuditReport> {
    match open_read(&directory.join(AUDIT_FILE)) {
        Ok(file) => verify(file, known),
        Err(error) if error.kind() == io::ErrorKind::NotFound => verify(io::empty(), known),
        Err(error) => Err(error),
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        match self.close(LAST_PATIENCE) {
            Ok(()) | Err(AuditError::Forked) => {}
            // A drop has nobody to return an error to.
            Err(error) => pipeline::say(&format!("the end of the audit trail: {error}")),
        }
    }
}

impl AtExit for Trail {
    fn at_exit(&self, patience: Duration) {
        match self.close(patience) {
            // A child leaves its parent's trail alone, as it should.
            Ok(()) | Err(AuditError::Forked) => {}
            Err(error) => pipeline::say(&format!("at exit: the audit trail: {error}")),
        }
    }
}
