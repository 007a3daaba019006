use std::panic::Location;
use std::time::Duration;

use super::functions::{self, Kind};
use super::op::Op;
use super::running::RunningOperation;
use crate::logged::{self, Function, IS_OFF, Logged, Started};
use crate::record::Level;
use crate::service::{Ended, OptionalText};

/// A block that is timed. Its record has `event.name` `operation`, and `operation`, `outcome` and `duration_ms`; the lines
/// logged inside carry `operation`, and its module unless they name their own.
///
/// The outcome is `success` (INFO unless [chosen](TimedOperation::level)), `error` (ERROR, with the error), `panic` (ERROR),
/// `cancelled` (INFO) for a future that was dropped before its end, or `unfinished` (WARNING) for a guard that was dropped
/// without a word. Asynchronous blocks have `busy_ms`, too: the part of the time that they kept a thread.
///
/// ```
/// use nexolog_core::service;
///
/// fn register(name: &str) -> Result<usize, std::fmt::Error> {
///     service().operation("api", "user_registration").run(|op| {
///         op.user("u1");
///         tracing::info!("checking the name"); // carries `operation`
///         if name.is_empty() { Err(std::fmt::Error) } else { Ok(name.len()) }
///     })
/// }
/// assert!(register("").is_err());
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "an operation is logged by `run`, `time`, `future`, `start` and the like"]
pub struct TimedOperation<'a> {
    kind: Kind,
    place: &'static Location<'static>,
    user: Option<&'a str>,
    organization: Option<&'a str>,
}

impl<'a> TimedOperation<'a> {
    pub(in crate::service) fn new(
        module: &'static str,
        name: &'static str,
        place: &'static Location<'static>,
    ) -> TimedOperation<'a> {
        let kind = Kind { module, name, level: Level::Info, slow: None };
        TimedOperation { kind, place, user: None, organization: None }
    }

    /// On whose behalf it runs: `user_id` of its record. Default: the user of the running request.
    pub fn user(mut self, user_id: impl OptionalText<'a>) -> TimedOperation<'a> {
        self.user = user_id.optional_text();
        self
    }

    /// For which organization it runs: `organization_id` of its record. Default: that of the running request.
    pub fn organization(mut self, organization_id: impl OptionalText<'a>) -> TimedOperation<'a> {
        self.organization = organization_id.optional_text();
        self
    }

    /// The level of success. Default: [`Level::Info`].
    pub fn level(mut self, level: Level) -> TimedOperation<'a> {
        self.kind.level = level;
        self
    }

    /// From this duration on, success is logged at WARNING at least. Default: never.
    pub fn slow(mut self, slow: Duration) -> TimedOperation<'a> {
        self.kind.slow = Some(slow);
        self
    }

    /// Runs a block that may fail, and logs how it ended. A panic is logged once the block has unwound, and goes on.
    pub fn run<R, Kind>(self, block: impl FnOnce(&Op) -> R) -> R
    where
        R: Ended<Kind>,
    {
        let (function, op) = self.begin();
        let judge = |returned: &R, look| op.judge(returned, look);
        logged::run(function, heard(function, &op), || block(&op), judge)
    }

    /// Runs a block that can't fail, or says so by [`Op::fail`]; else as [`run`](TimedOperation::run).
    pub fn time<R>(self, block: impl FnOnce(&Op) -> R) -> R {
        let (function, op) = self.begin();
        let judge = |_: &R, look| op.judge_by(look, || None);
        logged::run(function, heard(function, &op), || block(&op), judge)
    }

    /// Runs an asynchronous block that may fail, and logs how it ended; one whose future is dropped before its end is
    /// `cancelled`.
    ///
    /// ```
    /// use nexolog_core::service;
    ///
    /// # async fn fetch() -> std::io::Result<Vec<u8>> { Ok(Vec::new()) }
    /// async fn sync() -> std::io::Result<()> {
    ///     service().operation("etl", "nightly").run_async(async |op| {
    ///         let rows = fetch().await?;
    ///         op.records(rows.len());
    ///         Ok(())
    ///     })
    ///     .await
    /// }
    /// # drop(sync());
    /// ```
    pub fn run_async<R, Kind, F>(self, block: F) -> impl Future<Output = R> + use<R, Kind, F>
    where
        R: Ended<Kind>,
        F: AsyncFnOnce(&Op) -> R,
    {
        let (function, op) = self.begin();
        async move {
            let op = &op;
            let judge = |returned: &R, look| op.judge(returned, look);
            Logged::new(function, heard(function, op), block(op), judge).await
        }
    }

    /// Runs an asynchronous block that can't fail, or says so by [`Op::fail`]; else as [`run_async`](TimedOperation::run_async).
    pub fn time_async<R, F>(self, block: F) -> impl Future<Output = R> + use<R, F>
    where
        F: AsyncFnOnce(&Op) -> R,
    {
        let (function, op) = self.begin();
        async move {
            let op = &op;
            let judge = |_: &R, look| op.judge_by(look, || None);
            Logged::new(function, heard(function, op), block(op), judge).await
        }
    }

    /// Puts a future in the operation, from its first poll to its end; else as [`run_async`](TimedOperation::run_async).
    ///
    /// ```
    /// use nexolog_core::service;
    ///
    /// # async fn import() -> Result<(), std::fmt::Error> { Ok(()) }
    /// let importing = service().operation("etl", "import").future(import());
    /// # drop(importing);
    /// ```
    pub fn future<F, Kind>(self, future: F) -> impl Future<Output = F::Output> + use<F, Kind>
    where
        F: Future,
        F::Output: Ended<Kind>,
    {
        let (function, op) = self.begin();
        let judge = |returned: &F::Output, look: logged::Look| match returned.failure() {
            Some(failure) => look.failed(Level::Error, || Some(failure)),
            None => look.succeeded(),
        };
        Logged::new(function, heard(function, op), future, judge)
    }

    /// Starts an operation whose end is told by hand, for code that can't stand in a block.
    pub fn start(self) -> RunningOperation {
        let (function, op) = self.begin();
        RunningOperation(Started::new(function, heard(function, op)))
    }

    fn begin(self) -> (&'static Function, Op) {
        (functions::function(self.kind), Op::new(self.place, self.user, self.organization))
    }
}

/// What a call carries, if anybody wants to hear of it.
fn heard<C>(function: &Function, carried: C) -> Option<C> {
    (!IS_OFF && !function.is_off()).then_some(carried)
}
