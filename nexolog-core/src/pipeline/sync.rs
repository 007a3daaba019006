//! What threads share their work by: the standard library's. The tests in `models` put in its place what a
//! scheduler of theirs steers, so the modules that take it from here have no other.

pub(super) use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
pub(super) use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
pub(super) use std::thread::{Thread, yield_now};
pub(super) use std::time::Instant;

pub(super) use super::clock::stamp;

/// Leaves a lock as a panic of who held it would.
#[cfg(test)]
pub(super) fn poison<T>(mutex: &Mutex<T>) {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    let held = catch_unwind(AssertUnwindSafe(|| {
        let _guard = mutex.lock().unwrap_or_else(PoisonError::into_inner);
        std::panic::resume_unwind(Box::new("while the lock is held"));
    }));
    assert!(held.is_err() && mutex.is_poisoned());
}
