use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use crate::audit::keeper::Tell;
use crate::audit::verify::verify;
use crate::audit::{AuditReport, Draft, Kind, Known, Trail, TrailOptions};
use crate::store::names::AUDIT_FILE;
use crate::store::{Directory, DirectoryOptions, Disk, Fs, Limits};

/// Longer than any test runs.
pub(crate) const NEVER: Duration = Duration::from_secs(100_000);

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A trail in a directory of the test's.
pub(crate) struct Fixture {
    // Ends before its directory is unlocked.
    pub(crate) trail: Arc<Trail>,
    directory: Directory,
    pub(crate) home: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Fixture {
        Fixture::sealing(NEVER)
    }

    pub(crate) fn sealing(every: Duration) -> Fixture {
        Fixture::start(tempfile::tempdir().unwrap(), Arc::new(Disk), every, Box::new(|_, _, _| {}))
    }

    pub(crate) fn on(fs: Arc<dyn Fs>, tell: Tell) -> Fixture {
        Fixture::start(tempfile::tempdir().unwrap(), fs, NEVER, tell)
    }

    fn start(home: TempDir, fs: Arc<dyn Fs>, every: Duration, tell: Tell) -> Fixture {
        let limits = Limits {
            max_file_size: 1 << 20,
            max_backups: None,
            max_age: None,
            max_total_size: None,
        };
        let options = DirectoryOptions {
            root: home.path().to_owned(),
            service: "shop".to_owned(),
            main: limits.clone(),
            modules: limits,
        };
        let (directory, _) = Directory::open_on(fs, options).unwrap();
        let options =
            TrailOptions { service: "shop".to_owned(), seal_every: every, full_addresses: false };
        let trail = Trail::start(directory.ground(), options, tell).unwrap();
        Fixture { trail, directory, home }
    }

    /// Ends the run in order, and begins another on the same files.
    pub(crate) fn again(self) -> Fixture {
        self.trail.close(PATIENCE).unwrap();
        let Fixture { trail, directory, home } = self;
        drop((trail, directory));
        Fixture::start(home, Arc::new(Disk), NEVER, Box::new(|_, _, _| {}))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.home.path().join(AUDIT_FILE)
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        lines(&self.path())
    }

    /// Writes an entry and waits until it is on the disk.
    pub(crate) fn write(&self, number: u64) {
        self.trail.append(entry(number)).wait(PATIENCE).unwrap();
    }
}

pub(crate) fn entry(number: u64) -> Draft {
    Draft::new(Kind::Read, "GET search", "success")
        .number("records", number)
        .value("principal", "ada")
        .value("query", format!("q=\"größe\" number {number}\n\u{7f}\u{1f600}"))
}

pub(crate) fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// Checks a file that nobody writes.
pub(crate) fn check(bytes: &[u8]) -> AuditReport {
    verify(bytes, Known::default()).unwrap()
}

/// The bytes of a trail of some entries and two runs.
pub(crate) fn honest_trail() -> io::Result<Vec<u8>> {
    let mut fixture = Fixture::new();
    (0..5).for_each(|number| fixture.write(number));
    fixture = fixture.again();
    (5..12).for_each(|number| fixture.write(number));
    fixture.trail.close(PATIENCE).unwrap();
    fs::read(fixture.path())
}
