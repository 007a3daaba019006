use std::error::Error;
use std::panic::Location;
use std::time::Duration;

use tracing_core::field::Value;

use super::audited::Told;
use crate::logged::{Callsites, IS_OFF, Snapshot, Values};
use crate::record::{Level, Outcome, milliseconds};

/// How many fields of its own a helper may have beside the common ones.
const MOST_FIELDS: usize = 32;

/// What every helper knows, whatever it tells of.
#[derive(Debug)]
pub(super) struct Common<'a> {
    /// Where the helper was called.
    place: &'static Location<'static>,
    /// Whether it is an entry of the audit trail, too.
    is_audited: bool,
    pub(super) module: Option<&'a str>,
    /// Stands for the code where it was called, in records that have no module otherwise.
    pub(super) target: Option<&'a str>,
    pub(super) level: Option<Level>,
    /// What the level is unless somebody chose one, where it does not follow from the outcome.
    pub(super) usual: Option<Level>,
    pub(super) user: Option<&'a str>,
    pub(super) organization: Option<&'a str>,
    pub(super) operation: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    /// What went wrong, in a record about nothing else.
    pub(super) error: Option<Box<Snapshot>>,
    pub(super) duration: Option<Duration>,
    pub(super) slow: Option<Duration>,
}

/// How that ended which a helper tells of.
#[derive(Clone, Copy)]
pub(super) struct Ending<'e> {
    pub(super) outcome: Option<Outcome>,
    pub(super) level: Level,
    pub(super) message: &'e dyn Value,
    pub(super) error: Option<&'e Snapshot>,
}

impl<'a> Common<'a> {
    pub(super) fn new(
        module: impl Into<Option<&'a str>>,
        place: &'static Location<'static>,
    ) -> Common<'a> {
        Common {
            place,
            is_audited: false,
            module: module.into(),
            target: None,
            level: None,
            usual: None,
            user: None,
            organization: None,
            operation: None,
            reason: None,
            error: None,
            duration: None,
            slow: None,
        }
    }

    /// The same, of something that the audit trail tells of, too.
    pub(super) fn audited(module: &'static str, place: &'static Location<'static>) -> Common<'a> {
        Common { is_audited: true, ..Common::new(module, place) }
    }

    /// The level of the record, unless somebody chose one.
    fn level(&self, ending: &Ending<'_>) -> Level {
        let is_slow = self.slow.is_some_and(|slow| self.duration.is_some_and(|took| took >= slow));
        let raised = if is_slow { ending.level.max(Level::Warning) } else { ending.level };
        self.level.unwrap_or(raised)
    }

    /// Emits the record. The callsites have the fields that `helper!` names: the common ones in the order of the values
    /// here, then `own`.
    pub(super) fn emit(
        &self,
        callsites: &Callsites,
        event: &'static str,
        ending: &Ending<'_>,
        own: &[Option<&dyn Value>],
    ) -> Told {
        let level = self.level(ending);
        if IS_OFF || !(self.is_audited || callsites.wants(level)) {
            return Told::nothing();
        }
        let outcome = ending.outcome.map(Outcome::as_str);
        let duration_ms = self.duration.map(milliseconds);
        let error = ending.error.map(|error| error as &(dyn Error + 'static));
        let error_type = ending.error.map(Snapshot::type_name).filter(|name| !name.is_empty());
        let backtrace = ending.error.and_then(Snapshot::backtrace);
        let file = self.place.file();
        let line = self.place.line();
        let common = [
            Some(ending.message),
            Some(&event as &dyn Value),
            value(self.module.as_ref()),
            value(self.user.as_ref()),
            value(self.organization.as_ref()),
            value(self.operation.as_ref()),
            value(outcome.as_ref()),
            value(duration_ms.as_ref()),
            value(error.as_ref()),
            value(error_type.as_ref()),
            value(backtrace.as_ref()),
            value(self.reason.as_ref()),
            value(self.target.as_ref()),
            Some(&file),
            Some(&line),
        ];
        let mut values = Values::<MOST_FIELDS>::new();
        common.iter().chain(own).for_each(|value| values.push(*value));
        // The mark that only the callsite of CRITICAL has a field for.
        values.push(Some(&true));
        callsites.emit(level, values.as_slice());
        // Which levels are on does not matter for the trail.
        if self.is_audited {
            Told::of(callsites, event, values.as_slice())
        } else {
            Told::nothing()
        }
    }
}

/// What is there, or nothing: `tracing` asks nobody about a value that is missing from the list.
pub(super) fn value<T: Value>(value: Option<&T>) -> Option<&dyn Value> {
    value.map(|value| value as &dyn Value)
}
