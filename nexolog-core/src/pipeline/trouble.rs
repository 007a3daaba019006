use std::fmt::Display;
use std::time::{Duration, Instant};

use super::clock;

/// Own reports of one kind come at most this often.
const EVERY: Duration = Duration::from_secs(1);

/// What goes wrong with the files, told at most once a second: into the log, and on standard error
/// while the log itself can't be written.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    /// The newest, and when (microseconds since the Unix epoch).
    last: Option<(String, i64)>,
    main_fails: bool,
    told_at: Option<Instant>,
    told_on_stderr_at: Option<Instant>,
    /// Happened since it was last told.
    untold: u64,
}

impl Trouble {
    /// Notes that `doing` failed.
    pub(crate) fn note(&mut self, doing: &str, error: &dyn Display) {
        self.untold += 1;
        self.last = Some((format!("{doing} failed: {error}"), clock::now_micros()));
    }

    /// Notes that the main log does not take lines; says so on standard error.
    pub(super) fn main_fails(&mut self, error: &dyn Display) {
        self.note("writing the main log", error);
        self.main_fails = true;
        if is_due(&mut self.told_on_stderr_at) {
            eprintln!(
                "nexolog: the log can't be written ({error}); events are kept while memory allows, then counted as lost"
            );
        }
    }

    pub(super) fn main_is_well(&mut self) {
        self.main_fails = false;
    }

    pub(crate) fn is_writing(&self) -> bool {
        !self.main_fails
    }

    #[cfg(feature = "api")]
    pub(crate) fn last(&self) -> Option<(String, i64)> {
        self.last.clone()
    }

    /// The newest trouble and how often there was any since the last call that gave one.
    pub(super) fn take_untold(&mut self) -> Option<(String, u64)> {
        if self.untold == 0 || self.main_fails || !is_due(&mut self.told_at) {
            return None;
        }
        let (message, _) = self.last.clone()?;
        Some((message, std::mem::take(&mut self.untold)))
    }
}

fn is_due(last: &mut Option<Instant>) -> bool {
    let due = last.is_none_or(|at| at.elapsed() >= EVERY);
    if due {
        *last = Some(Instant::now());
    }
    due
}
