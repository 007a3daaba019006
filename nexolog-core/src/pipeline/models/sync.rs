//! What `pipeline::sync` is, with every step in a scheduler's hands, time included.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::AtomicBool as Flag;
use std::time::Duration;

pub(super) use shuttle::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
pub(super) use shuttle::sync::{Mutex, MutexGuard};
pub(super) use shuttle::thread::{Thread, yield_now};
pub(super) use std::sync::{LockResult, OnceLock, PoisonError};

thread_local! {
    // All threads of a model run on one of the system's, one after another.
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static TIME_PASSES: Cell<bool> = const { Cell::new(false) };
}

/// A moment of the model's own time, which goes on only when somebody has waited in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant(Duration);

impl Instant {
    pub(super) fn now() -> Instant {
        Instant(NOW.get())
    }

    pub(super) fn saturating_duration_since(self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl std::ops::Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, later: Duration) -> Instant {
        Instant(self.0 + later)
    }
}

/// Begins a run at time zero. Where time does not pass, whoever waits for what never comes waits for ever, and the
/// scheduler says so.
pub(super) fn begin(time_passes: bool) {
    NOW.set(Duration::ZERO);
    TIME_PASSES.set(time_passes);
}

/// The next nanosecond: no two events of a model are stamped alike.
pub(super) fn stamp() -> u64 {
    shuttle::thread::yield_now();
    NOW.set(NOW.get() + Duration::from_nanos(1));
    u64::try_from(NOW.get().as_nanos()).unwrap()
}

#[derive(Debug, Default)]
pub(super) struct Condvar(Arc<shuttle::sync::Condvar>);

impl Condvar {
    pub(super) fn new() -> Condvar {
        Condvar::default()
    }

    pub(super) fn notify_all(&self) {
        self.0.notify_all();
    }

    /// Waits. A thread of its own lets the time run out, at whatever moment the scheduler picks; as it wakes all that
    /// wait, the others wake without a cause, as they may.
    pub(super) fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        patience: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, ())> {
        let awake = Arc::new(Flag::new(false));
        if TIME_PASSES.get() {
            let (condvar, awake) = (Arc::clone(&self.0), Arc::clone(&awake));
            let Instant(until) = Instant::now() + patience;
            shuttle::thread::spawn(move || {
                shuttle::thread::yield_now();
                if !awake.load(Ordering::Relaxed) {
                    NOW.set(NOW.get().max(until));
                }
                // Until it is heard: the waiter may not have begun to wait.
                while !awake.load(Ordering::Relaxed) {
                    condvar.notify_all();
                    shuttle::thread::yield_now();
                }
            });
        }
        let guard = self.0.wait(guard);
        awake.store(true, Ordering::Relaxed);
        guard
            .map(|guard| (guard, ()))
            .map_err(|poisoned| PoisonError::new((poisoned.into_inner(), ())))
    }
}

/// Only the real pipeline's locks are poisoned, in tests of their own.
pub(super) fn poison<T>(_: &Mutex<T>) {
    unreachable!("no model poisons locks");
}
