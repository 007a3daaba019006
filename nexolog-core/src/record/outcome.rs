use std::fmt;

/// How a function, a request or an operation ended; the reserved key `outcome` of a record.
///
/// ```
/// use nexolog_core::Outcome;
///
/// assert_eq!(Outcome::ClientDisconnected.as_str(), "client_disconnected");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It ended as it should.
    Success,
    /// It returned an error, answered 5xx, or its body failed.
    Error,
    /// It panicked.
    Panic,
    /// Its future was dropped before it was done.
    Cancelled,
    /// The request was dropped before its response was whole.
    ClientDisconnected,
    /// It ran out of time.
    Timeout,
    /// The connection left HTTP, for a websocket for example.
    Upgraded,
    /// Its guard was dropped without a word about how it ended.
    Unfinished,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 8] = [
        Outcome::Success,
        Outcome::Error,
        Outcome::Panic,
        Outcome::Cancelled,
        Outcome::ClientDisconnected,
        Outcome::Timeout,
        Outcome::Upgraded,
        Outcome::Unfinished,
    ];

    /// The name as it stands in a line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Success => "success",
            Outcome::Error => "error",
            Outcome::Panic => "panic",
            Outcome::Cancelled => "cancelled",
            Outcome::ClientDisconnected => "client_disconnected",
            Outcome::Timeout => "timeout",
            Outcome::Upgraded => "upgraded",
            Outcome::Unfinished => "unfinished",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
