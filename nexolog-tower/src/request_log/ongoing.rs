use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use http::Request;
use nexolog_core::__private::{ContextSpan, Lent, Snapshot, lend};
use nexolog_core::Context;
use tracing::Span;
use tracing::span::Entered;

use super::ending::Ending;
use super::exchange::Exchange;
use super::notice;
use super::settings::Settings;
use crate::alarm::Alarm;

/// A request that is not over yet; dropped, its client is gone.
///
/// It goes from future to body and is moved about inside of both, so it is a pointer; what it points to is used for
/// one request after the other.
#[derive(Debug)]
pub(super) struct Ongoing(Option<Place>);

type Place = Box<Option<Running>>;

/// Places that a thread keeps for requests to come.
const MOST_FREE: usize = 64;

thread_local! {
    static FREE: RefCell<Vec<Place>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug)]
struct Running {
    exchange: Exchange,
    /// Lent to the thread while the request runs there.
    context: Context,
    span: ContextSpan,
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
        let span = ContextSpan::new(|| {
            if settings.span {
                tracing::error_span!(target: "nexolog_tower::request", "request")
            } else {
                Span::none()
            }
        });
        if let Some(level) = settings.start_event {
            let _entered = span.enter();
            notice::started(&exchange, level);
        }
        let watch = settings.watchdog.and_then(|limit| notice::watch(&exchange, limit));
        drop(lent);
        let mut place = free_place();
        *place = Some(Running { exchange, context, span, _watch: watch });
        Ongoing(Some(place))
    }

    /// Nothing to follow: it is over, or somebody else follows it.
    pub(super) fn none() -> Ongoing {
        Ongoing(None)
    }

    /// Puts the request's context and span in force until the scope is dropped.
    pub(super) fn enter(&mut self) -> Option<Scope<'_>> {
        self.running().map(|running| running.split().1)
    }

    pub(super) fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        self.running().map(|running| &mut running.exchange)
    }

    fn running(&mut self) -> Option<&mut Running> {
        self.0.as_deref_mut()?.as_mut()
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
        let Some(running) = self.running() else { return };
        let dropped = {
            let (exchange, _scope) = running.split();
            let dropped = catch_unwind(AssertUnwindSafe(rest));
            exchange.end(&match &dropped {
                Ok(()) => ending(exchange),
                Err(payload) => Ending::panicked(Snapshot::of_panic(&**payload)),
            });
            dropped
        };
        if let Some(place) = self.0.take() {
            leave(place);
        }
        if let Err(payload) = dropped {
            resume_unwind(payload);
        }
    }
}

fn free_place() -> Place {
    let free = FREE.try_with(|free| free.try_borrow_mut().ok()?.pop());
    free.ok().flatten().unwrap_or_default()
}

fn leave(mut place: Place) {
    // Here, and not while the places are borrowed: whoever hears of the span's end may log a request of its own.
    *place = None;
    // Where thread-local storage is gone, the memory goes, too.
    let _ = FREE.try_with(|free| {
        if let Ok(mut free) = free.try_borrow_mut()
            && free.len() < MOST_FREE
        {
            free.push(place);
        }
    });
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
        self.end(|_| Ending::left());
    }
}
