//! A logger in a directory of its own, and its files read back by a parser that is not ours.

use std::path::Path;

use nexolog_core::{Builder, Console, Nexolog};
use serde_json::Value;
use tempfile::TempDir;
use tracing_subscriber::layer::SubscriberExt;

pub(crate) struct Logged {
    pub(crate) directory: TempDir,
    pub(crate) logs: Nexolog,
}

/// Runs `log` with a logger as the thread's, and ends it.
pub(crate) fn logged(
    configure: impl FnOnce(Builder) -> Builder,
    log: impl FnOnce(&Nexolog),
) -> Logged {
    let directory = tempfile::tempdir().unwrap();
    let builder = Nexolog::builder("shop").directory(directory.path()).console(Console::Off);
    let logs = configure(builder).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(logs.layer());
    tracing::subscriber::with_default(subscriber, || log(&logs));
    logs.shutdown().unwrap();
    Logged { directory, logs }
}

impl Logged {
    /// Every record of a file.
    pub(crate) fn file(&self, name: &str) -> Vec<Value> {
        records(&self.directory.path().join(name))
    }

    /// The main log without Nexolog's own records.
    pub(crate) fn records(&self) -> Vec<Value> {
        let mut records = self.file("shop.jsonl");
        records.retain(|record| record["module"] != "nexolog");
        records
    }

    /// The only record that is not Nexolog's own.
    pub(crate) fn record(&self) -> Value {
        let records = self.records();
        assert_eq!(records.len(), 1, "{records:#?}");
        records.into_iter().next().unwrap()
    }
}

pub(crate) fn records(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}
