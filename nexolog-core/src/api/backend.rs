use std::sync::Arc;
use std::time::Duration;

use super::Shutdown;
use crate::pipeline::Figures;
use crate::record::Level;
use crate::sink::Feed;
use crate::store::{LogStore, Removed};

/// What the API stands on.
#[derive(Clone)]
pub(crate) struct Backend {
    /// Name of the service, for the page's title and file names.
    pub(crate) service: Arc<str>,
    /// Where this process writes: a directory beneath the log directory, or empty for that itself. The
    /// feed brings its records only.
    pub(crate) own_directory: Arc<str>,
    /// Searches that may wait for a thread.
    pub(crate) waiting_searches: usize,
    /// Live streams open at once.
    pub(crate) viewers: usize,
    pub(crate) store: Arc<dyn LogStore>,
    pub(crate) feed: Feed,
    pub(crate) control: Arc<dyn Control>,
    /// Fired when the service ends, so that live streams end too.
    pub(crate) shutdown: Shutdown,
}

/// The running logger, as far as the API steers and asks it.
pub(crate) trait Control: Send + Sync {
    /// Makes everything logged before visible to searches; waits at most `patience`.
    fn flush(&self, patience: Duration);

    /// `seq` of the newest record that was written; 0 when there is none.
    fn newest_seq(&self) -> u64;

    /// Every module of the catalogue and every other that was seen, in catalogue order, then by name.
    fn modules(&self) -> Vec<ModuleState>;

    /// Whether a level may be meant by this name: a module or target that the catalogue has or that was seen.
    fn knows(&self, name: &str) -> bool;

    /// The level of modules and targets that have none of their own.
    fn default_level(&self) -> Level;

    /// Changes the level of `module`, or the default level when it is `None`.
    fn set_level(&self, module: Option<&str>, level: Level);

    /// How the logger itself is doing.
    fn health(&self) -> Health;

    /// What the logger has counted, in full.
    fn figures(&self) -> Option<Figures>;

    /// Events lost since the start, by cause and level.
    fn lost_by_level(&self) -> Vec<(&'static str, [u64; 6])>;

    /// Writes a record of module `nexolog` that says what an admin did.
    fn note(&self, level: Level, message: &str, fields: &[(&str, String)]);

    /// Writes the record that tells of a segment which a clean-up removed.
    fn removed(&self, segment: Removed);
}

/// One module and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModuleState {
    pub(crate) name: String,
    /// Its category in the catalogue; `None` when it was only seen.
    pub(crate) category: Option<String>,
    /// Its level; `None` when `LOG_MODULES_ENABLED` leaves it out.
    pub(crate) level: Option<Level>,
    /// Records written since the start; `None` where that is not for whoever asks.
    pub(crate) written: Option<u64>,
}

/// How the logger itself is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Health {
    /// Whether the last write succeeded.
    pub(crate) writing: bool,
    /// Records written since the start.
    pub(crate) written: u64,
    /// Events lost since the start, by cause.
    pub(crate) lost: Vec<(&'static str, u64)>,
    /// Events suppressed on purpose since the start, by cause.
    pub(crate) suppressed: Vec<(&'static str, u64)>,
    /// Lines that sinks did not take since the start, by sink; the files have them.
    pub(crate) missed: Vec<(&'static str, u64)>,
    /// Bytes waiting to be written.
    pub(crate) queued_bytes: u64,
    /// Most bytes that may wait.
    pub(crate) queue_capacity: u64,
    /// The newest trouble, in words, and when (microseconds since the Unix epoch).
    pub(crate) last_error: Option<(String, i64)>,
    /// Seconds since the logger started.
    pub(crate) uptime_s: u64,
}
