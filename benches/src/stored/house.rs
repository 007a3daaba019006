use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The folder that holds the log directory, and the same lines as the peers want them.
#[derive(Debug)]
pub struct House {
    path: PathBuf,
    /// Removed with its files when the run ends.
    _temporary: Option<TempDir>,
}

impl House {
    /// In a directory that stays, for another run, or in one for temporary files.
    pub fn open(kept: Option<&Path>) -> io::Result<House> {
        kept.map_or_else(House::temporary, House::kept)
    }

    /// In `path`, which stays.
    pub fn kept(path: &Path) -> io::Result<House> {
        House { path: path.to_owned(), _temporary: None }.furnished()
    }

    /// In a directory for temporary files.
    pub fn temporary() -> io::Result<House> {
        let temporary = tempfile::tempdir()?;
        House { path: temporary.path().to_owned(), _temporary: Some(temporary) }.furnished()
    }

    fn furnished(self) -> io::Result<House> {
        fs::create_dir_all(self.logs())?;
        Ok(self)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The log directory.
    pub fn logs(&self) -> PathBuf {
        self.path.join("logs")
    }

    /// All lines in one plain file, the oldest first.
    pub fn plain(&self) -> PathBuf {
        self.path.join("lines.jsonl")
    }

    /// All lines as a table.
    pub fn parquet(&self) -> PathBuf {
        self.path.join("lines.parquet")
    }

    /// What is known of the lines.
    pub fn facts(&self) -> PathBuf {
        self.path.join("facts.json")
    }
}
