use std::time::Duration;

use http::{Method, StatusCode};
use nexolog_core::{Level, Outcome};

/// A request that is over, as [`RequestLogLayer::level`](super::RequestLogLayer::level) sees it.
///
/// ```
/// use nexolog_tower::{Level, RequestLogLayer};
///
/// let layer = RequestLogLayer::new().level(|request| match request.status() {
///     Some(status) if status.is_client_error() => Level::Warning,
///     _ => request.default_level(),
/// });
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Finished<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) route: Option<&'a str>,
    pub(super) status: Option<StatusCode>,
    pub(super) outcome: Outcome,
    pub(super) time_to_headers: Option<Duration>,
    pub(super) duration: Duration,
    pub(super) default_level: Level,
}

impl Finished<'_> {
    /// The request's method.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.method
    }

    /// The request's path; at most 2 KiB of it.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path
    }

    /// The template of the route that matched, where it is known.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.route
    }

    /// The status that was answered; `None` when the client left before.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// How it ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// From the request's head to the response's head.
    #[must_use]
    pub fn time_to_headers(&self) -> Option<Duration> {
        self.time_to_headers
    }

    /// From the request's head to the end of the response's body.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The level that the layer would choose.
    #[must_use]
    pub fn default_level(&self) -> Level {
        self.default_level
    }
}
