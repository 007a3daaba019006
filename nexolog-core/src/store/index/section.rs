/// A part of an index that another room fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) enum Section {
    /// Statistics over the whole segment.
    RollupTotals,
    /// Statistics by minute.
    RollupMinutes,
}
