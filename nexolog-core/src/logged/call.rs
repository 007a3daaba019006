use std::time::Duration;

use tracing_core::field::Value;

use super::carried::{Carried, ItemFailure};
use super::values::{Values, texts};
use super::{Captured, Function, Look, Snapshot, Verdict};
use crate::pipeline::stamp;
use crate::record::{Level, Outcome, milliseconds};

/// How many fields of its own a function may record.
pub const MAX_FIELDS: usize = 22;

/// How many fields there are beside them: those that `function!` names, two for what is counted, and the mark of a
/// CRITICAL event.
const COMMON: usize = 12;

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
struct Ending {
    outcome: Outcome,
    level: Level,
    failure: Option<Snapshot>,
    returned: Captured,
}

impl<C: Carried> Call<C> {
    pub(super) fn look(&self, started: u64) -> Look {
        Look { function: self.function, started: Some(started) }
    }

    pub(super) fn look_at_item(&self) -> Look {
        Look { function: self.function, started: None }
    }

    pub(super) fn returned(&self, verdict: Verdict, started: u64, busy: Option<u64>) {
        let Verdict { outcome, level, ended, failure, returned } = verdict;
        self.end(&Ending { outcome, level, failure, returned }, Timing { started, ended, busy });
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

    fn end(&self, ending: &Ending, timing: Timing) {
        let Function { callsites, thinning, success, .. } = self.function;
        if !callsites.wants(ending.level) {
            return;
        }
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
        // Clearing a table for the most fields takes longer than all else here.
        match self.carried.captured().len() {
            0 => self.emit::<COMMON>(ending, timing, left_out),
            1..=6 => self.emit::<{ COMMON + 6 }>(ending, timing, left_out),
            _ => self.emit::<{ COMMON + MAX_FIELDS }>(ending, timing, left_out),
        }
    }

    /// Emits the call's one event. The order of values is that of the names in `function!`.
    fn emit<const N: usize>(&self, ending: &Ending, timing: Timing, left_out: Option<u64>) {
        let function = self.function;
        let failure = ending.failure.as_ref();
        let fields = self.carried.captured();
        let name = function.operation.name();
        let outcome = ending.outcome.as_str();
        let module = function.operation.module();
        let duration_ms =
            milliseconds(Duration::from_nanos(timing.ended.saturating_sub(timing.started)));
        let busy_ms = timing.busy.map(|busy| milliseconds(Duration::from_nanos(busy)));
        let error = failure.map(|failure| failure as &(dyn std::error::Error + 'static));
        let error_type = failure.map(Snapshot::type_name);
        let returned_text = ending.returned.text();
        let items = self.carried.items();
        let texts: [&str; N] = texts(fields);

        let message = self.message(ending.outcome);
        let with_text = failure.map_or("", Snapshot::message);
        let with_text = format_args!("{message}: {with_text}");
        let described = failure.is_some_and(|failure| !failure.message().is_empty());
        let message: &dyn Value = if described { &with_text } else { &message };

        let mut values = Values::<N>::new();
        values.push(Some(message));
        values.push(module.as_ref().map(|module| module as &dyn Value));
        values.push(Some(&name));
        values.push(Some(&outcome));
        values.push(Some(&duration_ms));
        values.push(busy_ms.as_ref().map(|busy| busy as &dyn Value));
        values.push(error.as_ref().map(|error| error as &dyn Value));
        values.push(error_type.as_ref().map(|name| name as &dyn Value));
        values.push(ending.returned.value(&returned_text));
        if function.streams {
            values.push(items.as_ref().map(|items| items as &dyn Value));
        }
        if function.thinning.is_some() {
            values.push(left_out.as_ref().map(|count| count as &dyn Value));
        }
        values.extend(fields, &texts);
        if ending.level == Level::Critical {
            values.push(Some(&true));
        }
        function.callsites.emit(ending.level, values.as_slice());
    }

    fn message(&self, outcome: Outcome) -> &'static str {
        let messages = &self.function.messages;
        match outcome {
            Outcome::Error => messages.failed,
            Outcome::Panic => messages.panicked,
            Outcome::Cancelled => messages.cancelled,
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

impl Ending {
    fn of(outcome: Outcome, level: Level) -> Ending {
        Ending { outcome, level, failure: None, returned: Captured::Absent }
    }
}
