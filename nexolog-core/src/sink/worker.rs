use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{SharedBatch, Sink};
use crate::capture::panic_hook;

/// Batches that wait for a sink at most.
const BACKLOG: usize = 64;

/// A sink on a thread of its own.
#[derive(Debug)]
pub(crate) struct SinkWorker {
    name: &'static str,
    sender: Option<SyncSender<SharedBatch>>,
    shared: Arc<Shared>,
    /// Missed lines that the log tells of.
    told: u64,
}

#[derive(Debug, Default)]
struct Shared {
    /// Lines that the sink never got, or failed to take.
    missed: AtomicU64,
    ended: Mutex<bool>,
    end: Condvar,
}

impl SinkWorker {
    /// Starts the thread `nexolog-<name>`.
    pub(crate) fn start(name: &'static str, sink: Box<dyn Sink>) -> io::Result<SinkWorker> {
        let (sender, receiver) = sync_channel(BACKLOG);
        let shared = Arc::new(Shared::default());
        let inside = Arc::clone(&shared);
        std::thread::Builder::new()
            .name(format!("nexolog-{name}"))
            .spawn(move || run(sink, &receiver, &inside))?;
        Ok(SinkWorker { name, sender: Some(sender), shared, told: 0 })
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Hands a batch over; one that finds no room is missed, and counted.
    pub(crate) fn offer(&self, batch: &SharedBatch) {
        let Some(sender) = &self.sender else { return };
        if let Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) =
            sender.try_send(Arc::clone(batch))
        {
            self.shared.miss(&batch);
        }
    }

    /// Lines missed since the start.
    pub(crate) fn missed(&self) -> u64 {
        self.shared.missed.load(Ordering::Relaxed)
    }

    /// Lines missed since the last call.
    pub(crate) fn take_untold(&mut self) -> u64 {
        let missed = self.missed();
        missed - std::mem::replace(&mut self.told, missed)
    }

    /// Lets the sink finish what it was given; waits at most `patience`.
    pub(crate) fn close(&mut self, patience: Duration) {
        drop(self.sender.take());
        let until = Instant::now() + patience;
        let mut ended = self.shared.ended.lock().unwrap_or_else(PoisonError::into_inner);
        while !*ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.shared.end.wait_timeout(ended, left);
            ended = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Shared {
    fn miss(&self, batch: &SharedBatch) {
        self.missed.fetch_add(batch.ends.len() as u64, Ordering::Relaxed);
    }
}

fn run(mut sink: Box<dyn Sink>, receiver: &Receiver<SharedBatch>, shared: &Shared) {
    while let Ok(batch) = receiver.recv() {
        // Its panic is ours to count: as a record it would come back to this very sink.
        let write = || catch_unwind(AssertUnwindSafe(|| sink.write(&batch)));
        let written = panic_hook::silently(write);
        if !matches!(written, Ok(Ok(()))) {
            shared.miss(&batch);
        }
    }
    *shared.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
    shared.end.notify_all();
}
