//! Calls to others, and from others.

use super::event::Ending;
use super::failure::Failure;
use super::helper::{helper, timed};
use crate::logged::Snapshot;
use crate::record::{Level, Outcome};

helper! {
    /// A call to another service. Its module is the service, if the logger's catalogue has one of that name, else `api`;
    /// `event.name` is `external_call`. Statistics show each service.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_core::service;
    ///
    /// let took = Duration::from_millis(35);
    /// service().external_call("payments").path("/charges").status(200).duration(took).log();
    ///
    /// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    /// service().external_call("payments").path("/charges").duration(took).failed(&refused);
    /// ```
    #[must_use = "a call is logged by `log`, `failed` or `timed_out`"]
    ExternalCall, "external_call" {
        service: own as "service",
        /// Which of the service's interfaces: the field `api`.
        api: text as "api",
        /// The HTTP method: the field `method`.
        method: text as "method",
        /// Where the service is: the field `host`.
        host: text as "host",
        /// The path, without its query: the field `path`.
        path: text as "path",
        /// The status that it answered with: the field `status`.
        status: status as "status",
        /// Which attempt it was, from 1: the field `attempt`.
        attempt: count as "attempt",
    }
}

timed!(ExternalCall);

impl<'a> ExternalCall<'a> {
    pub(super) fn to(mut self, service: &'a str) -> ExternalCall<'a> {
        self.service = Some(service);
        self
    }

    /// Writes the record of a call that was answered. By its status it is a failure from 500 on, at ERROR; 408 and 504 are a
    /// `timeout`. All else is a success, at INFO: that a service refuses is no fault of its own.
    pub fn log(self) {
        let service = self.service.unwrap_or_default();
        if let Some(status) = self.status {
            let (outcome, level) = by_status(status);
            self.end(outcome, level, None, &format_args!("{service} answered {status}"));
        } else {
            let message = format_args!("{service} answered");
            self.end(Outcome::Success, Level::Info, None, &message);
        }
    }

    /// Writes the record of a call that failed, at ERROR, with the error, its sources and its backtrace.
    pub fn failed<E, Kind>(self, error: &E)
    where
        E: Failure<Kind> + ?Sized,
    {
        let error = error.snapshot();
        let service = self.service.unwrap_or_default();
        let why = error.message();
        let message = format_args!("{service} could not be called: {why}");
        self.end(Outcome::Error, Level::Error, Some(&error), &message);
    }

    /// Writes the record of a call that nobody waited for any longer, at ERROR.
    pub fn timed_out(self) {
        let service = self.service.unwrap_or_default();
        self.end(
            Outcome::Timeout,
            Level::Error,
            None,
            &format_args!("{service} did not answer in time"),
        );
    }

    fn end(
        &self,
        outcome: Outcome,
        level: Level,
        error: Option<&Snapshot>,
        message: &std::fmt::Arguments<'_>,
    ) {
        self.emit(&Ending { outcome: Some(outcome), level, message, error });
    }
}

helper! {
    /// A request that this service answered, where no `RequestLogLayer` logs it. Module `api`; `event.name` is `request`, as
    /// with the layer, so that statistics count it the same way: use one of the two.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_core::service;
    ///
    /// let took = Duration::from_millis(12);
    /// service().api_request("GET", "/orders/17").route("/orders/{id}").status(200).duration(took).log();
    /// ```
    #[must_use = "a request is logged by `log` or `failed`"]
    ApiRequest, "request" {
        method: own as "method",
        path: own as "path",
        /// The template of the route: the field `route`.
        route: text as "route",
        /// The status that was answered: the field `status`.
        status: status as "status",
        time_to_headers_ms: float as "time_to_headers_ms",
        /// Bytes of the request's body: the field `bytes_in`.
        bytes_in: count as "bytes_in",
        /// Bytes of the response's body: the field `bytes_out`.
        bytes_out: count as "bytes_out",
        /// The client's address: the field `client`.
        client: text as "client",
        /// What the client calls itself: the field `user_agent`.
        user_agent: text as "user_agent",
    }
}

timed!(ApiRequest);

impl<'a> ApiRequest<'a> {
    pub(super) fn of(mut self, method: &'a str, path: &'a str) -> ApiRequest<'a> {
        self.method = Some(method);
        self.path = Some(path);
        self
    }

    /// How long it took until the response began: the field `time_to_headers_ms`, which statistics call the API's
    /// response time. Default: the duration.
    pub fn time_to_headers(mut self, duration: std::time::Duration) -> ApiRequest<'a> {
        self.time_to_headers_ms = Some(crate::record::milliseconds(duration));
        self
    }

    /// Writes the record of a request that was answered. By its status it is a failure from 500 on, at ERROR; 408 and 504 are
    /// a `timeout`. All else is a success, at INFO.
    pub fn log(self) {
        let (method, path) = self.what();
        if let Some(status) = self.status {
            let (outcome, level) = by_status(status);
            self.end(outcome, level, None, &format_args!("{method} {path} {status}"));
        } else {
            self.end(Outcome::Success, Level::Info, None, &format_args!("{method} {path}"));
        }
    }

    /// Writes the record of a request that could not be answered, at ERROR. Without a status it counts as answered with 500.
    pub fn failed<E, Kind>(mut self, error: &E)
    where
        E: Failure<Kind> + ?Sized,
    {
        self.status.get_or_insert(500);
        let error = error.snapshot();
        let (method, path) = self.what();
        let message = format_args!("{method} {path} failed: {}", error.message());
        self.end(Outcome::Error, Level::Error, Some(&error), &message);
    }

    fn what(&self) -> (&'a str, &'a str) {
        (self.method.unwrap_or_default(), self.route.or(self.path).unwrap_or_default())
    }

    fn end(
        mut self,
        outcome: Outcome,
        level: Level,
        error: Option<&Snapshot>,
        message: &std::fmt::Arguments<'_>,
    ) {
        if self.time_to_headers_ms.is_none() {
            self.time_to_headers_ms = self.common.duration.map(crate::record::milliseconds);
        }
        self.emit(&Ending { outcome: Some(outcome), level, message, error });
    }
}

/// As `RequestLogLayer` and `PropagateLayer` decide it.
fn by_status(status: u16) -> (Outcome, Level) {
    match status {
        504 => (Outcome::Timeout, Level::Error),
        408 => (Outcome::Timeout, Level::Info),
        500.. => (Outcome::Error, Level::Error),
        _ => (Outcome::Success, Level::Info),
    }
}
