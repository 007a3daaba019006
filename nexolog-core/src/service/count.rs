/// How many there were, in the type that one has at hand; what is below zero counts as none.
///
/// ```
/// use nexolog_core::service;
///
/// let found = ["tea", "coffee"];
/// service().database_query("search").rows(found.len()).succeeded();
/// service().database_query("search").rows(2).succeeded();
/// ```
pub trait Count {
    /// The number.
    fn count(self) -> u64;
}

macro_rules! counts {
    ($($type:ty),*) => {$(
        impl Count for $type {
            fn count(self) -> u64 {
                u64::try_from(self).unwrap_or(0)
            }
        }
    )*};
}

counts!(u8, u16, u32, u64, usize, i32, i64);
