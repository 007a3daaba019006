//! What a `tracing` span remembers for the events inside it.

use std::cell::{Cell, RefCell};

use tracing::span::{Attributes, Id, Record};

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
}

/// Puts the span's request in force, unless the thread is in it already (and so perhaps deeper).
pub(crate) fn enter(id: &Id, context: &Context) {
    // Where thread-local storage is gone, no context can be in force either.
    let _ = ENTERED.try_with(|entered| entered.enter(id, context));
}

pub(crate) fn exit(id: &Id) {
    let _ = ENTERED.try_with(|entered| entered.exit(id));
}

/// Whether the thread is in any span, so that an event may have spans around it.
#[inline]
pub(crate) fn is_any_entered() -> bool {
    ENTERED.try_with(|entered| entered.count.get() > 0).unwrap_or(true)
}

/// The contexts that entering a span put in force, innermost last; kept a thread.
struct EnteredSpans {
    entered: RefCell<Vec<(Id, Option<ContextGuard>)>>,
    /// As many, to be seen without borrowing.
    count: Cell<usize>,
}

impl EnteredSpans {
    const fn new() -> EnteredSpans {
        EnteredSpans { entered: RefCell::new(Vec::new()), count: Cell::new(0) }
    }

    fn enter(&self, id: &Id, context: &Context) {
        let here = Context::with_current(|current| current.same_request(context)).unwrap_or(true);
        let foreign = context.request().is_some() && !here;
        let guard = foreign.then(|| context.clone().enter());
        if let Ok(mut entered) = self.entered.try_borrow_mut() {
            entered.push((id.clone(), guard));
            self.count.set(entered.len());
        }
    }

    fn exit(&self, id: &Id) {
        let Ok(mut entered) = self.entered.try_borrow_mut() else { return };
        let at = entered.iter().rposition(|(entered, _)| entered == id);
        let removed = at.map(|at| entered.remove(at));
        self.count.set(entered.len());
        drop(entered);
        // Outside of the borrow: it may drop the last of a request, and so anything.
        drop(removed);
    }
}
