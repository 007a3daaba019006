//! Ends the loggers of a process that leaves without a word: by `std::process::exit`, or by returning from
//! `main` with the handle forgotten.
//!
//! The standard library offers nothing that runs then, so this registers with C's `atexit`. Not covered
//! are ends that run nothing at all: `abort`, a fatal signal, `_exit`.

#![allow(
    unsafe_code,
    reason = "declaring a C function is unsafe, and there is no safe way to run at exit"
)]

use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once, PoisonError, TryLockError, Weak};
use std::time::Duration;

use super::flush_error::FlushError;
use super::role::Pipeline;
use super::trouble::say;

/// How long the loggers together may hold up the end of the process.
const PATIENCE: Duration = Duration::from_secs(2);

static RUNNING: Mutex<Vec<Weak<dyn AtExit>>> = Mutex::new(Vec::new());
static REGISTER: Once = Once::new();

// SAFETY: the signature is that of `atexit` in C99 and POSIX: it takes a function without arguments and gives 0
// or an error. Calling it is safe: it keeps the pointer, and the function given here lives as long as the process,
// never unwinds (every panic is caught inside), and uses no thread-local value that could be gone by then.
unsafe extern "C" {
    safe fn atexit(callback: extern "C" fn()) -> c_int;
}

/// Something that ends with the process.
pub(crate) trait AtExit: Send + Sync {
    /// Ends it.
    fn at_exit(&self, patience: Duration);
}

/// Has this ended when the process exits, before what was registered earlier.
pub(crate) fn register(ending: Weak<dyn AtExit>) {
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.retain(|known| known.strong_count() > 0);
    running.push(ending);
    drop(running);
    // Where it fails (no room in the C library's table), a forgotten handle costs what the writer had not
    // written by itself yet; there is nobody to tell.
    REGISTER.call_once(|| {
        atexit(at_exit);
    });
}

impl AtExit for Pipeline {
    fn at_exit(&self, patience: Duration) {
        match self.shutdown(patience) {
            // A child leaves its parent's loggers alone, as it should.
            Ok(()) | Err(FlushError::Forked) => {}
            Err(error) => {
                let lost = self.lost();
                say(&format!("at exit: {error} ({lost} events lost since the start)"));
            }
        }
    }
}

extern "C" fn at_exit() {
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let running = match RUNNING.try_lock() {
            Ok(mut running) => std::mem::take(&mut *running),
            Err(TryLockError::Poisoned(running)) => std::mem::take(&mut *running.into_inner()),
            // Held for a moment by a thread that registers just now; in a forked child perhaps for ever.
            Err(TryLockError::WouldBlock) => return,
        };
        for ending in running.iter().rev().filter_map(Weak::upgrade) {
            ending.at_exit(PATIENCE);
        }
    }));
    // A panic must not cross into C; what it was is lost with the process.
    drop(ended);
}
