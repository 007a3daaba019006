use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fmt, io};

/// Why a log directory could not be opened; says what to do.
#[derive(Debug)]
pub(crate) struct OpenError {
    problem: &'static str,
    remedy: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl OpenError {
    pub(super) fn new(
        problem: &'static str,
        path: &Path,
        remedy: &'static str,
        source: io::Error,
    ) -> OpenError {
        OpenError { problem, remedy, path: path.to_owned(), source }
    }

    /// What the system said.
    pub(crate) fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`; {}", self.problem, self.path.display(), self.remedy)
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}
