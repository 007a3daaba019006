use crate::store::index::Heads;

use super::growing::Growing;
use super::stats;

/// What is kept from one question to the next. It is bounded, and holds no file open; all of it can be read again.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Of sealed segments.
    pub(super) heads: Heads,
    /// Of files that are still written to.
    pub(super) growing: Growing,
    /// For statistics.
    pub(super) sums: stats::Kept,
}

#[cfg(test)]
impl Kept {
    /// Which keeps heads at once; see [`Heads::at_once`].
    pub(super) fn at_once() -> Kept {
        Kept { heads: Heads::at_once(1 << 20), ..Kept::default() }
    }
}
