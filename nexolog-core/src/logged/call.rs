use std::array;
use std::time::Duration;

use tracing_core::field::Value;

use super::{Captured, Function, Snapshot, Verdict};
use crate::record::{Level, Outcome, milliseconds};

/// How many fields of its own a function may record.
pub const MAX_FIELDS: usize = 22;

/// How many fields every function records: those that `function!` names first.
const COMMON: usize = 9;

/// All of them and the mark of a CRITICAL event.
const MOST: usize = COMMON + MAX_FIELDS + 1;

/// One call that somebody may want to hear of.
#[derive(Debug)]
pub(super) struct Call<C> {
    pub(super) function: &'static Function,
    pub(super) fields: C,
}

/// How long a call took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    pub(super) total: Duration,
    /// The part spent in polls, for futures.
    pub(super) busy: Option<Duration>,
}

/// How a call ended.
#[derive(Debug)]
struct Ending {
    outcome: Outcome,
    level: Level,
    failure: Option<Snapshot>,
    returned: Captured,
}

impl<C: AsRef<[Captured]>> Call<C> {
    /// Whether it matters how a call that returned ended; if not, nobody needs to look at the value.
    pub(super) fn wants_return(&self) -> bool {
        let Function { callsites, success, error, slow, .. } = self.function;
        callsites.wants(*success)
            || callsites.wants(*error)
            || (slow.is_some() && callsites.wants(Level::Warning))
    }

    pub(super) fn returned(&self, verdict: Verdict, timing: Timing) {
        let Verdict { failure, returned } = verdict;
        let (outcome, level) = match failure {
            Some(_) => (Outcome::Error, self.function.error),
            None => (Outcome::Success, self.success_level(timing.total)),
        };
        self.end(&Ending { outcome, level, failure, returned }, timing);
    }

    pub(super) fn panicked(&self, panic: Option<Snapshot>, timing: Timing) {
        self.end(&Ending { failure: panic, ..Ending::of(Outcome::Panic, Level::Error) }, timing);
    }

    pub(super) fn cancelled(&self, timing: Timing) {
        self.end(&Ending::of(Outcome::Cancelled, Level::Info), timing);
    }

    fn success_level(&self, total: Duration) -> Level {
        match self.function.slow {
            Some(slow) if total >= slow => self.function.success.max(Level::Warning),
            _ => self.function.success,
        }
    }

    /// Emits the call's one event. The order of values is that of the names in `function!`.
    fn end(&self, ending: &Ending, timing: Timing) {
        if !self.function.callsites.wants(ending.level) {
            return;
        }
        let failure = ending.failure.as_ref();
        let name = self.function.operation.name();
        let outcome = ending.outcome.as_str();
        let module = self.function.operation.module();
        let message = self.message(ending.outcome);
        let duration_ms = milliseconds(timing.total);
        let busy_ms = timing.busy.map(milliseconds);
        let error = failure.map(|failure| failure as &(dyn std::error::Error + 'static));
        let error_type = failure.map(Snapshot::type_name);
        let returned_text = ending.returned.text();
        let fields = self.fields.as_ref();
        let texts: [&str; MAX_FIELDS] =
            array::from_fn(|at| fields.get(at).map_or("", Captured::text));

        let with_text = failure
            .filter(|failure| !failure.message().is_empty())
            .map(|failure| format!("{message}: {}", failure.message()));
        let message: &dyn Value = match &with_text {
            Some(message) => message,
            None => &message,
        };
        let mut values: [Option<&dyn Value>; MOST] = [None; MOST];
        values[..COMMON].copy_from_slice(&[
            Some(message),
            Some(&module),
            Some(&name),
            Some(&outcome),
            Some(&duration_ms),
            Some(&busy_ms),
            Some(&error),
            Some(&error_type),
            ending.returned.value(&returned_text),
        ]);
        let own = fields.iter().zip(&texts).map(|(field, text)| field.value(text));
        let mark: Option<&dyn Value> = Some(&true);
        for (slot, value) in values[COMMON..].iter_mut().zip(own.chain([mark])) {
            *slot = value;
        }
        self.function.callsites.emit(ending.level, &values);
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

impl Ending {
    fn of(outcome: Outcome, level: Level) -> Ending {
        Ending { outcome, level, failure: None, returned: Captured::Absent }
    }
}
