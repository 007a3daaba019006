use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{FieldValue, Operation, RequestContext};

thread_local! {
    static CURRENT: RefCell<Context> = const { RefCell::new(Context::EMPTY) };
}

/// The request and the operation that code runs in, to be carried to another thread or task.
///
/// ```
/// use std::sync::Arc;
/// use nexolog_core::{Context, RequestContext};
///
/// let context = Context::for_request(Arc::new(RequestContext::new("r-1")));
/// let worker = std::thread::spawn(move || {
///     context.scope(|| Context::current().request().map(|r| r.request_id().to_owned()))
/// });
/// assert_eq!(worker.join().unwrap().as_deref(), Some("r-1"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Context {
    request: Option<Arc<RequestContext>>,
    operation: Option<&'static Operation>,
}

impl Context {
    const EMPTY: Context = Context { request: None, operation: None };

    /// The context of the code that calls this; empty outside of any request.
    #[must_use]
    pub fn current() -> Context {
        Context::with_current(Context::clone).unwrap_or_default()
    }

    /// A context of this request, in no operation.
    #[must_use]
    pub fn for_request(request: Arc<RequestContext>) -> Context {
        Context { request: Some(request), operation: None }
    }

    /// The same request, in `operation`.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static Operation) -> Context {
        self.operation = Some(operation);
        self
    }

    /// The request, if there is one.
    #[must_use]
    pub fn request(&self) -> Option<&Arc<RequestContext>> {
        self.request.as_ref()
    }

    /// The operation, if there is one.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.operation
    }

    /// Whether both are in the same request (the same one, not one with an equal id).
    #[must_use]
    pub fn same_request(&self, other: &Context) -> bool {
        match (&self.request, &other.request) {
            (Some(this), Some(other)) => Arc::ptr_eq(this, other),
            (None, None) => true,
            _ => false,
        }
    }

    /// Runs `f` in this context and restores the one before, also when `f` panics.
    pub fn scope<R>(self, f: impl FnOnce() -> R) -> R {
        let _guard = self.enter();
        f()
    }

    /// Makes this the thread's context until the guard is dropped.
    ///
    /// Guards nest and must be dropped in reverse order. Never hold one across an `.await`: use
    /// [`attach`](Context::attach) for futures.
    #[must_use = "the context lasts as long as the guard"]
    pub fn enter(self) -> ContextGuard {
        ContextGuard { before: Some(swap(self)), this_thread: PhantomData }
    }

    /// Changes only the operation of the thread's context until the guard is dropped; the cheap path of
    /// `#[logged]`, which touches no reference count.
    ///
    /// Guards nest and must be dropped in reverse order, as those of [`enter`](Context::enter).
    #[must_use = "the operation lasts as long as the guard"]
    pub fn enter_operation(operation: &'static Operation) -> OperationGuard {
        OperationGuard { before: swap_operation(Some(operation)), this_thread: PhantomData }
    }

    /// Reads the thread's context without cloning it; `None` where thread-local storage is gone.
    #[inline]
    pub(crate) fn with_current<R>(f: impl FnOnce(&Context) -> R) -> Option<R> {
        CURRENT.try_with(|current| current.try_borrow().ok().map(|context| f(&context))).ok()?
    }
}

/// Restores the context that was in force before; made by [`Context::enter`].
#[derive(Debug)]
pub struct ContextGuard {
    before: Option<Context>,
    /// Dropping it elsewhere would restore a context to a thread that never had it.
    this_thread: PhantomData<*const ()>,
}

impl Drop for ContextGuard {
    fn drop(&mut self) {
        if let Some(before) = self.before.take() {
            drop(swap(before));
        }
    }
}

/// Restores the operation that was in force before; made by [`Context::enter_operation`].
#[derive(Debug)]
pub struct OperationGuard {
    before: Option<&'static Operation>,
    /// Dropping it elsewhere would restore an operation to a thread that never had it.
    this_thread: PhantomData<*const ()>,
}

impl Drop for OperationGuard {
    fn drop(&mut self) {
        swap_operation(self.before);
    }
}

/// Lends `context` to the thread until the guard is dropped: as [`Context::enter`] does, but without counting a
/// reference, for those who hold the context at every poll anyway.
pub fn lend(context: &mut Context) -> Lent<'_> {
    let done = exchange(context);
    Lent { context, done, this_thread: PhantomData }
}

