use std::error::Error;
use std::fmt;
use std::io;

use crate::config::ConfigError;
use crate::pipeline::FlushError;
use crate::store::OpenError;

/// Why a logger did not start. Its `Debug` form is its message, so that a `main` that returns it says
/// what is wrong in one line.
///
/// ```
/// use nexolog_core::{Nexolog, StartError};
///
/// let error = Nexolog::builder("No Such Name").build().unwrap_err();
/// assert!(matches!(error, StartError::Config(_)));
/// assert_eq!(format!("{error:?}"), error.to_string());
/// ```
#[non_exhaustive]
pub enum StartError {
    /// A setting can't be used.
    Config(ConfigError),
    /// The log directory can't be used.
    #[non_exhaustive]
    Directory {
        /// Which, why, and what to do.
        message: String,
        /// What the system said.
        source: Option<io::Error>,
    },
    /// The process has a `tracing` subscriber or a `log` logger already.
    AlreadyInstalled,
    /// A thread could not be started.
    Thread(io::Error),
}

impl StartError {
    pub(crate) fn directory(error: &OpenError) -> StartError {
        let source = error.source().map(|source| io::Error::new(error.kind(), source.to_string()));
        StartError::Directory { message: error.to_string(), source }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Config(error) => error.fmt(f),
            StartError::Directory { message, source: Some(source) } => {
                write!(f, "{message} ({source})")
            }
            StartError::Directory { message, source: None } => f.write_str(message),
            StartError::AlreadyInstalled => f.write_str(
                "this process has a tracing subscriber or a log logger already; \
                 use `build()` and add `logs.layer()` to it",
            ),
            StartError::Thread(error) => {
                write!(f, "a thread of the logger could not be started: {error}")
            }
        }
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for StartError {}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> StartError {
        StartError::Config(error)
    }
}

/// Why not everything that was logged is in the files; see [`Nexolog::flush`](crate::Nexolog::flush).
///
/// ```
/// # fn end(logs: nexolog_core::Nexolog) {
/// if let Err(error) = logs.shutdown() {
///     eprintln!("{error}");
/// }
/// # }
/// ```
pub struct ShutdownError {
    problem: FlushError,
    lost: u64,
}

impl ShutdownError {
    pub(crate) fn new(problem: FlushError, lost: u64) -> ShutdownError {
        ShutdownError { problem, lost }
    }

    /// Events that were lost since the logger started.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} events lost since the start)", self.problem, self.lost)
    }
}

impl fmt::Debug for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for ShutdownError {}
