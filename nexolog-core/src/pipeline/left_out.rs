//! What is left out before any logger hears of it, such as the calls of a function that are too many. The next call that
//! is logged says how many there were; where none comes, the log tells.

use std::sync::{Mutex, PoisonError};

use tracing_core::callsite::DefaultCallsite;

use crate::record::Level;

/// A place in code that leaves out some of its own events.
pub(crate) trait LeavesOut: Sync {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// Where its events come from.
    fn callsites(&self) -> &'static [(Level, &'static DefaultCallsite)];

    /// How many were left out that nothing tells of yet; from here on they count as told.
    fn take(&self) -> u64;
}

static KNOWN: Mutex<Vec<&'static dyn LeavesOut>> = Mutex::new(Vec::new());

/// Makes a place known that has left something out, once.
pub(crate) fn know(place: &'static dyn LeavesOut) {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).push(place);
}

/// Every such place of the process.
pub(super) fn known() -> Vec<&'static dyn LeavesOut> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
