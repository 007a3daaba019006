use std::time::Duration;

use super::flush_error::FlushError;
use super::reach::Reach;
use super::sync::{Condvar, Instant, Mutex, MutexGuard, PoisonError};

/// How far the writer has come, for those who wait for it.
#[derive(Debug, Default)]
pub(super) struct Progress {
    state: Mutex<State>,
    advanced: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Everything stamped up to here has been taken and is in the main log, or counted as lost.
    in_main: u64,
    /// And up to here in every file.
    in_all: u64,
    /// Why the main log did not take what was written last.
    failure: Option<FlushError>,
}

impl Progress {
    /// Everything stamped up to `stamp` is dealt with, as far as `reach` says.
    pub(super) fn advance(&self, reach: Reach, stamp: u64, failure: Option<FlushError>) {
        let mut state = self.state();
        state.in_main = state.in_main.max(stamp);
        if reach == Reach::Everything {
            state.in_all = state.in_all.max(stamp);
        }
        state.failure = failure;
        drop(state);
        self.advanced.notify_all();
    }

    /// Waits a moment; gives a result when everything up to `wanted` is dealt with, or when it is `until`.
    pub(super) fn wait(
        &self,
        reach: Reach,
        wanted: u64,
        until: Instant,
    ) -> Option<Result<(), FlushError>> {
        let state = self.state();
        let reached = match reach {
            Reach::Main => state.in_main,
            Reach::Everything => state.in_all,
        };
        if reached >= wanted {
            return Some(state.failure.clone().map_or(Ok(()), Err));
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Some(Err(FlushError::TimedOut));
        }
        // A holder that ended between the look at the writer and this one told nobody; so never wait long.
        let step = left.min(Duration::from_millis(1));
        drop(self.advanced.wait_timeout(state, step).unwrap_or_else(PoisonError::into_inner));
        None
    }

    #[cfg(test)]
    pub(super) fn poison_locks(&self) {
        super::sync::poison(&self.state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
