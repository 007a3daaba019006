use std::sync::Arc;

use http::Request;
use nexolog_core::__private::{Lent, lend};
use nexolog_core::{Context, Outcome};
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
    /// Lent to the thread while the request runs there.
    context: Context,
    span: Span,
    /// Tells of it if it lasts.
    _watch: Option<Alarm>,
}

/// The request's context and span in force; see [`Ongoing::enter`].
pub(super) struct Scope<'a> {
    // Dropped in this order: the span was entered last.
    _span: Entered<'a>,
    _context: Lent<'a>,
}

impl Ongoing {
    pub(super) fn begin<B>(request: &mut Request<B>, settings: &Arc<Settings>) -> Ongoing {
        let exchange = Exchange::begin(request, settings);
        // The span is made inside the context, so that it remembers it.
        let mut context = Context::for_request(Arc::clone(&exchange.context));
        let lent = lend(&mut context);
        let span = if settings.span {
            tracing::error_span!(target: "nexolog_tower::request", "request")
        } else {
            Span::none()
        };
        if let Some(level) = settings.start_event {
            span.in_scope(|| notice::started(&exchange, level));
        }
        let watch = settings.watchdog.and_then(|limit| notice::watch(&exchange, limit));
        drop(lent);
        Ongoing(Some(Running { exchange, context, span, _watch: watch }))
    }

    /// Nothing to follow: it is over, or somebody else follows it.
    pub(super) fn none() -> Ongoing {
        Ongoing(None)
    }

    /// Puts the request's context and span in force until the scope is dropped.
    pub(super) fn enter(&mut self) -> Option<Scope<'_>> {
        self.0.as_mut().map(|running| running.split().1)
    }

    /// Runs `f` with the request's context and span in force, and logs the request's event if `f` says that and how
    /// it has ended. `f` must catch panics.
    pub(super) fn run<R>(
        &mut self,
        f: impl FnOnce(Option<&mut Exchange>) -> (R, Option<Ending>),
    ) -> R {
        let Some(running) = &mut self.0 else { return f(None).0 };
        let (exchange, scope) = running.split();
        let (result, ending) = f(Some(exchange));
        let Some(ending) = ending else { return result };
        exchange.end(&ending);
        drop(scope);
        self.0 = None;
        result
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        self.0.as_mut().map(|running| &mut running.exchange)
    }

    /// Logs the request's event, unless it was logged before.
    pub(super) fn end(&mut self, ending: impl FnOnce(&Exchange) -> Ending) {
        self.run(|exchange| ((), exchange.map(|exchange| ending(exchange))));
    }
}

impl Running {
    fn split(&mut self) -> (&mut Exchange, Scope<'_>) {
        let Running { exchange, context, span, .. } = self;
        let context = lend(context);
        (exchange, Scope { _span: span.enter(), _context: context })
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        self.end(|_| Ending::of(Outcome::ClientDisconnected));
    }
}
