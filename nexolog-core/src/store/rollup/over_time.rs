use crate::record::Level;

/// Records over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct OverTime {
    /// Seconds that are one.
    pub(in crate::store) width: u64,
    pub(in crate::store) bars: Vec<Bar>,
}

/// Records of a level that came within the seconds from `second` on, which is a multiple of the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Bar {
    pub(in crate::store) second: i64,
    pub(in crate::store) level: Level,
    pub(in crate::store) count: u64,
}
