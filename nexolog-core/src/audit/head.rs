use std::fmt;
use std::str::FromStr;

use super::hash::Hash;

/// The newest entry of an audit trail: its number and its hash, which stand for all before it.
///
/// Kept where who writes the trail can't change it (another machine, a ticket, a print), it is what makes a check
/// more than a check of consistency; see [`AuditReport`](crate::AuditReport).
///
/// ```
/// use nexolog_core::AuditHead;
///
/// let directory = tempfile::tempdir()?;
/// let logs = nexolog_core::Nexolog::builder("shop").directory(directory.path()).build()?;
/// let pinned = logs.audit_head().to_string();
///
/// let pinned: AuditHead = pinned.parse()?;
/// assert!(logs.verify_audit_against(&[pinned])?.is_consistent());
/// # logs.shutdown()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuditHead {
    pub(super) seq: u64,
    pub(super) hash: Hash,
}

impl AuditHead {
    /// The number of the entry; 0 before the first.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }
}

/// Its form in text: `<number>:<hash in hexadecimal digits>`.
impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl fmt::Debug for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for AuditHead {
    type Err = ParseAuditHeadError;

    fn from_str(text: &str) -> Result<AuditHead, ParseAuditHeadError> {
        let (seq, hash) = text.trim().split_once(':').ok_or(ParseAuditHeadError(()))?;
        let is_number = seq.bytes().all(|byte| byte.is_ascii_digit());
        let seq = seq.parse().ok().filter(|_| is_number).ok_or(ParseAuditHeadError(()))?;
        Ok(AuditHead { seq, hash: Hash::parse(hash).ok_or(ParseAuditHeadError(()))? })
    }
}

/// A text is no [`AuditHead`].
///
/// ```
/// let error = "17".parse::<nexolog_core::AuditHead>().unwrap_err();
/// assert!(error.to_string().contains("<number>:<hash>"));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct ParseAuditHeadError(());

impl fmt::Display for ParseAuditHeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a head of an audit trail is `<number>:<hash>`, with 64 hexadecimal digits")
    }
}

impl std::error::Error for ParseAuditHeadError {}
