use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use crate::config::{Builder, Console};
use crate::logger::Nexolog;
use crate::store::{Disk, Fs};

/// A logger on a disk of the test's.
pub(super) struct Run {
    pub(super) directory: TempDir,
    pub(super) logs: Nexolog,
    dispatch: Dispatch,
}

impl Run {
    pub(super) fn start(
        configure: impl FnOnce(Builder) -> Builder,
        decide: impl Fn(Operation) -> Fate + Send + Sync + 'static,
    ) -> Run {
        let directory = tempfile::tempdir().unwrap();
        let builder = Nexolog::builder("shop").directory(directory.path()).console(Console::Off);
        let disk = Arc::new(ScriptedDisk { decide: Box::new(decide) });
        let logs = configure(builder).build_on(disk).unwrap();
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(logs.layer()));
        Run { directory, logs, dispatch }
    }

    /// Writes everything, also to the audit trail, so that no thread comes to the disk by itself.
    pub(super) fn settle(&self) {
        self.logs.flush().unwrap();
        #[cfg(feature = "api")]
        {
            use crate::audit::{Draft, Kind};
            let ticket =
                self.logs.inner.parts.trail.append(Draft::new(Kind::Read, "test", "success"));
            ticket.wait(std::time::Duration::from_secs(60)).unwrap();
        }
    }

    /// Logs from this thread.
    pub(super) fn log<R>(&self, log: impl FnOnce() -> R) -> R {
        tracing::dispatcher::with_default(&self.dispatch, log)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Write,
    Other,
}

/// What becomes of an operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    Succeeds,
    Fails(io::ErrorKind),
    /// A write takes this many bytes only.
    Short(usize),
    Panics,
}

/// A disk on which a test decides what becomes of each operation, and when.
struct ScriptedDisk {
    decide: Box<dyn Fn(Operation) -> Fate + Send + Sync>,
}

impl ScriptedDisk {
    fn step(&self, operation: Operation) -> io::Result<usize> {
        match (self.decide)(operation) {
            Fate::Succeeds => Ok(usize::MAX),
            Fate::Short(length) => Ok(length),
            Fate::Fails(kind) => Err(kind.into()),
            // As a panic, but without a message on the test's standard error.
            Fate::Panics => std::panic::resume_unwind(Box::new("out of cheese")),
        }
    }

    fn other(&self) -> io::Result<()> {
        self.step(Operation::Other).map(drop)
    }
}

impl fmt::Debug for ScriptedDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScriptedDisk")
    }
}

impl Fs for ScriptedDisk {
    fn open_append(&self, path: &Path) -> io::Result<File> {
        self.other()?;
        Disk.open_append(path)
    }

    fn open_read(&self, path: &Path) -> io::Result<File> {
        self.other()?;
        Disk.open_read(path)
    }

    fn create_new(&self, path: &Path) -> io::Result<File> {
        self.other()?;
        Disk.create_new(path)
    }

    fn write(&self, file: &File, bytes: &[u8]) -> io::Result<usize> {
        let most = self.step(Operation::Write)?.min(bytes.len());
        Disk.write(file, &bytes[..most])
    }

    fn truncate(&self, file: &File, len: u64) -> io::Result<()> {
        self.other()?;
        Disk.truncate(file, len)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.other()?;
        Disk.sync(file)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.other()?;
        Disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.other()?;
        Disk.remove(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.other()?;
        Disk.create_dir(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        self.other()?;
        Disk.list(path)
    }

    fn free_space(&self, path: &Path) -> Option<u64> {
        Disk.free_space(path)
    }

    fn size_limit(&self) -> Option<u64> {
        None
    }
}
