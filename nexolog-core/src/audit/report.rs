use std::fmt;

use super::AuditHead;

/// What a check of an audit trail found; see [`Nexolog::verify_audit`](crate::Nexolog::verify_audit).
///
/// Its text never says more than was proved. Who can write the file can write the whole of it anew, with good hashes: so a
/// trail in which all is well is "consistent, unanchored", unless one of its heads was kept elsewhere.
///
/// ```
/// let directory = tempfile::tempdir()?;
/// let logs = nexolog_core::Nexolog::builder("shop").directory(directory.path()).build()?;
/// let report = logs.verify_audit()?;
/// assert!(report.is_consistent());
/// assert!(report.to_string().starts_with("consistent, unanchored"));
/// # logs.shutdown()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditReport {
    /// Entries that were checked.
    pub entries: u64,
    /// The newest of them.
    pub head: AuditHead,
    /// Runs of the logger that they tell of.
    pub runs: u64,
    /// Runs that did not end in order, such as by a crash; the one that goes on is not counted.
    pub unclean_runs: u64,
    /// Values that were erased. Their entries are proved all the same.
    pub erased: u64,
    /// Bytes after the last whole line, as a crash in the middle of a write leaves them.
    pub torn_bytes: u64,
    /// The newest entry that was found to be the one that a head kept elsewhere says it was.
    pub anchored: Option<u64>,
    /// The first thing that is wrong; nothing after it was looked at.
    pub finding: Option<AuditFinding>,
}

/// The first thing that is wrong with an audit trail.
///
/// ```
/// use nexolog_core::AuditFlaw;
///
/// let directory = tempfile::tempdir()?;
/// let logs = nexolog_core::Nexolog::builder("shop").directory(directory.path()).build()?;
/// logs.shutdown()?;
/// let trail = directory.path().join("audit.jsonl");
/// let edited = std::fs::read_to_string(&trail)?.replacen("success", "failure", 1);
/// std::fs::write(&trail, edited)?;
///
/// let finding = logs.verify_audit()?.finding.unwrap();
/// assert_eq!((finding.flaw, finding.seq, finding.line), (AuditFlaw::Changed, 1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditFinding {
    /// What it is.
    pub flaw: AuditFlaw,
    /// The number of the entry that it is about.
    pub seq: u64,
    /// The line of the file at which it shows, from 1.
    pub line: u64,
    /// More in words.
    pub detail: String,
}

/// What can be wrong with an audit trail.
///
/// ```
/// assert_eq!(nexolog_core::AuditFlaw::CutOff.to_string(), "cut off");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditFlaw {
    /// The entry is not as it was written.
    Changed,
    /// The entry is not there, or not in its place.
    Missing,
    /// The line does not belong there: it is foreign, or an entry for the second time.
    Inserted,
    /// The entry and the one after it have changed places.
    Reordered,
    /// The trail ends before this entry, which was in it.
    CutOff,
    /// The entry was changed and got a new hash that fits: what came after it, or a head kept elsewhere, knows another.
    Resealed,
    /// For longer than it may be there was no sign of life before this entry.
    Unsealed,
    /// A value of the entry was erased, and no entry says so.
    Erased,
}

impl AuditFlaw {
    /// The word for programs.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            AuditFlaw::Changed => "changed",
            AuditFlaw::Missing => "missing",
            AuditFlaw::Inserted => "inserted",
            AuditFlaw::Reordered => "reordered",
            AuditFlaw::CutOff => "cut_off",
            AuditFlaw::Resealed => "resealed",
            AuditFlaw::Unsealed => "unsealed",
            AuditFlaw::Erased => "erased",
        }
    }
}

impl fmt::Display for AuditFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.as_str().replace('_', " "))
    }
}

impl AuditReport {
    /// Whether nothing was found to be wrong.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        self.finding.is_none()
    }

    /// The verdict in a word or two, for programs.
    pub(crate) fn verdict(&self) -> &'static str {
        match (&self.finding, self.anchored) {
            (Some(_), _) => "failed",
            (None, Some(seq)) if seq == self.head.seq() => "consistent, anchored",
            (None, Some(_)) => "consistent, anchored in part",
            (None, None) => "consistent, unanchored",
        }
    }
}

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(finding) = &self.finding {
            return finding.fmt(f);
        }
        write!(f, "{}: {} entries, head {}", self.verdict(), self.entries, self.head)?;
        match self.anchored {
            Some(seq) if seq < self.head.seq() => {
                write!(f, "; a kept head proves those up to {seq}, those after it are unanchored")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for AuditFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} ({}, seen at line {}): {}", self.seq, self.flaw, self.line, self.detail)
    }
}
