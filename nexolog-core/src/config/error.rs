use std::fmt;

/// A setting that can't be used: which, what it was given, and what it takes.
///
/// ```
/// use nexolog_core::Nexolog;
///
/// let error = Nexolog::builder("shop").level("loud").build().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "level: `loud` is no level; use trace, debug, info, warning (or warn), error, critical or off"
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    setting: String,
    problem: String,
}

impl ConfigError {
    /// `problem` names the value and says what is accepted.
    pub(crate) fn new(setting: impl Into<String>, problem: impl Into<String>) -> ConfigError {
        ConfigError { setting: setting.into(), problem: problem.into() }
    }

    pub(crate) fn renamed(self, setting: &str) -> ConfigError {
        ConfigError { setting: setting.to_owned(), ..self }
    }

    /// The setting at fault: the name of a builder method or of an environment variable.
    #[must_use]
    pub fn setting(&self) -> &str {
        &self.setting
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

/// The message, so that a `main` that returns the error says in one line what is wrong.
impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {}

/// A value as it may stand in an error: on one line, and not endless.
pub(crate) fn quoted(value: &str) -> String {
    let mut shown: String = value.escape_debug().take(64).collect();
    if shown.len() < value.len() && value.chars().count() > 64 {
        shown.push('…');
    }
    format!("`{shown}`")
}
