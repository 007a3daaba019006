use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::AuditError;

/// Stands for an entry that is on its way to the disk; any number can wait for it, threads and futures alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ticket(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    settled: Condvar,
}

#[derive(Debug, Default)]
struct State {
    outcome: Option<Result<(), AuditError>>,
    waiting: Vec<Waker>,
}

impl Ticket {
    /// One that needs no waiting.
    pub(super) fn settled(outcome: Result<(), AuditError>) -> Ticket {
        let ticket = Ticket::default();
        ticket.settle(outcome);
        ticket
    }

    pub(super) fn settle(&self, outcome: Result<(), AuditError>) {
        let mut state = self.lock();
        state.outcome = Some(outcome);
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        self.0.settled.notify_all();
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Whether it is known that the entry did not get to the disk.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.lock().outcome, Some(Err(_)))
    }

    /// Blocks until the entry is on the disk, or it is known why not.
    pub(crate) fn wait(&self, patience: Duration) -> Result<(), AuditError> {
        let until = Instant::now() + patience;
        let mut state = self.lock();
        loop {
            if let Some(outcome) = &state.outcome {
                return outcome.clone();
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(AuditError::TimedOut);
            }
            state = match self.0.settled.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Future for Ticket {
    type Output = Result<(), AuditError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.lock();
        if let Some(outcome) = &state.outcome {
            return Poll::Ready(outcome.clone());
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            state.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}
