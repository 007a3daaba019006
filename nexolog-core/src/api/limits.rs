use std::time::Duration;

use crate::config::Builder;

/// What the API allows itself, so that no client can take the service down through its logs.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    /// Longest a search may take, waiting included.
    pub(super) deadline: Duration,
    /// Longest a search waits for lines that were logged before it.
    pub(super) patience: Duration,
    /// Searches that may wait for a thread.
    pub(super) waiting: usize,
    /// Live streams open at once.
    pub(super) viewers: usize,
    /// Exports on their way at once; each keeps a page of at most some megabytes.
    pub(super) exports: usize,
    /// How long one live stream lives before the client has to come back.
    pub(super) stream_life: Duration,
    /// Longest silence on a live stream.
    pub(super) keep_alive: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            deadline: Duration::from_secs(10),
            patience: Duration::from_secs(1),
            waiting: Builder::DEFAULT_WAITING_SEARCHES,
            viewers: Builder::DEFAULT_VIEWERS,
            exports: 8,
            stream_life: Duration::from_secs(10 * 60),
            keep_alive: Duration::from_secs(15),
        }
    }
}
