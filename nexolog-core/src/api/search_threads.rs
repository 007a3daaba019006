use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::oneshot;

/// Threads that search; two keep one long search from holding up every short one.
const THREADS: usize = 2;

type Job = Box<dyn FnOnce() + Send>;

/// The threads on which searches run, so that none ever runs on a pool of the host's.
///
/// They start with the first search and end when this is dropped. Work that panics is caught: it
/// costs its own request an answer, and nothing else.
pub(super) struct SearchThreads {
    queue: Arc<Queue>,
    most_waiting: usize,
}

/// Why work did not give an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too many searches wait already.
    Busy,
    /// No thread could be started, or the work panicked.
    Failed,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    woken: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding the lock; were it poisoned, the state would still be whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SearchThreads {
    pub(super) fn new(most_waiting: usize) -> SearchThreads {
        SearchThreads { queue: Arc::default(), most_waiting }
    }

    /// Runs `work` on one of the threads and waits for what it gives.
    ///
    /// Dropping the future does not stop work that has begun; that is [`Stop`](crate::store::Stop)'s
    /// part.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let (sender, receiver) = oneshot::channel();
        self.push(Box::new(move || {
            if let Ok(value) = catch_unwind(AssertUnwindSafe(work)) {
                // The client may have left meanwhile.
                drop(sender.send(value));
            }
        }))?;
        receiver.await.map_err(|_| Refused::Failed)
    }

    fn push(&self, job: Job) -> Result<(), Refused> {
        let mut state = self.queue.lock();
        if state.jobs.len() >= self.most_waiting {
            return Err(Refused::Busy);
        }
        if state.idle <= state.jobs.len() && state.threads < THREADS {
            match self.start_thread() {
                Ok(()) => state.threads += 1,
                // One thread is enough to go on.
                Err(_) if state.threads > 0 => {}
                Err(_) => return Err(Refused::Failed),
            }
        }
        state.jobs.push_back(job);
        self.queue.woken.notify_one();
        Ok(())
    }

    fn start_thread(&self) -> std::io::Result<()> {
        let queue = Arc::clone(&self.queue);
        thread::Builder::new().name("nexolog-search".to_owned()).spawn(move || work_off(&queue))?;
        Ok(())
    }
}

impl Drop for SearchThreads {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.woken.notify_all();
    }
}

fn work_off(queue: &Queue) {
    let mut state = queue.lock();
    loop {
        if let Some(job) = state.jobs.pop_front() {
            drop(state);
            job();
            state = queue.lock();
        } else if state.closed {
            return;
        } else {
            state.idle += 1;
            state = queue.woken.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }
}
