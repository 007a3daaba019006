use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;

use super::access::{Access, Guard};
use super::limits::Limits;
use super::metrics::Searches;
use super::problem::Problem;
use super::reach::{Forced, Reach, Reader, Whole};
use super::search_threads::{Refused, SearchThreads};
use super::stream::{Viewers, Watch};
use super::{Backend, ModuleState, Shutdown};
use crate::record::Level;
use crate::store::{Stop, StoreError};

/// Everything that the endpoints share.
pub(super) struct Api {
    pub(super) guard: Guard,
    pub(super) limits: Limits,
    pub(super) viewers: Arc<Viewers>,
    pub(super) searches: Searches,
    /// Who exports.
    pub(super) exports: Arc<Viewers>,
    /// Whole, and so for this file only; the others see as much of it as their caller may.
    backend: Backend,
    threads: SearchThreads,
}

impl Api {
    pub(super) fn new(backend: Backend, access: Access, limits: Limits) -> Api {
        Api {
            backend,
            guard: Guard::new(access),
            viewers: Arc::new(Viewers::new(limits.viewers)),
            searches: Searches::default(),
            exports: Arc::new(Viewers::new(limits.exports)),
            threads: SearchThreads::new(limits.waiting),
            limits,
        }
    }

    /// Everything, for who may see everything.
    pub(super) fn backend(&self, _: Whole) -> &Backend {
        &self.backend
    }

    /// Watches the live feed.
    pub(super) fn watch(&self, filter: Forced) -> Watch {
        Watch::new(self.backend.feed.watch(), filter)
    }

    /// The modules within reach: in a scope of organizations those of the catalogue, since others show what
    /// another one does, and without counts, which are of all together.
    pub(super) fn modules(&self, reach: &Reach) -> Vec<ModuleState> {
        let mut modules = self.backend.control.modules();
        if let Some(scope) = reach.scope() {
            modules.retain(|module| scope.has_module(&module.name));
            if !scope.is_of_modules() {
                modules.retain(|module| module.category.is_some());
                for module in &mut modules {
                    module.written = None;
                }
            }
        }
        modules
    }

    /// The level of modules that have none of their own.
    pub(super) fn default_level(&self) -> Level {
        self.backend.control.default_level()
    }

    /// Whether the last write succeeded, and for how many seconds the logger runs: what anybody may know of it.
    pub(super) fn vital_signs(&self) -> (bool, u64) {
        let health = self.backend.control.health();
        (health.writing, health.uptime_s)
    }

    /// Name of the service.
    pub(super) fn name(&self) -> &str {
        &self.backend.service
    }

    /// Where this process writes; see [`Backend`].
    pub(super) fn own_directory(&self) -> &str {
        &self.backend.own_directory
    }

    pub(super) fn shutdown(&self) -> &Shutdown {
        &self.backend.shutdown
    }

    /// Asks the store on a search thread; everything logged before is visible to it.
    ///
    /// It has until the deadline, and is told to stop when the client leaves.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let patience = self.limits.patience;
        self.ask_on(move |reader| {
            reader.flush(patience);
            question(reader)
        })
        .await
    }

    /// As [`ask`](Api::ask), for who asks on and does not wait for what was logged since.
    pub(super) async fn ask_on<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let began = Instant::now();
        let stop = Arc::new(Stop::at(began + self.limits.deadline));
        let client = Client(Arc::clone(&stop));
        let backend = self.backend.clone();
        let answer = self
            .threads
            .run(move || {
                if stop.now() {
                    return Err(late());
                }
                question(&Reader::new(&backend, &stop))
            })
            .await;
        drop(client);
        match &answer {
            Err(Refused::Busy) => self.searches.note_refusal(),
            Ok(_) | Err(Refused::Failed) => self.searches.note_answer(began),
        }
        answer.unwrap_or_else(|refused| Err(refused.into()))
    }

    /// As [`ask`](Api::ask), for work on the log as a whole that goes on to its end whether or not the client stays.
    pub(super) async fn order<T: Send + 'static>(
        &self,
        _: Whole,
        work: impl FnOnce(&Backend) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let backend = self.backend.clone();
        self.threads.run(move || work(&backend)).await.unwrap_or_else(|refused| Err(refused.into()))
    }
}

/// Stands for the client that waits: when its request is dropped, the search is told to stop.
struct Client(Arc<Stop>);

impl Drop for Client {
    fn drop(&mut self) {
        self.0.ask();
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Problem {
        match refused {
            Refused::Busy => Problem::retry(
                StatusCode::SERVICE_UNAVAILABLE,
                "too many searches are waiting; try again soon",
                1,
            ),
            Refused::Failed => {
                Problem::internal("the search broke off; this is a fault of the logger")
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        Problem::internal(error.to_string())
    }
}

fn late() -> Problem {
    Problem::retry(
        StatusCode::SERVICE_UNAVAILABLE,
        "the search waited for a thread until its time was up; try again soon",
        1,
    )
}
