//! The audit trail of a running logger.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::error::StartError;
use super::handle::Nexolog;
use crate::audit::{AuditError, AuditHead, AuditReport, Trail, TrailOptions};
use crate::config::Settings;
use crate::pipeline::{FlushError, OwnRecord, Pipeline};
use crate::store::Ground;
use crate::store::names::AUDIT_FILE;

/// How often the trail gives a sign of life. Each takes some 400 bytes: 20 MB a year.
const SEAL_EVERY: Duration = Duration::from_secs(10 * 60);

/// Opens the trail in the directory that the logger writes in.
pub(super) fn start(
    settings: &Settings,
    ground: Ground,
    pipeline: &Arc<Pipeline>,
) -> Result<Arc<Trail>, StartError> {
    let path = ground.path().join(AUDIT_FILE);
    // A logger that nobody can log to any more ends by itself, so the trail must not keep it.
    let pipeline = Arc::downgrade(pipeline);
    let tell = Box::new(move |level, message: &str, fields: &[(&str, String)]| {
        if let Some(pipeline) = pipeline.upgrade() {
            let record = OwnRecord::new(level, message);
            pipeline
                .tell(fields.iter().fold(record, |record, (key, value)| record.text(key, value)));
        }
    });
    let options = TrailOptions {
        service: settings.service.clone(),
        seal_every: SEAL_EVERY,
        full_addresses: settings.full_audit_addresses,
    };
    Trail::start(ground, options, tell).map_err(|source| StartError::Directory {
        message: format!("the audit trail `{}` can't be opened", path.display()),
        source: Some(source),
    })
}

/// How the end of the trail went, for who ends the logger.
pub(super) fn ended(end: Result<(), AuditError>) -> Result<(), FlushError> {
    end.map_err(|error| match error {
        AuditError::Forked => FlushError::Forked,
        AuditError::TimedOut => FlushError::TimedOut,
        error => FlushError::Disk(format!("the end of the audit trail: {error}")),
    })
}

impl Nexolog {
    /// Checks the audit trail of this logger's directory, `audit.jsonl`: whether an entry was changed, removed, put in,
    /// moved or cut off since it was written. The guide's page on the audit trail says how.
    ///
    /// While the logger runs it knows itself what it wrote, so that a trail which was cut or written anew under it is
    /// found out; but who stops it first is not. See [`verify_audit_against`](Nexolog::verify_audit_against).
    ///
    /// This reads the whole file, on the caller's thread.
    ///
    /// # Errors
    ///
    /// When the file can't be read.
    pub fn verify_audit(&self) -> io::Result<AuditReport> {
        self.verify_audit_against(&[])
    }

    /// As [`verify_audit`](Nexolog::verify_audit), with heads that were kept elsewhere: see
    /// [`audit_head`](Nexolog::audit_head). What they cover can't have been written anew, whoever could write the file.
    ///
    /// # Errors
    ///
    /// When the file can't be read.
    pub fn verify_audit_against(&self, pinned: &[AuditHead]) -> io::Result<AuditReport> {
        self.inner.parts.trail.verify(pinned)
    }

    /// The newest entry of the audit trail that is on the disk for certain. Keep it where who could write the trail can't.
    #[must_use]
    pub fn audit_head(&self) -> AuditHead {
        self.inner.parts.trail.state().head
    }
}
