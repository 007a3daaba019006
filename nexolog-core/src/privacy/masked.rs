use std::fmt;

use super::MASKED;

/// A value that no log, panic or error shows: its `Debug` and `Display` are `***`, whatever the field or the text it gets
/// into. For secrets that are known by their type.
///
/// ```
/// use nexolog_core::Masked;
///
/// #[derive(Debug)]
/// struct Account {
///     name: String,
///     token: Masked<String>,
/// }
///
/// let account = Account { name: "ann".into(), token: Masked::new("s3cr3t".into()) };
/// assert_eq!(format!("{account:?}"), r#"Account { name: "ann", token: *** }"#);
/// tracing::info!(token = %account.token, ?account, "signed up");
/// assert_eq!(account.token.reveal(), "s3cr3t");
/// ```
///
/// Types of the crate `secrecy` work as well: their `Debug` shows nothing either.
#[derive(Clone, Copy, Default)]
pub struct Masked<T: ?Sized>(T);

impl<T> Masked<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Masked<T> {
        Masked(value)
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: ?Sized> Masked<T> {
    /// The value itself, for the one who needs it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Masked<T> {
    fn from(value: T) -> Masked<T> {
        Masked(value)
    }
}

impl<T: ?Sized> fmt::Debug for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASKED)
    }
}

impl<T: ?Sized> fmt::Display for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASKED)
    }
}
