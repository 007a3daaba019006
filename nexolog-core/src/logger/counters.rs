/// What a logger counts about itself since it started; see [`Nexolog::counters`](crate::Nexolog::counters).
///
/// Every event that was logged and admitted by its level is in `written`, in `queued_bytes`, in one of the
/// losses, or was suppressed because the service asked for that.
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// let logs = nexolog_core::Nexolog::builder("shop").directory(directory.path()).build()?;
/// let counters = logs.counters();
/// assert_eq!((counters.lost(), counters.missed.len()), (0, 0));
/// # logs.shutdown()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Lines written to the main log, Nexolog's own included.
    pub written: u64,
    /// Bytes of events that wait for the writer.
    pub queued_bytes: u64,
    /// Events dropped because the queue was full.
    pub lost_queue_full: u64,
    /// Events dropped because they were logged too deep inside the formatting of one another.
    pub lost_recursion: u64,
    /// Events logged after `shutdown`.
    pub lost_late: u64,
    /// Events that a full disk did not take.
    pub lost_disk_full: u64,
    /// Events that the disk did not take for another reason.
    pub lost_write_failed: u64,
    /// Events that were in a main log which somebody removed while it was written.
    pub lost_file_removed: u64,
    /// Events whose writing panicked.
    pub lost_writer_panicked: u64,
    /// Events logged in a forked child of the process that the logger belongs to.
    pub lost_forked: u64,
    /// Events held back by [`Builder::rate_limit`](crate::Builder::rate_limit).
    pub suppressed_rate_limit: u64,
    /// Events left out by [`Builder::suppress_repeats`](crate::Builder::suppress_repeats).
    pub suppressed_repeat: u64,
    /// Lines that sinks did not take, by sink. The files have them.
    pub missed: Vec<(&'static str, u64)>,
}

impl Counters {
    /// Events that are in no file, whatever the cause.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost_queue_full
            + self.lost_recursion
            + self.lost_late
            + self.lost_disk_full
            + self.lost_write_failed
            + self.lost_file_removed
            + self.lost_writer_panicked
            + self.lost_forked
    }

    /// Events that are in no file because the service asked for that, whatever the cause.
    #[must_use]
    pub fn suppressed(&self) -> u64 {
        self.suppressed_rate_limit + self.suppressed_repeat
    }
}
