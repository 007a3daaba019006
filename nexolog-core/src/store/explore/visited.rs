/// What came of visiting lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Visited {
    /// Records that were looked at; see [`SearchPage::scanned`](crate::store::SearchPage::scanned).
    pub(crate) scanned: u64,
    /// What was left out; `None` when every line that matches was visited, or the visitor had enough.
    pub(crate) incomplete: Option<String>,
}
