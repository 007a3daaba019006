use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tracing::{Event, Subscriber};
use tracing_subscriber::layer;
use tracing_subscriber::registry::LookupSpan;

use super::callsites::Admission;
use super::levels::Levels;
use super::plan::{Plans, module_of};
use super::span::{self, SpanDataByLogger};
use super::thread_state::{self, Prepared, Scratch};
use super::visitor::Visitor;
use crate::config::{Durability, Settings};
use crate::context::Context;
use crate::pipeline::{self, Cause, Losses, Queue};
use crate::privacy::Masker;
use crate::record::Level;
use crate::record::wire::{self, Header, Tag};

static LOGGERS: AtomicU64 = AtomicU64::new(0);

/// The caller's side of one logger.
#[derive(Debug)]
pub(crate) struct Capture {
    /// Tells this logger from others in the process.
    pub(crate) id: u64,
    pub(crate) levels: Levels,
    pub(crate) plans: Plans,
    pub(crate) queue: Arc<Queue>,
    pub(crate) losses: Losses,
    written_from: Level,
    closed: AtomicBool,
    /// The process that the logger belongs to.
    generation: u32,
    told_forked: AtomicBool,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Captured {
    /// Its module's level leaves it out, or it was lost and counted.
    No,
    /// It is in the queue.
    Queued,
    /// It is in the queue, and its call returns only when it is in the file.
    Urgent,
}

impl Capture {
    pub(crate) fn new(settings: &Settings) -> Capture {
        Capture {
            id: LOGGERS.fetch_add(1, Ordering::Relaxed),
            levels: Levels::new(settings),
            plans: Plans::new(settings.catalogue.clone(), Arc::new(Masker::new(&settings.masking))),
            queue: Arc::new(Queue::new(settings.queue_bytes, settings.backpressure)),
            losses: Losses::default(),
            written_from: match settings.durability {
                Durability::Batched => settings.written_from,
                Durability::Written | Durability::Synced => Level::Trace,
            },
            closed: AtomicBool::new(false),
            generation: pipeline::generation(),
            told_forked: AtomicBool::new(false),
        }
    }

    /// From here on events are counted as late instead of queued.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(crate) fn event<S>(&self, event: &Event<'_>, context: &layer::Context<'_, S>) -> Captured
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        if self.generation != pipeline::generation() {
            self.refuse_forked(Level::from(*event.metadata().level()));
            return Captured::No;
        }
        let captured = thread_state::with(self, |state| {
            let mut prepared = state.prepare(self, event.metadata());
            let passes = prepared.admission != Admission::LeftOut
                && self.encode(&mut prepared, event, context);
            if passes { self.send(&mut prepared) } else { Captured::No }
        });
        captured.unwrap_or_else(|| {
            self.losses.add(Cause::Recursion, Level::from(*event.metadata().level()), 1);
            Captured::No
        })
    }

    /// Copies the event into the thread's memory; `false` when its module's level leaves it out.
    #[inline]
    fn encode<S>(
        &self,
        prepared: &mut Prepared<'_>,
        event: &Event<'_>,
        context: &layer::Context<'_, S>,
    ) -> bool
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let Prepared { plan, admission, table, scratch, .. } = prepared;
        wire::begin(&mut scratch.event);
        let named = {
            let mut visitor = Visitor::new(plan, &mut scratch.event);
            event.record(&mut visitor);
            visitor.named()
        };
        let operation = encode_context(&mut scratch.event);
        scratch.module.clear();
        if !event.is_contextual() || span::is_any_entered() {
            encode_spans(self.id, scratch, event, context);
        }

        let text = |range: Option<Range<usize>>| {
            range.and_then(|range| std::str::from_utf8(&scratch.event[range]).ok())
        };
        let target = text(named.target);
        // `None` stands for the module of the callsite's own target.
        let module = text(named.module)
            .filter(|module| !module.is_empty())
            .or(operation)
            .or((!scratch.module.is_empty()).then_some(scratch.module.as_str()))
            .or_else(|| target.map(|target| module_of(target, self.plans.catalogue())));
        let passes = match *admission {
            Admission::Depends { least_of_target } => {
                let least = target.map_or(least_of_target, |target| table.least_of_target(target));
                table.passes(plan.level, module.unwrap_or(&plan.module), least)
            }
            settled => settled == Admission::Passes,
        };
        if let Some(module) = module
            && passes
            && *module != *plan.module
        {
            let mut name = std::mem::take(&mut scratch.spare);
            name.clear();
            name.push_str(module);
            wire::put_context(&mut scratch.event, Tag::Module, &name);
            scratch.spare = name;
        }
        passes
    }

    /// In a forked child every lock of its parent's logger may be held for ever, so none is touched.
    #[cold]
    fn refuse_forked(&self, level: Level) {
        self.losses.add(Cause::Forked, level, 1);
        if !self.told_forked.swap(true, Ordering::Relaxed) {
            pipeline::say(
                "this process was forked from the one whose logger this is, so its events are only counted; \
                 build a logger of its own here",
            );
        }
    }

    fn send(&self, prepared: &mut Prepared<'_>) -> Captured {
        let Prepared { plan, lane, scratch: Scratch { event, .. }, .. } = prepared;
        if self.closed.load(Ordering::Acquire) {
            self.losses.add(Cause::Late, plan.level, 1);
            return Captured::No;
        }
        // Stamped last: an event logged while this one was formatted is older.
        let header = Header { stamp: pipeline::stamp(), plan: plan.id, level: plan.level };
        wire::finish(event, header);
        if self.queue.push(lane, event, plan.level).is_err() {
            self.losses.add(Cause::QueueFull, plan.level, 1);
            return Captured::No;
        }
        if plan.level >= self.written_from { Captured::Urgent } else { Captured::Queued }
    }
}

/// Copies the request and the operation; gives the operation's module.
fn encode_context(out: &mut Vec<u8>) -> Option<&'static str> {
    Context::with_current(|context| {
        if let Some(request) = context.request() {
            request.encode(out);
        }
        let operation = context.operation()?;
        wire::put_context(out, Tag::Operation, operation.name());
        operation.module()
    })
    .flatten()
}

/// Copies the fields of the spans around the event, the innermost first.
fn encode_spans<S>(
    logger: u64,
    scratch: &mut Scratch,
    event: &Event<'_>,
    context: &layer::Context<'_, S>,
) where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(scope) = context.event_scope(event) else { return };
    for span in scope {
        let extensions = span.extensions();
        let by_logger = extensions.get::<SpanDataByLogger>();
        let Some(data) = by_logger.and_then(|by_logger| by_logger.get(logger)) else { continue };
        scratch.event.extend_from_slice(&data.fields);
        if let Some(module) = data.module.as_deref().filter(|_| scratch.module.is_empty()) {
            scratch.module.push_str(module);
        }
    }
}
