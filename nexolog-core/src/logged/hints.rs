//! What the macro writes where the compiler would not know a type, or the user could have taken a name.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use futures_core::Stream;

use super::{Look, Verdict};
use crate::capture::panic_hook::silently;

/// Says what type the body returns, in a branch that is never taken: `if false { return unreached(); }`.
///
/// An async block can't be annotated, and without this `?` and coercions in it would not know their target.
#[must_use]
pub fn unreached<R>() -> R {
    loop {
        std::thread::park();
    }
}

/// Says what type a future gives, for the same reason.
pub fn gives<R, F: Future<Output = R>>(future: F) -> F {
    future
}

/// Says what type of items a stream gives, for the same reason.
pub fn streams<T, S: Stream<Item = T>>(stream: S) -> S {
    stream
}

/// Calls `body`: a body that builds a future may return early.
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Whether nobody wants to hear of a call that would carry this.
#[inline]
pub fn is_unheard<C>(carried: &Option<C>) -> bool {
    carried.is_none()
}

/// Drops what a call would have carried.
#[inline]
pub fn let_go<C>(_carried: Option<C>) {}

/// [`Box::pin`] under a name that no type of the user's can shadow.
pub fn boxed<F>(future: F) -> Pin<Box<F>> {
    Box::pin(future)
}

/// Says that a condition on a call is a `bool`.
#[must_use]
pub fn is_wanted(wanted: bool) -> bool {
    wanted
}

/// Asks a condition on an error. Its parameter tells a closure's type. One that panics does not hold: the call is
/// over, and must not fail by being looked at.
pub fn holds<E: ?Sized>(condition: impl FnOnce(&E) -> bool, error: &E) -> bool {
    silently(|| catch_unwind(AssertUnwindSafe(|| condition(error)))).unwrap_or(false)
}

/// Maps what was returned to what is recorded of it.
pub fn mapped<'a, T: ?Sized, U>(map: impl FnOnce(&'a T) -> U, returned: &'a T) -> U {
    map(returned)
}

/// What conditions on errors can be asked about.
#[diagnostic::on_unimplemented(
    message = "`err` has a condition, but `{Self}` is no `Result`",
    label = "only the error in a `Result` can be asked"
)]
pub trait Fallible {
    /// What it fails with.
    type Error;

    /// The error, if it is one.
    fn error(&self) -> Option<&Self::Error>;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;

    fn error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// The error in a result.
pub fn error_of<R: Fallible>(returned: &R) -> Option<&R::Error> {
    returned.error()
}

/// Says what a look at a returned value is given, where none is ever taken.
pub fn judged<R>(_judge: impl Fn(&R, Look) -> Option<Verdict>) {}
