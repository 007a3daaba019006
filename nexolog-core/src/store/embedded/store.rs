use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use crate::query::Filter;
use crate::record::Line;
use crate::store::holds::Holds;
use crate::store::names::FamilyName;
use crate::store::{
    CleanupReport, CleanupRequest, Facets, FacetsRequest, Histogram, HistogramRequest, Hold,
    HoldError, LogStore, Removed, SearchPage, SearchRequest, Sought, Stats, StatsRequest, Stop,
    Storage, StoreError, Visited,
};

use super::kept::Kept;
use super::{cleanup, explore, search, stats, storage, sums};

/// The records in a log directory and in the directories of other instances beneath it.
#[derive(Clone, Debug)]
pub(crate) struct EmbeddedStore {
    root: PathBuf,
    /// The main log: what search and statistics read.
    main: FamilyName,
    holds: Arc<Holds>,
    /// What need not be read again.
    kept: Arc<Kept>,
}

impl EmbeddedStore {
    /// Reads what the writer of `service` leaves in the log directory `root`. Nothing is opened yet.
    pub(crate) fn new(root: PathBuf, service: &str) -> EmbeddedStore {
        let holds = Arc::new(Holds::new(root.clone()));
        EmbeddedStore { root, main: FamilyName::main(service), holds, kept: Arc::default() }
    }

    /// The same, keeping heads of indexes at once.
    #[cfg(test)]
    pub(super) fn keeping(self) -> EmbeddedStore {
        EmbeddedStore { kept: Arc::new(Kept::at_once()), ..self }
    }
}

impl LogStore for EmbeddedStore {
    fn search(&self, request: &SearchRequest, stop: &Stop) -> Result<SearchPage, StoreError> {
        search::search(&self.root, &self.main, request, &self.kept, stop)
    }

    fn stats(&self, request: &StatsRequest, stop: &Stop) -> Result<Stats, StoreError> {
        stats::stats(&self.root, &self.main, request, &self.kept, stop)
    }

    fn visit(
        &self,
        filter: &Filter,
        stop: &Stop,
        each: &mut dyn FnMut(&Line<'_>) -> ControlFlow<()>,
    ) -> Result<Visited, StoreError> {
        explore::visit(&self.root, &self.main, filter, &self.kept, stop, each)
    }

    fn find(&self, directory: &str, seq: u64, stop: &Stop) -> Result<Sought, StoreError> {
        explore::find(&self.root, &self.main, (directory, seq), &self.kept, stop)
    }

    fn histogram(&self, request: &HistogramRequest, stop: &Stop) -> Result<Histogram, StoreError> {
        sums::histogram(self, request, stop)
    }

    fn facets(&self, request: &FacetsRequest, stop: &Stop) -> Result<Facets, StoreError> {
        sums::facets(self, request, stop)
    }

    fn storage(&self) -> Result<Storage, StoreError> {
        storage::storage(&self.root, &self.main, &self.kept)
    }

    fn cleanup(
        &self,
        request: &CleanupRequest,
        tell: &mut dyn FnMut(Removed),
    ) -> Result<CleanupReport, StoreError> {
        cleanup::cleanup(&self.root, &self.main, &self.holds, request, tell)
    }

    fn holds(&self) -> Result<Vec<Hold>, HoldError> {
        self.holds.list()
    }

    fn hold(&self, hold: Hold) -> Result<(Hold, bool), HoldError> {
        self.holds.place(hold)
    }

    fn release(&self, name: &str) -> Result<Hold, HoldError> {
        self.holds.release(name)
    }
}
