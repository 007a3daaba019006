use std::time::Duration;

use tracing_core::field::Value;

use super::callsites::emit;
use super::carried::{Carried, ItemFailure};
use super::values::{Values, texts};
use super::{Captured, Function, Look, Snapshot, Verdict};
use crate::pipeline::stamp;
use crate::record::{Level, Outcome, milliseconds};

/// How many fields of its own a function may record.
pub const MAX_FIELDS: usize = 22;

/// How many fields `function!` names.
const NAMED: usize = 10;

/// How many fields there are beside the function's own: those, two for what is counted, and the mark of a CRITICAL
/// event.
const COMMON: usize = NAMED + 3;

/// One call that somebody may want to hear of.
#[derive(Debug)]
pub(super) struct Call<C> {
    pub(super) function: &'static Function,
    pub(super) carried: C,
}

/// How long a call took, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    pub(super) started: u64,
    pub(super) ended: u64,
    /// The part spent in polls, for futures.
    pub(super) busy: Option<u64>,
}

/// How a call ended.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    pub(super) level: Level,
    pub(super) failure: Option<Snapshot>,
    pub(super) returned: Captured,
    /// The event's stamp, where the clock was read just now and none of the user's code has run since.
    pub(super) stamp: Option<u64>,
}

impl<C: Carried> Call<C> {
    pub(super) fn look(&self, started: u64) -> Look {
        Look { function: self.function, started: Some(started) }
    }

    pub(super) fn look_at_item(&self) -> Look {
        Look { function: self.function, started: None }
    }

    pub(super) fn returned(&self, verdict: &Verdict, started: u64, busy: Option<u64>) {
        let Verdict { ending, ended } = verdict;
        self.end(ending, Timing { started, ended: *ended, busy });
    }

    pub(super) fn panicked(&self, panic: Option<Snapshot>, timing: Timing) {
        self.end(&Ending { failure: panic, ..Ending::of(Outcome::Panic, Level::Error) }, timing);
    }

    /// It was given up before its end; a stream may have failed before, and that is then why.
    pub(super) fn given_up(&mut self, timing: Timing) {
        match self.carried.take_failure() {
            Some(failure) => self.failed(failure, timing),
            None => self.end(&Ending::of(Outcome::Cancelled, Level::Info), timing),
        }
    }

    /// A stream that gave an `Err` is over.
    pub(super) fn failed(&self, failure: ItemFailure, timing: Timing) {
        let ItemFailure { level, snapshot } = failure;
        let failure = Some(snapshot);
        self.end(&Ending { failure, ..Ending::of(Outcome::Error, level) }, timing);
    }

    pub(super) fn end(&self, ending: &Ending, timing: Timing) {
        let Function { callsites, thinning, success, .. } = self.function;
        #[cfg(feature = "api")]
        if self.function.audited {
            super::audited::note(self.function, ending.outcome, timing);
        }
        let Some(callsite) = callsites.wanted(ending.level) else { return };
        let ordinary = ending.outcome == Outcome::Success && ending.level == *success;
        let left_out = match thinning {
            // What nobody hears must not count as logged.
            Some(_) if !callsites.accepts(ending.level) => return,
            Some(thinning) => match thinning.admit(ordinary, self.carried.key(), timing.ended) {
                Some(left_out) => Some(left_out).filter(|count| *count > 0),
                None => return self.function.left_one_out(thinning),
            },
            None => None,
        };
        let emit = |values: &[Option<&dyn Value>]| emit(callsite, ending.stamp, values);
        self.with_common(ending, timing, |common| {
            let fields = self.carried.captured();
            let is_plain = !self.function.streams && thinning.is_none();
            // Clearing a table for the most fields takes longer than all else here.
            match fields.len() {
                0 if is_plain && ending.level != Level::Critical => emit(common),
                0..=6 => self.with_all::<{ COMMON + 6 }>(common, ending, left_out, emit),
                _ => self.with_all::<{ COMMON + MAX_FIELDS }>(common, ending, left_out, emit),
            }
        });
    }

    /// Gives `f` the values of the fields that every function has, in the order of their names in `function!`.
    #[inline]
    fn with_common(
        &self,
        ending: &Ending,
        timing: Timing,
        f: impl FnOnce(&[Option<&dyn Value>; NAMED]),
    ) {
        let operation = &self.function.operation;
        let failure = ending.failure.as_ref();
        let name = operation.name();
        let outcome = ending.outcome.as_str();
        let module = operation.module();
        let duration_ms = as_milliseconds(timing.ended.saturating_sub(timing.started));
        let busy_ms = timing.busy.map(as_milliseconds);
        let error = failure.map(|failure| failure as &(dyn std::error::Error + 'static));
        let error_type = failure.map(Snapshot::type_name);
        let backtrace = failure.and_then(Snapshot::backtrace);
        let returned_text = ending.returned.text();

        let message = self.message(ending.outcome);
        let with_text = failure.map_or("", Snapshot::message);
        let with_text = format_args!("{message}: {with_text}");
        let described = failure.is_some_and(|failure| !failure.message().is_empty());
        let message: &dyn Value = if described { &with_text } else { &message };
        f(&[
            Some(message),
            module.as_ref().map(|module| module as &dyn Value),
            Some(&name),
            Some(&outcome),
            Some(&duration_ms),
            busy_ms.as_ref().map(|busy| busy as &dyn Value),
            error.as_ref().map(|error| error as &dyn Value),
            error_type.as_ref().map(|name| name as &dyn Value),
            backtrace.as_ref().map(|backtrace| backtrace as &dyn Value),
            ending.returned.value(&returned_text),
        ]);
    }

    /// Gives `f` all values, in the order of the callsite's fields.
    fn with_all<const N: usize>(
        &self,
        common: &[Option<&dyn Value>; NAMED],
        ending: &Ending,
        left_out: Option<u64>,
        f: impl FnOnce(&[Option<&dyn Value>]),
    ) {
        let fields = self.carried.captured();
        let items = self.carried.items();
        let texts: [&str; N] = texts(fields);
        let mut values = Values::<N>::new();
        for value in common {
            values.push(*value);
        }
        if self.function.streams {
            values.push(items.as_ref().map(|items| items as &dyn Value));
        }
        if self.function.thinning.is_some() {
            values.push(left_out.as_ref().map(|count| count as &dyn Value));
        }
        values.extend(fields, &texts);
        if ending.level == Level::Critical {
            values.push(Some(&true));
        }
        f(values.as_slice());
    }

    fn message(&self, outcome: Outcome) -> &'static str {
        let messages = &self.function.messages;
        match outcome {
            Outcome::Error => messages.failed,
            Outcome::Panic => messages.panicked,
            Outcome::Cancelled => messages.cancelled,
            Outcome::Unfinished => messages.unfinished,
            _ => messages.succeeded,
        }
    }
}

impl Timing {
    /// Up to now.
    pub(super) fn until_now(started: u64, busy: Option<u64>) -> Timing {
        Timing { started, ended: stamp(), busy }
    }
}

fn as_milliseconds(nanos: u64) -> f64 {
    milliseconds(Duration::from_nanos(nanos))
}

impl Ending {
    #[inline]
    pub(super) fn of(outcome: Outcome, level: Level) -> Ending {
        Ending { outcome, level, failure: None, returned: Captured::Absent, stamp: None }
    }
}
