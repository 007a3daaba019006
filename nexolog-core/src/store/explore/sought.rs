use crate::store::Cursor;

/// What came of looking for one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sought {
    /// Its place, and its line.
    Found(Cursor, String),
    /// It lies before everything that is stored: retention or a clean-up took it.
    Removed,
    /// There is no such record: it was never written, was lost, or can't be read.
    Missing,
    /// The search was stopped before it came there.
    Stopped,
}
