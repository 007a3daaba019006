use std::error::Error;
use std::fmt;

/// Why something is not in the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AuditError {
    /// The disk did not take it, and what it said.
    Disk(String),
    /// More waits for the disk than is kept.
    Busy,
    /// The disk took longer than anybody waits.
    TimedOut,
    /// The logger was shut down.
    Ended,
    /// This is a forked child of the process that the trail belongs to.
    Forked,
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AuditError::Disk(error) => write!(f, "the disk does not take it: {error}"),
            AuditError::Busy => f.write_str("too many entries wait for the disk"),
            AuditError::TimedOut => f.write_str("the disk does not answer"),
            AuditError::Ended => f.write_str("the logger was shut down"),
            AuditError::Forked => f.write_str("it is another process's"),
        }
    }
}

impl Error for AuditError {}
