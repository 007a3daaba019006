use std::fmt;

/// Why not everything is in the files.
#[derive(Clone, Debug)]
pub(crate) enum FlushError {
    /// The writer did not get there in time.
    TimedOut,
    /// The disk does not take it; what was said.
    Disk(String),
    /// Writing panicked, again and again; what it said.
    Panicked(String),
    /// This process was forked from the one that the logger belongs to.
    Forked,
}

impl fmt::Display for FlushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlushError::TimedOut => {
                f.write_str("not everything was written in time; it still waits")
            }
            FlushError::Disk(error) => write!(f, "the log can't be written: {error}"),
            FlushError::Panicked(message) => write!(f, "writing the log panicked: {message}"),
            FlushError::Forked => f.write_str(
                "this process was forked from the one whose logger this is; build one of its own here",
            ),
        }
    }
}
