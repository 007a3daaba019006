use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// What tells one state of a file from another, without opening it.
///
/// Whatever is done to a file, a change of its name for one, changes this: nobody can set the time of the last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::store) struct FileIdentity {
    device: u64,
    number: u64,
    length: u64,
    /// Seconds and nanoseconds since the Unix epoch.
    written: (i64, i64),
    changed: (i64, i64),
}

impl FileIdentity {
    /// `None` where the system can't tell.
    #[cfg(unix)]
    #[allow(clippy::unnecessary_wraps, reason = "other systems can't tell")]
    pub(in crate::store) fn of(metadata: &Metadata) -> Option<FileIdentity> {
        use std::os::unix::fs::MetadataExt as _;

        Some(FileIdentity {
            device: metadata.dev(),
            number: metadata.ino(),
            length: metadata.len(),
            written: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// `None` where the system can't tell.
    #[cfg(not(unix))]
    pub(in crate::store) fn of(_metadata: &Metadata) -> Option<FileIdentity> {
        None
    }

    /// Whether the file has not changed for so long, if this is how it was at `now`.
    pub(super) fn is_settled(&self, now: SystemTime, for_long: Duration) -> bool {
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let (Ok(seconds), Ok(nanos)) =
            (u64::try_from(self.changed.0), u32::try_from(self.changed.1))
        else {
            return false;
        };
        now.checked_sub(Duration::new(seconds, nanos)).is_some_and(|ago| ago >= for_long)
    }
}
