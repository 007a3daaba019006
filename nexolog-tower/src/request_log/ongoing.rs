use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use http::Request;
use nexolog_core::__private::Snapshot;
use nexolog_core::{Context, ContextGuard};
use tracing::Span;
use tracing::span::Entered;

use super::ending::Ending;
use super::exchange::Exchange;
use super::notice;
use super::settings::Settings;
use crate::alarm::Alarm;

/// A request that is not over yet; dropped, its client is gone.
#[derive(Debug)]
pub(super) struct Ongoing(Option<Running>);

#[derive(Debug)]
struct Running {
    exchange: Exchange,
    span: Span,
    /// Tells of it if it lasts.
    _watch: Option<Alarm>,
}

/// The request's context and span in force; see [`Ongoing::enter`].
pub(super) struct Scope<'a> {
    // Dropped in this order: the span was entered last.
    _span: Entered<'a>,
    _context: ContextGuard,
}

impl Ongoing {
    pub(super) fn begin<B>(request: &mut Request<B>, settings: &Arc<Settings>) -> Ongoing {
        let exchange = Exchange::begin(request, settings);
        // The span is made inside the context, so that it remembers it.
        let _context = Context::for_request(Arc::clone(&exchange.context)).enter();
        let span = if settings.span {
            tracing::error_span!(target: "nexolog_tower::request", "request")
        } else {
            Span::none()
        };
        if let Some(level) = settings.start_event {
            span.in_scope(|| notice::started(&exchange, level));
        }
        let watch = settings.watchdog.and_then(|limit| notice::watch(&exchange, limit));
        Ongoing(Some(Running { exchange, span, _watch: watch }))
    }

    /// Nothing to follow: it is over, or somebody else follows it.
    pub(super) fn none() -> Ongoing {
        Ongoing(None)
    }

    /// Puts the request's context and span in force until the scope is dropped.
    pub(super) fn enter(&self) -> Option<Scope<'_>> {
        self.0.as_ref().map(Running::enter)
    }

    pub(super) fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        self.0.as_mut().map(|running| &mut running.exchange)
    }

    /// Logs the request's event, unless it was logged before.
    pub(super) fn end(&mut self, ending: impl FnOnce(&Exchange) -> Ending) {
        self.end_after(|| {}, ending);
    }

    /// Drops what is left of the request inside of it, and then logs its event. A panic in the drop is how the
    /// request ended, and goes on.
    pub(super) fn end_after(
        &mut self,
        rest: impl FnOnce(),
        ending: impl FnOnce(&Exchange) -> Ending,
    ) {
        let Some(running) = &self.0 else { return };
        let dropped = {
            let _scope = running.enter();
            let dropped = catch_unwind(AssertUnwindSafe(rest));
            running.exchange.end(&match &dropped {
                Ok(()) => ending(&running.exchange),
                Err(payload) => Ending::panicked(Snapshot::of_panic(&**payload)),
            });
            dropped
        };
        self.0 = None;
        if let Err(payload) = dropped {
            resume_unwind(payload);
        }
    }
}

impl Running {
    fn enter(&self) -> Scope<'_> {
        let context = Context::for_request(Arc::clone(&self.exchange.context)).enter();
        Scope { _span: self.span.enter(), _context: context }
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        self.end(|_| Ending::left());
    }
}
