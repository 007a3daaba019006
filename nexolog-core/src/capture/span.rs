//! What a `tracing` span remembers for the events inside it.

use std::cell::{Cell, RefCell};

use tracing::Span;
use tracing::span::{Attributes, Entered, Id, Record};

use super::plan::{Plan, Slot};
use super::visitor::Visitor;
use crate::context::{Context, ContextGuard};
use crate::record::wire;

/// Kept in a span's extensions: what each logger of the process remembers of it, by the logger's id.
#[derive(Debug, Default)]
pub(crate) struct SpanDataByLogger {
    entries: Vec<(u64, SpanData)>,
}

impl SpanDataByLogger {
    pub(crate) fn insert(&mut self, logger: u64, data: SpanData) {
        self.entries.push((logger, data));
    }

    pub(crate) fn get(&self, logger: u64) -> Option<&SpanData> {
        self.entries.iter().find(|(id, _)| *id == logger).map(|(_, data)| data)
    }

    pub(crate) fn get_mut(&mut self, logger: u64) -> Option<&mut SpanData> {
        self.entries.iter_mut().find(|(id, _)| *id == logger).map(|(_, data)| data)
    }
}

/// What one logger remembers of a span: the context it was made in, and its fields in wire form.
#[derive(Debug)]
pub(crate) struct SpanData {
    pub(crate) context: Context,
    /// A span item followed by its fields; empty when it has none.
    pub(crate) fields: Vec<u8>,
    pub(crate) module: Option<String>,
}

impl SpanData {
    pub(crate) fn new(plan: &Plan, attributes: &Attributes<'_>) -> SpanData {
        let mut data = SpanData { context: Context::current(), fields: Vec::new(), module: None };
        data.fill(plan, |visitor| attributes.record(visitor));
        data
    }

    /// Adds values recorded later. The renderer takes the first of a key it meets, so they go first.
    pub(crate) fn record(&mut self, plan: &Plan, values: &Record<'_>) {
        let earlier = std::mem::take(&mut self.fields);
        self.fill(plan, |visitor| values.record(visitor));
        self.fields.extend_from_slice(&earlier);
    }

    fn fill(&mut self, plan: &Plan, record: impl FnOnce(&mut Visitor<'_>)) {
        if !plan.slots.iter().any(|slot| *slot != Slot::Mark) {
            return;
        }
        wire::put_span(&mut self.fields, plan.id);
        let empty = self.fields.len();
        let mut visitor = Visitor::new(plan, &mut self.fields);
        record(&mut visitor);
        if let Some(module) = visitor.module() {
            self.module = Some(module.to_owned());
        }
        if self.fields.len() == empty {
            self.fields.clear();
        }
    }
}

thread_local! {
    static ENTERED: EnteredSpans = const { EnteredSpans::new() };
    /// What is known of the span that is being entered.
    static ENTERING: Cell<Option<Known>> = const { Cell::new(None) };
}

/// What is known of a span without looking it up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    id: u64,
    /// Neither it nor what is around it has anything to say in an event.
    is_silent: bool,
}

/// A span that is only ever entered in the context that it was made in, so that no layer of ours need look it up to
/// see that. The request layer enters one several times a request.
#[derive(Debug)]
pub struct ContextSpan {
    span: Span,
    is_silent: bool,
}

impl ContextSpan {
    /// The span that `make` makes, in the context and the spans now in force.
    pub fn new(make: impl FnOnce() -> Span) -> ContextSpan {
        let is_alone = !is_any_entered();
        let span = make();
        let has_fields = span.metadata().is_some_and(|metadata| !metadata.fields().is_empty());
        ContextSpan { span, is_silent: is_alone && !has_fields }
    }

    /// Enters it; its context must be in force.
    pub fn enter(&self) -> Entered<'_> {
        let known = self.span.id().map(|id| Known { id: id.into_u64(), is_silent: self.is_silent });
        let _ = ENTERING.try_with(|entering| entering.set(known));
        let entered = self.span.enter();
        let _ = ENTERING.try_with(|entering| entering.set(None));
        entered
    }
}

/// What is known of a span that is being entered.
#[inline]
pub(super) fn known(id: &Id) -> Option<Known> {
    let known = ENTERING.try_with(Cell::get).ok().flatten();
    known.filter(|known| known.id == id.into_u64())
}

/// Enters a span without a look at its context.
pub(super) fn enter_known(id: &Id, known: Known) {
    let _ = ENTERED.try_with(|entered| entered.push(id, None, known.is_silent));
}

/// Puts the span's request in force, unless the thread is in it already (and so perhaps deeper).
pub(crate) fn enter(id: &Id, context: &Context) {
    // Where thread-local storage is gone, no context can be in force either.
    let _ = ENTERED.try_with(|entered| entered.enter(id, context));
}

pub(crate) fn exit(id: &Id) {
    let _ = ENTERED.try_with(|entered| entered.exit(id));
}

/// Whether the thread is in a span that may have something to say in an event.
#[inline]
pub(crate) fn is_any_entered() -> bool {
    ENTERED.try_with(|entered| entered.telling.get() > 0).unwrap_or(true)
}

/// The spans that a thread is in, innermost last.
struct EnteredSpans {
    entered: RefCell<Vec<EnteredSpan>>,
    /// How many of them are not silent, to be seen without borrowing.
    telling: Cell<usize>,
}

struct EnteredSpan {
    id: Id,
    is_silent: bool,
    /// The context that entering it put in force.
    _context: Option<ContextGuard>,
}

impl EnteredSpans {
    const fn new() -> EnteredSpans {
        EnteredSpans { entered: RefCell::new(Vec::new()), telling: Cell::new(0) }
    }

    fn enter(&self, id: &Id, context: &Context) {
        let here = Context::with_current(|current| current.same_request(context)).unwrap_or(true);
        let foreign = context.request().is_some() && !here;
        self.push(id, foreign.then(|| context.clone().enter()), false);
    }

    fn push(&self, id: &Id, context: Option<ContextGuard>, is_silent: bool) {
        if let Ok(mut entered) = self.entered.try_borrow_mut() {
            entered.push(EnteredSpan { id: id.clone(), is_silent, _context: context });
            self.telling.set(self.telling.get() + usize::from(!is_silent));
        }
    }

    fn exit(&self, id: &Id) {
        let Ok(mut entered) = self.entered.try_borrow_mut() else { return };
        let at = entered.iter().rposition(|entered| entered.id == *id);
        let removed = at.map(|at| entered.remove(at));
        if removed.as_ref().is_some_and(|removed| !removed.is_silent) {
            self.telling.set(self.telling.get().saturating_sub(1));
        }
        drop(entered);
        // Outside of the borrow: it may drop the last of a request, and so anything.
        drop(removed);
    }
}
