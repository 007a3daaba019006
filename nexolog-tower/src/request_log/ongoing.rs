use std::sync::Arc;

use http::Request;
use nexolog_core::{Context, ContextGuard};
use tracing::Span;
use tracing::span::Entered;

use super::exchange::{Ending, Exchange};
use super::settings::Settings;

/// A request that is not over yet; dropped, its client is gone.
///
/// It is a single pointer's size, because it travels through the future into the body.
#[derive(Debug)]
pub(super) struct Ongoing(Option<Box<Running>>);

#[derive(Debug)]
struct Running {
    exchange: Exchange,
    span: Span,
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
        Ongoing(Some(Box::new(Running { exchange, span })))
    }

    /// Nothing to follow: it is over, or somebody else follows it.
    pub(super) fn none() -> Ongoing {
        Ongoing(None)
    }

    /// Puts the request's context and span in force until the scope is dropped.
    pub(super) fn enter(&self) -> Option<Scope<'_>> {
        self.0.as_deref().map(Running::enter)
    }

    pub(super) fn exchange(&self) -> Option<&Exchange> {
        self.0.as_deref().map(|running| &running.exchange)
    }

    pub(super) fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        self.0.as_deref_mut().map(|running| &mut running.exchange)
    }

    /// Logs the request's event, unless it was logged before.
    pub(super) fn end(&mut self, ending: impl FnOnce(&Exchange) -> Ending) {
        let Some(running) = self.0.take() else { return };
        let _scope = running.enter();
        running.exchange.end(&ending(&running.exchange));
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
        self.end(|_| Ending::disconnected());
    }
}
