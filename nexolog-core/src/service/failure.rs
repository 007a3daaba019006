use std::any::type_name;
use std::error::Error;
use std::fmt::Debug;
use std::ops::Deref;

use crate::logged::{AsDynError, Snapshot, Text};

/// What a helper can tell as the cause of a failure: any [`Error`] with all its sources, a box around one (`Box<dyn Error>`,
/// `anyhow::Error`, `eyre::Report`), and a plain text.
///
/// `Kind` tells the three apart; the compiler finds it, and nobody need name it.
///
/// ```
/// use nexolog_core::service::service;
///
/// let error: Box<dyn std::error::Error + Send + Sync> = "the disk is full".into();
/// service().error(&error).log();
/// service().error("the disk is full").log();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be told as the cause of a failure",
    label = "this is neither an `Error`, nor a box around one, nor a text",
    note = "give `&error.to_string()`, or map the error to one of those"
)]
pub trait Failure<Kind> {
    /// The error as it is now.
    #[doc(hidden)]
    fn snapshot(&self) -> Snapshot;
}

/// Tells an [`Error`] from other failures; see [`Failure`].
#[derive(Debug)]
pub enum ByError {}

/// Tells a box around an error from other failures; see [`Failure`].
#[derive(Debug)]
pub enum ByBox {}

/// Tells a text from other failures; see [`Failure`].
#[derive(Debug)]
pub enum ByText {}

impl<E: Error + ?Sized> Failure<ByError> for E {
    fn snapshot(&self) -> Snapshot {
        // A reference to an error is an error, and unlike `E` it has a size.
        Snapshot::of(type_name::<E>(), &self)
    }
}

impl<E> Failure<ByBox> for E
where
    E: Deref + Debug,
    E::Target: AsDynError,
{
    fn snapshot(&self) -> Snapshot {
        let snapshot = Snapshot::of(type_name::<E>(), (**self).as_dyn_error());
        snapshot.with_backtrace_of(self)
    }
}

impl Failure<ByText> for str {
    fn snapshot(&self) -> Snapshot {
        Snapshot::plain("", Text::copy(self))
    }
}

impl Failure<ByText> for &str {
    fn snapshot(&self) -> Snapshot {
        (**self).snapshot()
    }
}

impl Failure<ByText> for String {
    fn snapshot(&self) -> Snapshot {
        self.as_str().snapshot()
    }
}

/// What a timed block can end with: a `Result`, whose `Err` is a failure, or nothing at all.
///
/// ```
/// use nexolog_core::service::service;
///
/// service().operation("startup", "warm_up").run(|_| {});
/// let parsed = service().operation("api", "parse").run(|_| "7".parse::<u32>());
/// assert_eq!(parsed, Ok(7));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether the block failed",
    label = "a `Result` whose error is an `Error`, a box around one, or a text is needed",
    note = "use `time` or `time_async` for blocks that can't fail"
)]
pub trait Ended<Kind> {
    /// Why it failed, if it did.
    #[doc(hidden)]
    fn failure(&self) -> Option<Snapshot>;
}

impl<T, E: Failure<Kind>, Kind> Ended<Kind> for Result<T, E> {
    fn failure(&self) -> Option<Snapshot> {
        self.as_ref().err().map(Failure::snapshot)
    }
}

impl Ended<()> for () {
    fn failure(&self) -> Option<Snapshot> {
        None
    }
}
