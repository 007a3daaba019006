use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;

use super::Backend;
use super::access::{Access, Guard};
use super::limits::Limits;
use super::problem::Problem;
use super::search_threads::{Refused, SearchThreads};
use super::stream::Viewers;
use crate::store::{Stop, StoreError};

/// Everything that the endpoints share.
pub(super) struct Api {
    pub(super) backend: Backend,
    pub(super) guard: Guard,
    pub(super) limits: Limits,
    pub(super) viewers: Arc<Viewers>,
    threads: SearchThreads,
}

impl Api {
    pub(super) fn new(backend: Backend, access: Access, limits: Limits) -> Api {
        Api {
            backend,
            guard: Guard::new(access),
            viewers: Arc::new(Viewers::new(limits.viewers)),
            threads: SearchThreads::new(limits.waiting),
            limits,
        }
    }

    /// Asks the store on a search thread; everything logged before is visible to it.
    ///
    /// It has until the deadline, and is told to stop when the client leaves.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Backend, &Stop) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let stop = Arc::new(Stop::at(Instant::now() + self.limits.deadline));
        let client = Client(Arc::clone(&stop));
        let backend = self.backend.clone();
        let patience = self.limits.patience;
        let answer = self
            .threads
            .run(move || {
                if stop.now() {
                    return Err(late());
                }
                backend.control.flush(patience);
                question(&backend, &stop)
            })
            .await;
        drop(client);
        answer.unwrap_or_else(|refused| Err(refused.into()))
    }

    /// As [`ask`](Api::ask), for work that goes on to its end whether or not the client stays.
    pub(super) async fn order<T: Send + 'static>(
        &self,
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
