use std::path::PathBuf;
use std::time::Duration;

use super::{Catalogue, Directives, RateLimit, Repeats};
use crate::context::FieldValue;
use crate::privacy::Masking;
use crate::record::Level;

/// What the console shows.
///
/// ```
/// use nexolog_core::{Console, Nexolog};
///
/// let builder = Nexolog::builder("shop").console(Console::Json);
/// # drop(builder);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// Nothing.
    Off,
    /// Lines for people, coloured on a terminal.
    Pretty,
    /// The lines as they stand in the files.
    Json,
}

/// What a call does when the queue to the writer is full.
///
/// ```
/// use std::time::Duration;
/// use nexolog_core::{Backpressure, Nexolog};
///
/// let patient = Backpressure::Block { up_to: Duration::from_millis(50) };
/// let builder = Nexolog::builder("shop").backpressure(patient);
/// # drop(builder);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backpressure {
    /// Wait for room, at most this long once a stall; then drop (and count) until the queue has drained.
    /// TRACE and DEBUG never wait. A call that drops lets other threads have its core first, as the writer may be
    /// waiting for one.
    Block {
        /// The longest wait.
        up_to: Duration,
    },
    /// Drop the new event and count it.
    DropNewest,
}

/// When a record is safe, and what may be lost before it is.
///
/// | | in the file | survives a killed process | survives a power cut |
/// |---|---|---|---|
/// | `Batched` | within 200 ms; at or above [`written_from`](crate::Builder::written_from) when the call returns | from then on | when the system has written its cache back |
/// | `Written` | when the call returns | yes | when the system has written its cache back |
/// | `Synced` | when the call returns | yes | yes |
///
/// The file is the main log, which has every record; the files of modules and `error.log` have theirs within
/// 200 ms.
///
/// What a call waits for is bounded: a disk that does not answer within 10 ms (`Synced`: 2 s) lets it go on,
/// and the record follows as soon as the disk can.
///
/// ```
/// use nexolog_core::{Durability, Nexolog};
///
/// let builder = Nexolog::builder("shop").durability(Durability::Written);
/// # drop(builder);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Fast: one write for all that was logged in the meantime.
    #[default]
    Batched,
    /// Every call writes.
    Written,
    /// Every call writes, and waits for the disk. Calls at the same time share one sync.
    Synced,
}

/// Modules that are written whatever `LOG_MODULES_ENABLED` says.
pub(crate) const ALWAYS_ON: [&str; 2] = ["nexolog", "audit"];

/// Every setting in force, checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) service: String,
    pub(crate) version: Option<String>,
    pub(crate) directory: PathBuf,
    pub(crate) directives: Directives,
    /// The modules that are written; `None` means all.
    pub(crate) modules_enabled: Option<Vec<String>>,
    pub(crate) catalogue: Catalogue,
    pub(crate) console: Option<Console>,
    pub(crate) retention: Duration,
    pub(crate) max_file_size: u64,
    pub(crate) max_backups: Option<u32>,
    pub(crate) max_total_size: u64,
    pub(crate) backpressure: Backpressure,
    pub(crate) queue_bytes: usize,
    pub(crate) written_from: Level,
    pub(crate) durability: Durability,
    pub(crate) max_modules: usize,
    pub(crate) masking: Masking,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) repeats: Option<Repeats>,
    pub(crate) kept: Option<KeepForFailures>,
    pub(crate) heartbeat: Option<Duration>,
    /// Searches of the API that may wait.
    #[cfg_attr(not(feature = "api"), allow(dead_code, reason = "only the API searches"))]
    pub(crate) waiting_searches: usize,
    /// Live streams of the API that may be open.
    #[cfg_attr(not(feature = "api"), allow(dead_code, reason = "only the API streams"))]
    pub(crate) viewers: usize,
}

/// What is kept of a request in case that it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeepForFailures {
    /// The least level that is kept.
    pub(crate) from: Level,
    /// Bytes a request.
    pub(crate) bytes: usize,
}

impl Settings {
    /// Backups that module files and the error file keep when nothing else is said.
    pub(crate) const MODULE_BACKUPS: u32 = 5;

    /// The modules that are to be written although the catalogue has none of their name.
    pub(crate) fn uncatalogued(&self) -> impl Iterator<Item = &str> {
        let enabled = self.modules_enabled.iter().flatten().map(String::as_str);
        enabled.filter(|name| {
            let catalogued = self.catalogue.modules().any(|(_, module)| module == *name);
            !catalogued && !self.catalogue.maps_to(name) && !ALWAYS_ON.contains(name)
        })
    }

    /// The settings as the `started` record tells them. No secret is among them.
    pub(crate) fn summary(&self) -> Vec<(&'static str, FieldValue)> {
        let modules = self.modules_enabled.as_ref();
        vec![
            ("directory", self.directory.display().to_string().into()),
            ("level", self.directives.to_string().into()),
            (
                "modules_enabled",
                modules.map_or_else(|| "*".to_owned(), |list| list.join(",")).into(),
            ),
            ("retention_days", (self.retention.as_secs() / 86_400).into()),
            ("max_file_size", self.max_file_size.into()),
            ("max_backups", self.max_backups.map_or_else(|| "default".into(), FieldValue::from)),
            ("max_total_size", self.max_total_size.into()),
            ("queue_bytes", self.queue_bytes.into()),
            ("written_from", self.written_from.as_str().to_ascii_lowercase().into()),
            ("durability", format!("{:?}", self.durability).to_ascii_lowercase().into()),
            ("masking", self.masking.summary().into()),
            ("rate_limit", or_off(self.rate_limit.as_ref().map(RateLimit::summary))),
            ("suppress_repeats", or_off(self.repeats.map(Repeats::summary))),
            ("heartbeat", or_off(self.heartbeat.map(|every| format!("{every:?}")))),
            ("keep_for_failures", or_off(self.kept.map(KeepForFailures::summary))),
        ]
    }
}

impl KeepForFailures {
    fn summary(self) -> String {
        let level = self.from.as_str().to_ascii_lowercase();
        format!("from {level} in {} bytes a request", self.bytes)
    }
}

fn or_off(summary: Option<String>) -> FieldValue {
    summary.unwrap_or_else(|| "off".to_owned()).into()
}
