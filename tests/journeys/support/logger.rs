use std::path::Path;

use nexolog::{Access, Builder, Console, Nexolog, Role};
use serde_json::Value;
use tempfile::TempDir;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt;

use super::{ADMIN, VIEWER, parsed};

/// A logger in a directory of its own.
pub(crate) struct Logger {
    pub(crate) logs: Nexolog,
    directory: TempDir,
}

/// Builds a logger with these settings.
pub(crate) fn logger(service: &str, configure: impl FnOnce(Builder) -> Builder) -> Logger {
    let directory = tempfile::tempdir().unwrap();
    let builder = Nexolog::builder(service).directory(directory.path()).console(Console::Off);
    Logger { logs: configure(builder).build().unwrap(), directory }
}

impl Logger {
    /// Hears what this thread logs, until the guard is dropped.
    pub(crate) fn listen(&self) -> DefaultGuard {
        tracing::subscriber::set_default(tracing_subscriber::registry().with(self.logs.layer()))
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// What was logged so far, without Nexolog's own records.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.logs.flush().unwrap();
        let mut files = super::log_files(self.directory.path());
        // The audit trail has entries, no records.
        files.retain(|file| file.extension().is_some_and(|it| it == "jsonl"));
        files.retain(|file| !file.ends_with("audit.jsonl"));
        let mut records: Vec<Value> = files.iter().flat_map(|file| parsed(file)).collect();
        records.retain(|record| record["module"] != "nexolog");
        records
    }
}

/// The two tokens of the journeys.
pub(crate) fn access() -> Access {
    Access::tokens([(VIEWER, Role::Viewer), (ADMIN, Role::Admin)]).unwrap()
}
