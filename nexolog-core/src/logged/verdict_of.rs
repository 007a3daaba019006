use std::any::type_name;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::ops::Deref;

use super::{Probe, Snapshot, Text};

/// Whether a value is an `Err`; see [`Probe`] for how the two traits work together.
pub trait FailedResult {
    /// Whether it is.
    fn nexolog_failed(&self) -> bool;
}

/// What is no result succeeds by being there.
pub trait FailedAny {
    /// Whether it is an `Err`, which it is not.
    fn nexolog_failed(&self) -> bool;
}

impl<T, E> FailedResult for &Probe<'_, Result<T, E>> {
    #[inline]
    fn nexolog_failed(&self) -> bool {
        self.0.is_err()
    }
}

impl<T: ?Sized> FailedAny for Probe<'_, T> {
    #[inline]
    fn nexolog_failed(&self) -> bool {
        false
    }
}

/// How the error in a result is read, if the value is a result at all and an `Err`. The six traits
/// work as those of [`Probe`] do; the method says `None` for success.
macro_rules! judge {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub trait $name {
            /// The failure that the value is, or `None`.
            fn nexolog_judge(&self) -> Option<Snapshot>;
        }
    )*};
}

judge! {
    /// First choice: an error with its sources.
    JudgeError;
    /// Second choice: a box around an error, as `Box<dyn Error>` and `anyhow::Error` are.
    JudgeDeref;
    /// Third choice: anything with a text.
    JudgeDisplay;
    /// Fourth choice: anything a developer can read.
    JudgeDebug;
    /// Fifth choice: any result.
    JudgeResult;
    /// Last choice: everything that is no result, which succeeds by returning.
    JudgeAny;
}

impl<T, E: Error> JudgeError for &&&&&Probe<'_, Result<T, E>> {
    fn nexolog_judge(&self) -> Option<Snapshot> {
        let error = self.0.as_ref().err()?;
        Some(Snapshot::of(type_name::<E>(), error))
    }
}

impl<T, E> JudgeDeref for &&&&Probe<'_, Result<T, E>>
where
    E: Deref + Debug,
    E::Target: AsDynError,
{
    fn nexolog_judge(&self) -> Option<Snapshot> {
        let error = self.0.as_ref().err()?;
        let snapshot = Snapshot::of(type_name::<E>(), error.deref().as_dyn_error());
        Some(snapshot.with_backtrace_of(error))
    }
}

impl<T, E: Display> JudgeDisplay for &&&Probe<'_, Result<T, E>> {
    fn nexolog_judge(&self) -> Option<Snapshot> {
        let error = self.0.as_ref().err()?;
        Some(Snapshot::plain(type_name::<E>(), Text::display(error)))
    }
}

impl<T, E: Debug> JudgeDebug for &&Probe<'_, Result<T, E>> {
    fn nexolog_judge(&self) -> Option<Snapshot> {
        let error = self.0.as_ref().err()?;
        Some(Snapshot::plain(type_name::<E>(), Text::debug(error)))
    }
}

impl<T, E> JudgeResult for &Probe<'_, Result<T, E>> {
    fn nexolog_judge(&self) -> Option<Snapshot> {
        self.0.as_ref().err()?;
        Some(Snapshot::plain(type_name::<E>(), Text::copy("")))
    }
}

impl<T: ?Sized> JudgeAny for Probe<'_, T> {
    fn nexolog_judge(&self) -> Option<Snapshot> {
        None
    }
}

/// What boxes of errors point to: an unsized error can't be turned into `&dyn Error` by a bound alone.
pub trait AsDynError {
    /// The error itself.
    fn as_dyn_error(&self) -> &(dyn Error + 'static);
}

impl AsDynError for dyn Error + 'static {
    fn as_dyn_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl AsDynError for dyn Error + Send + 'static {
    fn as_dyn_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl AsDynError for dyn Error + Send + Sync + 'static {
    fn as_dyn_error(&self) -> &(dyn Error + 'static) {
        self
    }
}
