use std::fmt;
use std::str::FromStr;

/// How serious a record is, from `TRACE` to `CRITICAL`.
///
/// Levels are ordered: `Level::Error > Level::Info`.
///
/// ```
/// use nexolog_core::Level;
///
/// assert!(Level::Critical > Level::Error);
/// assert_eq!("warn".parse::<Level>()?, Level::Warning);
/// assert_eq!(Level::Warning.as_str(), "WARNING");
/// # Ok::<(), nexolog_core::ParseLevelError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// Fine detail for following one value through the code.
    Trace,
    /// Detail for a developer.
    Debug,
    /// Something ordinary happened.
    Info,
    /// Something odd happened that needs no action yet.
    Warning,
    /// Something failed.
    Error,
    /// Something failed that somebody must look at now.
    Critical,
}

impl Level {
    /// Every level, from the most verbose to the most serious.
    pub const ALL: [Level; 6] =
        [Level::Trace, Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical];

    /// The name as it stands in a line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Trace => "TRACE",
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warning => "WARNING",
            Level::Error => "ERROR",
            Level::Critical => "CRITICAL",
        }
    }

    /// The level whose discriminant is `value`, as used in the wire form.
    #[must_use]
    pub(crate) const fn from_u8(value: u8) -> Option<Level> {
        match value {
            0 => Some(Level::Trace),
            1 => Some(Level::Debug),
            2 => Some(Level::Info),
            3 => Some(Level::Warning),
            4 => Some(Level::Error),
            5 => Some(Level::Critical),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<tracing::Level> for Level {
    fn from(level: tracing::Level) -> Level {
        match level {
            tracing::Level::TRACE => Level::Trace,
            tracing::Level::DEBUG => Level::Debug,
            tracing::Level::INFO => Level::Info,
            tracing::Level::WARN => Level::Warning,
            tracing::Level::ERROR => Level::Error,
        }
    }
}

/// A text that is no level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseLevelError(String);

impl fmt::Display for ParseLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no level; use trace, debug, info, warning (or warn), error or critical",
            self.0.escape_debug()
        )
    }
}

impl std::error::Error for ParseLevelError {}

impl FromStr for Level {
    type Err = ParseLevelError;

    /// Reads a level in any letter case; `warn` is accepted for `warning`.
    fn from_str(text: &str) -> Result<Level, ParseLevelError> {
        if text.eq_ignore_ascii_case("warn") {
            return Ok(Level::Warning);
        }
        Level::ALL
            .into_iter()
            .find(|level| text.eq_ignore_ascii_case(level.as_str()))
            .ok_or_else(|| ParseLevelError(text.chars().take(64).collect()))
    }
}
