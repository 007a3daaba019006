use std::sync::TryLockError;
use std::time::Duration;

use super::flush_error::FlushError;
use super::progress::Progress;
use super::reach::Reach;
use super::sync::{AtomicBool, Instant, Mutex, MutexGuard, Ordering, PoisonError, stamp};

/// The one writer `W`, those who take it in turns, and those who wait for what others write.
///
/// Whoever has taken it writes, and says so by [`done`](Turns::done).
#[derive(Debug)]
pub(super) struct Turns<W> {
    writer: Mutex<W>,
    progress: Progress,
    /// How long a call waits at most until its urgent line is written, once a stall.
    urgent_patience: Duration,
    /// A call has waited in vain: none waits until the writer has been through.
    stalled: AtomicBool,
    /// Writing took longer than a call may wait: callers leave it to the writer's thread.
    slow: AtomicBool,
}

impl<W> Turns<W> {
    pub(super) fn new(writer: W, urgent_patience: Duration) -> Turns<W> {
        Turns {
            writer: Mutex::new(writer),
            progress: Progress::default(),
            urgent_patience,
            stalled: AtomicBool::new(false),
            slow: AtomicBool::new(false),
        }
    }

    /// The writer, as soon as nobody else holds it. A panic of who held it may have left a batch half read; the next
    /// turn goes on with what is left of it.
    pub(super) fn take(&self) -> MutexGuard<'_, W> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer, unless somebody holds it.
    fn try_take(&self) -> Option<MutexGuard<'_, W>> {
        match self.writer.try_lock() {
            Ok(writer) => Some(writer),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The writer, unless its holder is stuck for longer.
    pub(super) fn take_until(&self, until: Instant) -> Option<MutexGuard<'_, W>> {
        loop {
            if let Some(writer) = self.try_take() {
                return Some(writer);
            }
            if self.progress.wait(Reach::Main, u64::MAX, until).is_some() {
                return None;
            }
        }
    }

    /// Returns when everything logged before is written as far as `reach` says: by `write`, or by whoever holds the
    /// writer, who may be about to write it, too.
    pub(super) fn write_all(
        &self,
        reach: Reach,
        patience: Duration,
        write: impl FnOnce(MutexGuard<'_, W>) -> Result<(), FlushError>,
    ) -> Result<(), FlushError> {
        let wanted = stamp();
        let until = Instant::now() + patience;
        loop {
            if let Some(writer) = self.try_take() {
                return write(writer);
            }
            if let Some(result) = self.progress.wait(reach, wanted, until) {
                return result;
            }
        }
    }

    /// Writes what was just logged to the main log before its call goes on, unless the disk is too slow for that;
    /// then `call` asks the writer's thread to.
    ///
    /// A call waits at most as long as it would for room in the queue, and once a stall. What was not written in that
    /// time stays queued, and is told if it is lost.
    pub(super) fn write_urgent(
        &self,
        call: impl FnOnce(),
        write: impl FnOnce(MutexGuard<'_, W>) -> Result<(), FlushError>,
    ) {
        let is_stalled = self.stalled.load(Ordering::Relaxed);
        let patience = if is_stalled { Duration::ZERO } else { self.urgent_patience };
        let written = if self.slow.load(Ordering::Relaxed) {
            // A disk that was just slow may hang next; that must be the writer's thread then, not the host's.
            self.await_others(patience, call)
        } else {
            self.write_all(Reach::Main, patience, write)
        };
        if matches!(written, Err(FlushError::TimedOut)) {
            self.stalled.store(true, Ordering::Relaxed);
        }
    }

    /// Waits until everything logged before is in the main log.
    fn await_others(&self, patience: Duration, call: impl FnOnce()) -> Result<(), FlushError> {
        let wanted = stamp();
        let until = Instant::now() + patience;
        call();
        loop {
            if let Some(result) = self.progress.wait(Reach::Main, wanted, until) {
                return result;
            }
        }
    }

    /// Ends a turn that began at the moment `began`: everything stamped up to `stamp` is dealt with, as far as `reach`
    /// says.
    pub(super) fn done(
        &self,
        writer: MutexGuard<'_, W>,
        began: Instant,
        reach: Reach,
        stamp: u64,
        failure: Option<FlushError>,
    ) {
        drop(writer);
        let took = Instant::now().saturating_duration_since(began);
        self.slow.store(took > self.urgent_patience, Ordering::Relaxed);
        self.stalled.store(false, Ordering::Relaxed);
        self.progress.advance(reach, stamp, failure);
    }
}

#[cfg(test)]
impl<W> Turns<W> {
    pub(super) fn poison_locks(&self) {
        super::sync::poison(&self.writer);
        self.progress.poison_locks();
    }
}
