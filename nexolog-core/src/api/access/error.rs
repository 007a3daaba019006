use std::error::Error;
use std::{fmt, io};

/// Why an [`Access`](crate::Access) could not be made.
///
/// Its message says what to set; it never holds a token.
///
/// ```
/// use nexolog_core::Access;
///
/// let error = Access::token("short").unwrap_err();
/// assert!(error.to_string().contains("16 characters"));
/// ```
pub struct AccessError {
    message: String,
    source: Option<io::Error>,
}

impl AccessError {
    pub(super) fn new(message: impl Into<String>) -> AccessError {
        AccessError { message: message.into(), source: None }
    }

    pub(super) fn reading(message: impl Into<String>, source: io::Error) -> AccessError {
        AccessError { message: message.into(), source: Some(source) }
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The message, so that a `main` that returns the error says in one line what is wrong.
impl fmt::Debug for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for AccessError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as &(dyn Error + 'static))
    }
}
