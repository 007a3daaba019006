//! The process's panic hook: a panic becomes a CRITICAL record with its place.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::Cell;
use std::panic::{self, PanicHookInfo};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::pipeline::Pipeline;

/// Panics a second that get a record; a storm of them is counted in the next one.
const PER_SECOND: u32 = 10;

/// How long a panicking thread waits for its record to be written.
const PATIENCE: Duration = Duration::from_millis(500);

thread_local! {
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

/// Runs `f`, whose panics the caller catches: they reach no hook and no record.
///
/// Without our hook installed there is nothing to silence, and the one in place speaks.
pub(crate) fn silently<R>(f: impl FnOnce() -> R) -> R {
    let before = SILENT.try_with(|silent| silent.replace(true)).unwrap_or(false);
    let result = f();
    let _ = SILENT.try_with(|silent| silent.set(before));
    result
}

/// Puts our hook before the one that is there; that one is called afterwards.
pub(crate) fn install(pipeline: Arc<Pipeline>) {
    let previous = panic::take_hook();
    let storm = Mutex::new(Storm { since: Instant::now(), count: 0, held_back: 0 });
    panic::set_hook(Box::new(move |info| {
        if SILENT.try_with(Cell::get).unwrap_or(false) {
            return;
        }
        let held_back = storm.lock().unwrap_or_else(PoisonError::into_inner).admit();
        if let Some(held_back) = held_back {
            record(info, held_back);
            // What could not be written in time stays queued, and is told if it is lost.
            drop(pipeline.flush(PATIENCE));
        }
        previous(info);
    }));
}

struct Storm {
    since: Instant,
    count: u32,
    held_back: u64,
}

impl Storm {
    /// Whether this panic gets a record, and how many before it got none.
    fn admit(&mut self) -> Option<u64> {
        if self.since.elapsed() >= Duration::from_secs(1) {
            self.since = Instant::now();
            self.count = 0;
        }
        self.count += 1;
        if self.count > PER_SECOND {
            self.held_back += 1;
            return None;
        }
        Some(std::mem::take(&mut self.held_back))
    }
}

/// What a panic says.
pub(crate) fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a value that is no text")
}

fn record(info: &PanicHookInfo<'_>, held_back: u64) {
    let message = message(info.payload());
    let backtrace = Backtrace::capture();
    let backtrace =
        (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    tracing::event!(
        target: "panic",
        tracing::Level::ERROR,
        nexolog.critical = true,
        nexolog.file = info.location().map(panic::Location::file),
        nexolog.line = info.location().map(panic::Location::line),
        "error.type" = "panic",
        error.message = message,
        error.backtrace = backtrace.as_deref(),
        panics_held_back = (held_back > 0).then_some(held_back),
        "panicked: {message}",
    );
}
