use std::future::Future;

use tokio::task::JoinHandle;
use tracing::Instrument;

use super::Context;

/// [`tokio::spawn`] that carries the request, the operation and the current span into the new task.
///
/// # Panics
///
/// As `tokio::spawn` does: outside of a tokio runtime.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(Context::current().attach(future.in_current_span()))
}

/// [`tokio::task::spawn_blocking`] that carries the request, the operation and the current span.
///
/// # Panics
///
/// As `tokio::task::spawn_blocking` does: outside of a tokio runtime.
pub fn spawn_blocking<F, R>(f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let context = Context::current();
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(|| context.scope(f)))
}