/// Takes the context back that was lent; made by [`lend`].
#[derive(Debug)]
#[must_use = "the context is lent as long as the guard lasts"]
pub struct Lent<'a> {
    /// Meanwhile the context that was in force before.
    context: &'a mut Context,
    done: bool,
    /// Dropping it elsewhere would take a context from a thread that never had it.
    this_thread: PhantomData<*const ()>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if self.done {
            exchange(self.context);
        }
    }
}

/// Whether the thread's context and `context` could be exchanged.
fn exchange(context: &mut Context) -> bool {
    let exchanged = CURRENT.try_with(|current| match current.try_borrow_mut() {
        Ok(mut current) => {
            std::mem::swap(&mut *current, context);
            true
        }
        Err(_) => false,
    });
    exchanged.unwrap_or(false)
}

fn swap(context: Context) -> Context {
    CURRENT
        .try_with(|current| match current.try_borrow_mut() {
            Ok(mut current) => std::mem::replace(&mut *current, context),
            Err(_) => Context::EMPTY,
        })
        .unwrap_or(Context::EMPTY)
}

/// Puts an operation in force for those who can't hold a guard, and gives the one before.
pub(crate) fn swap_operation(operation: Option<&'static Operation>) -> Option<&'static Operation> {
    CURRENT
        .try_with(|current| match current.try_borrow_mut() {
            Ok(mut current) => std::mem::replace(&mut current.operation, operation),
            Err(_) => None,
        })
        .unwrap_or_default()
}

/// Says on whose behalf the running request runs; later lines carry it, earlier ones stay as they are.
///
/// `None` leaves the organization as it was. Outside of a request it does nothing and returns `false`.
pub fn identify<'a>(user_id: &str, organization_id: impl Into<Option<&'a str>>) -> bool {
    with_request(|request| request.identify(user_id, organization_id.into()))
}

/// Adds a field to every later line of the running request.
///
/// Outside of a request it does nothing and returns `false`.
pub fn add_field(key: &str, value: impl Into<FieldValue>) -> bool {
    with_request(|request| request.add_field(key, value))
}

/// Tells the template of the route that answers the running request, such as `/orders/{id}`, for routers
/// that the request layer does not know. The first one told stays.
///
/// Outside of a request, and when a template was told before, it does nothing and returns `false`.
///
/// ```
/// use std::sync::Arc;
/// use nexolog_core::{Context, RequestContext, set_route};
///
/// let request = Arc::new(RequestContext::new("r-1"));
/// Context::for_request(Arc::clone(&request)).scope(|| set_route("/orders/{id}"));
/// assert_eq!(request.route(), Some("/orders/{id}"));
/// ```
#[allow(clippy::must_use_candidate, reason = "whether it was told before seldom matters")]
pub fn set_route(template: &str) -> bool {
    let told = |context: &Context| Some(context.request.as_deref()?.set_route(template));
    Context::with_current(told).flatten().unwrap_or(false)
}

fn with_request(f: impl FnOnce(&RequestContext)) -> bool {
    Context::with_current(|context| context.request.as_deref().map(f)).flatten().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    static OUTER: Operation = Operation::new("outer");

    fn request() -> Option<String> {
        Context::current().request().map(|request| request.request_id().to_owned())
    }

    #[test]
    fn what_is_lent_is_in_force_until_it_is_taken_back() {
        let context = |id| Context::for_request(Arc::new(RequestContext::new(id)));
        let (mut one, mut two) = (context("one"), context("two"));
        let operation = Context::enter_operation(&OUTER);
        for _ in 0..2 {
            let lent = lend(&mut one);
            assert_eq!(request().as_deref(), Some("one"));
            {
                let _inner = lend(&mut two);
                assert_eq!(request().as_deref(), Some("two"));
            }
            assert_eq!(request().as_deref(), Some("one"));
            drop(lent);
            assert_eq!((request(), Context::current().operation()), (None, Some(&OUTER)));
        }
        let panic = std::panic::AssertUnwindSafe(|| {
            let _lent = lend(&mut one);
            panic!("in the request");
        });
        assert!(std::panic::catch_unwind(panic).is_err());
        assert_eq!(request(), None);
        drop(operation);
        assert!(one.request().is_some() && two.request().is_some());
    }
}
