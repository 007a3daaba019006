use std::error::Error;
use std::{fmt, io};

/// Why a hold could not be placed, released or listed.
///
/// ```
/// use nexolog_core::{Hold, HoldError, Nexolog};
///
/// let directory = tempfile::tempdir()?;
/// let logs = Nexolog::builder("shop").directory(directory.path()).build()?;
/// assert!(matches!(logs.release("case-17"), Err(HoldError::Unknown { .. })));
/// # logs.shutdown()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum HoldError {
    /// A part of the hold can't be used.
    #[non_exhaustive]
    Invalid {
        /// Which: `name`, `reason`, `query`, `from`, `to`.
        parameter: &'static str,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// There is a hold of this name that says something else.
    #[non_exhaustive]
    Exists {
        /// The name.
        name: String,
    },
    /// There is no hold of this name.
    #[non_exhaustive]
    Unknown {
        /// The name.
        name: String,
    },
    /// The file of holds can't be read or written; until it can be read, nothing is removed.
    File(io::Error),
}

impl HoldError {
    pub(super) fn invalid(parameter: &'static str, message: impl Into<String>) -> HoldError {
        HoldError::Invalid { parameter, message: message.into() }
    }
}

impl fmt::Display for HoldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HoldError::Invalid { parameter, message } => {
                write!(f, "`{parameter}` of a hold can't be so: {message}")
            }
            HoldError::Exists { name } => write!(
                f,
                "there is a hold `{name}` already that says something else; choose another name, or release it first"
            ),
            HoldError::Unknown { name } => write!(f, "there is no hold `{name}`"),
            HoldError::File(_) => f.write_str(
                "the file of holds can't be read or written; nothing is removed while it can't be read",
            ),
        }
    }
}

impl Error for HoldError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            HoldError::File(source) => Some(source),
            _ => None,
        }
    }
}
