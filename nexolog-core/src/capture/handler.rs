use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer;
use tracing_subscriber::registry::LookupSpan;

use super::callsites::Admission;
use super::keeper::{self, Keeper};
use super::levels::Levels;
use super::limiter::Limiter;
use super::plan::{Plan, Plans, module_of};
use super::span::{self, SpanDataByLogger};
use super::suppressed::{Suppressed, Suppression};
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
    pub(crate) suppressed: Suppressed,
    pub(super) keeper: Option<Keeper>,
    written_from: Level,
    closed: AtomicBool,
    /// The process that the logger belongs to.
    generation: u32,
    told_forked: AtomicBool,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Captured {
    /// Its module's level leaves it out, or it was held back or lost, and counted.
    No,
    /// It is in the queue.
    Queued,
    /// It is in the queue, and its call returns only when it is in the file.
    Urgent,
}

/// What the levels say of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Passes,
    LeftOut,
    /// It is left out, but kept in case that its request fails.
    IsKept,
}

impl Capture {
    pub(crate) fn new(settings: &Settings) -> Capture {
        Capture {
            id: LOGGERS.fetch_add(1, Ordering::Relaxed),
            levels: Levels::new(settings),
            plans: Plans::new(
                settings.catalogue.clone(),
                Arc::new(Masker::new(&settings.masking)),
                settings.rate_limit.clone(),
            ),
            queue: Arc::new(Queue::new(settings.queue_bytes, settings.backpressure)),
            losses: Losses::default(),
            suppressed: Suppressed::default(),
            keeper: settings.kept.map(Keeper::new),
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

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
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
            let is_settled = match prepared.admission {
                Admission::LeftOut => return Captured::No,
                Admission::IsKept if !keeper::is_in_request() => return Captured::No,
                Admission::Passes => true,
                Admission::IsKept | Admission::Depends { .. } => false,
            };
            // What its level leaves out takes nothing of its callsite's allowance.
            if is_settled && self.holds_back(prepared.plan) {
                return Captured::No;
            }
            match self.encode(&mut prepared, event, context) {
                Verdict::LeftOut => Captured::No,
                Verdict::IsKept => self.keep(&mut prepared),
                Verdict::Passes if !is_settled && self.holds_back(prepared.plan) => Captured::No,
                Verdict::Passes => self.send(&mut prepared, event.metadata()),
            }
        });
        captured.unwrap_or_else(|| {
            self.losses.add(Cause::Recursion, Level::from(*event.metadata().level()), 1);
            Captured::No
        })
    }

    /// Copies the event into the thread's memory, and asks the levels where they need its module.
    #[inline]
    fn encode<S>(
        &self,
        prepared: &mut Prepared<'_>,
        event: &Event<'_>,
        context: &layer::Context<'_, S>,
    ) -> Verdict
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
        let operation = encode_context(&mut scratch.event, named.operation);
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
            .or(operation.filter(|module| !module.is_empty()))
            .or((!scratch.module.is_empty()).then_some(scratch.module.as_str()))
            .or_else(|| target.map(|target| module_of(target, self.plans.catalogue())));
        let verdict = match *admission {
            Admission::Depends { least_of_target } => {
                let least = target.map_or(least_of_target, |target| table.least_of_target(target));
                let module = module.unwrap_or(&plan.module);
                if table.passes(plan.level, module, least) {
                    Verdict::Passes
                } else if table.keeps(plan.level, module, target.unwrap_or(plan.target)) {
                    Verdict::IsKept
                } else {
                    Verdict::LeftOut
                }
            }
            Admission::Passes => Verdict::Passes,
            Admission::IsKept => Verdict::IsKept,
            Admission::LeftOut => Verdict::LeftOut,
        };
        if let Some(module) = module
            && verdict != Verdict::LeftOut
            && *module != *plan.module
        {
            let mut name = std::mem::take(&mut scratch.spare);
            name.clear();
            name.push_str(module);
            wire::put_context(&mut scratch.event, Tag::Module, &name);
            scratch.spare = name;
        }
        verdict
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

    /// Whether the callsite has used up its allowance; then the event is counted.
    #[inline]
    fn holds_back(&self, plan: &Plan) -> bool {
        plan.limiter.as_ref().is_some_and(|limiter| self.holds_back_by(limiter))
    }

    fn holds_back_by(&self, limiter: &Limiter) -> bool {
        // After the end everything is counted as late.
        let is_held_back = !self.is_closed() && !limiter.admits(pipeline::stamp());
        if is_held_back {
            self.suppressed.add(Suppression::RateLimit);
        }
        is_held_back
    }

    fn send(&self, prepared: &mut Prepared<'_>, metadata: &'static Metadata<'static>) -> Captured {
        if self.is_closed() {
            self.losses.add(Cause::Late, prepared.plan.level, 1);
            return Captured::No;
        }
        if self.keeper.is_some() {
            self.send_kept_before(prepared);
        }
        let Prepared { plan, lane, scratch, .. } = prepared;
        let Scratch { event, request: room, .. } = scratch;
        // Stamped last: an event logged while this one was formatted is older.
        let header =
            Header { stamp: pipeline::stamp_of(metadata), plan: plan.id, level: plan.level };
        wire::finish(event, header);
        let push = |request: &[u8]| self.queue.push_in_request(lane, event, request, plan.level);
        let pushed = Context::with_current(|context| match context.request() {
            Some(request) => request.with_wire(room, push),
            None => push(&[]),
        });
        // Where thread-local storage is gone, there is no request.
        if pushed.unwrap_or_else(|| push(&[])).is_err() {
            self.losses.add(Cause::QueueFull, plan.level, 1);
            return Captured::No;
        }
        if plan.level >= self.written_from { Captured::Urgent } else { Captured::Queued }
    }
}

/// Says that there is a request, and copies the operation unless the event has named it; gives the operation's module.
#[inline]
fn encode_context(out: &mut Vec<u8>, is_named: bool) -> Option<&'static str> {
    let current = |context: &Context| (context.request().is_some(), context.operation());
    let (in_request, operation) = Context::with_current(current)?;
    if in_request {
        wire::put_request(out);
    }
    let operation = operation?;
    if !is_named {
        wire::put_context(out, Tag::Operation, operation.name());
    }
    operation.module()
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
