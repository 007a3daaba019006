use std::time::Duration;

use nexolog_core::Level;

use super::RequestLogLayer;

/// When something is said or done.
impl<C> RequestLogLayer<C> {
    /// From how long on a successful request is logged at WARNING; 2 s unless said otherwise, never for `None`.
    ///
    /// What counts is the time until the response's headers: a long download or a live stream is not slow.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().slow(Duration::from_millis(300));
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn slow(self, threshold: impl Into<Option<Duration>>) -> RequestLogLayer<C> {
        self.change(|settings| settings.slow = threshold.into())
    }

    /// How long a handler may take until its response's headers; no limit unless said otherwise.
    ///
    /// One that takes longer is dropped, the client is answered 504 with an empty body and the id, and the
    /// event's outcome is `timeout`. Bodies may take as long as they need. Nothing can stop a handler that
    /// blocks its thread. The timer is a thread of ours, so that any runtime will do.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().timeout(Duration::from_secs(30));
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn timeout(self, limit: impl Into<Option<Duration>>) -> RequestLogLayer<C> {
        self.change(|settings| settings.timeout = limit.into())
    }

    /// Logs a WARNING about each request that is not over after `limit`, so that one that never ends is seen.
    /// Off unless chosen.
    ///
    /// It has `event.name = "request_running"`, and `running_ms`. It comes once a request, also while the
    /// response's body is sent; its usual event still follows at its end.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().watchdog(Duration::from_secs(60));
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn watchdog(self, limit: impl Into<Option<Duration>>) -> RequestLogLayer<C> {
        self.change(|settings| settings.watchdog = limit.into())
    }

    /// Logs an event when a request begins, too, with `event.name = "request_started"`. Off unless chosen.
    ///
    /// ```
    /// use nexolog_tower::{Level, RequestLogLayer};
    ///
    /// let layer = RequestLogLayer::new().start_event(Level::Debug);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn start_event(self, level: impl Into<Option<Level>>) -> RequestLogLayer<C> {
        self.change(|settings| settings.start_event = level.into())
    }

    /// Whether a panic in the handler is answered with 500 and an empty body. On unless said otherwise; when
    /// it is off, the panic is logged and goes on.
    ///
    /// ```
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().catch_panics(false);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn catch_panics(self, catch: bool) -> RequestLogLayer<C> {
        self.change(|settings| settings.catch_panics = catch)
    }

    /// Opens no span for the request.
    ///
    /// The span has no fields. It is there so that `.in_current_span()` carries the request's context into
    /// spawned tasks, and so that other layers can group what belongs together. Without it only
    /// `nexolog::spawn` and `Context` carry.
    ///
    /// ```
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().without_span();
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn without_span(self) -> RequestLogLayer<C> {
        self.change(|settings| settings.span = false)
    }
}
