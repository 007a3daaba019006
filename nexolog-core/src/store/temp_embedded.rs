use super::*;
pub(crate) struct EmbeddedStore;
impl EmbeddedStore {
    pub(crate) fn new(_: std::path::PathBuf, _: impl ToString) -> Self {
        Self
    }
}
impl LogStore for EmbeddedStore {
    fn search(&self, _: &SearchRequest, _: &Stop) -> Result<SearchPage, StoreError> {
        Ok(SearchPage::default())
    }
    fn stats(&self, _: &StatsRequest, _: &Stop) -> Result<Stats, StoreError> {
        Ok(Stats::default())
    }
    fn storage(&self) -> Result<Storage, StoreError> {
        Ok(Storage::default())
    }
    fn cleanup(&self, _: &CleanupRequest) -> Result<CleanupReport, StoreError> {
        Ok(CleanupReport::default())
    }
}
