use super::op::Op;
use crate::logged::Started;
use crate::record::Level;
use crate::service::{Count, Failure};

/// An operation whose end somebody tells by hand; made by [`TimedOperation::start`](crate::service::TimedOperation::start).
///
/// Dropped without a word it is logged as `unfinished`, at WARNING; dropped because its thread panics, as a panic. Lines that
/// the thread logs meanwhile carry its name as `operation`, so it stays on its thread: asynchronous code uses
/// [`run_async`](crate::service::TimedOperation::run_async).
///
/// ```
/// use nexolog_core::service;
///
/// fn load(path: &str) -> std::io::Result<String> {
///     let loading = service().operation("config", "load").start();
///     let text = match std::fs::read_to_string(path) {
///         Ok(text) => text,
///         Err(error) => {
///             loading.fail(&error);
///             return Err(error);
///         }
///     };
///     loading.succeed();
///     Ok(text)
/// }
/// # drop(load("there/is/none"));
/// ```
#[derive(Debug)]
#[must_use = "dropped without `succeed` or `fail`, the operation is logged as unfinished"]
pub struct RunningOperation(pub(super) Started<Op>);

impl RunningOperation {
    /// Says how many records it worked on: the field `records`.
    pub fn records(&self, records: impl Count) {
        if let Some(op) = self.0.carried() {
            op.records(records);
        }
    }

    /// It ended as it should.
    pub fn succeed(self) {
        self.0.succeed();
    }

    /// It failed.
    pub fn fail<E, Kind>(self, error: &E)
    where
        E: Failure<Kind> + ?Sized,
    {
        self.0.fail(Level::Error, || error.snapshot());
    }
}
