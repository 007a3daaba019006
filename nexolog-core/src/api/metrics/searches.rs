use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::histogram::Histogram;

/// How long questions to the store take, and how many found no room to wait.
#[derive(Debug, Default)]
pub(in crate::api) struct Searches {
    counted: Mutex<Counted>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub(super) times: Histogram,
    pub(super) refused: u64,
}

impl Searches {
    /// Counts a question that came at the moment `began` and is answered now, its wait for a thread included.
    pub(in crate::api) fn note_answer(&self, began: Instant) {
        self.lock().times.add(began.elapsed().as_secs_f64());
    }

    /// Counts a question that was refused since too many wait.
    pub(in crate::api) fn note_refusal(&self) {
        self.lock().refused += 1;
    }

    pub(super) fn now(&self) -> Counted {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
