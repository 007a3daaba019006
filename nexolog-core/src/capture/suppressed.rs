use std::sync::atomic::{AtomicU64, Ordering};

/// Why an event that was logged was kept out of the files on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Suppression {
    /// Its callsite had used up its allowance.
    RateLimit,
    /// The same was written just before.
    Repeat,
}

impl Suppression {
    pub(crate) const ALL: [Suppression; 2] = [Suppression::RateLimit, Suppression::Repeat];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Suppression::RateLimit => "rate_limit",
            Suppression::Repeat => "repeat",
        }
    }
}

/// How many events were suppressed since the start, by cause.
#[derive(Debug, Default)]
pub(crate) struct Suppressed {
    counts: [AtomicU64; Suppression::ALL.len()],
}

impl Suppressed {
    pub(crate) fn add(&self, cause: Suppression) {
        self.counts[cause as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Events suppressed since the start, whatever the cause.
    pub(crate) fn sum(&self) -> u64 {
        Suppression::ALL.into_iter().map(|cause| self.total(cause)).sum()
    }

    pub(crate) fn total(&self, cause: Suppression) -> u64 {
        self.counts[cause as usize].load(Ordering::Relaxed)
    }
}
