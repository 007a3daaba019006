use std::ops::{Bound, RangeBounds};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

use super::HoldError;
use crate::query::{self, Filter};

/// A legal hold: records that neither retention nor clean-up removes until it is released.
///
/// Files are removed by whole segments, so every segment stays that has one such record, in the main log as in the
/// files of modules. What is kept although it is due counts towards no limit; the log says so when limits are passed by
/// it.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use nexolog_core::{Hold, Nexolog};
///
/// let directory = tempfile::tempdir()?;
/// let logs = Nexolog::builder("shop").directory(directory.path()).build()?;
/// logs.hold(Hold::query("case-17", "letter of 3 May", "user_id:u123"))?;
/// let week = SystemTime::now() - Duration::from_secs(7 * 86_400);
/// logs.hold(Hold::between("outage", "insurance", week..SystemTime::now()))?;
/// assert_eq!(logs.holds()?.len(), 2);
/// logs.release("outage")?;
/// # logs.shutdown()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub(super) name: String,
    pub(super) reason: String,
    pub(super) covers: Covers,
    /// When it was placed, in microseconds since the Unix epoch; relative times in a query are meant from then.
    pub(super) created: Option<i64>,
}

/// Which records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Covers {
    Query(String),
    /// From (included) to (not included), in microseconds since the Unix epoch.
    Times {
        from: Option<i64>,
        to: Option<i64>,
    },
}

const LONGEST_NAME: usize = 64;
const LONGEST_REASON: usize = 1_000;

impl Hold {
    /// Holds what matches `query`, in the language of the search; relative times such as `last:1h` are counted back
    /// from when the hold is placed. It is read strictly: a part that search would only take as text is refused.
    #[must_use]
    pub fn query(name: &str, reason: &str, query: &str) -> Hold {
        Hold::new(name, reason, Covers::Query(query.to_owned()))
    }

    /// Holds what was logged within `times`, as the records' timestamps tell.
    #[must_use]
    pub fn between(name: &str, reason: &str, times: impl RangeBounds<SystemTime>) -> Hold {
        let edge = |bound: Bound<&SystemTime>, included: i64, excluded: i64| match bound {
            Bound::Included(time) => Some(micros(*time).saturating_add(included)),
            Bound::Excluded(time) => Some(micros(*time).saturating_add(excluded)),
            Bound::Unbounded => None,
        };
        let (from, to) = (edge(times.start_bound(), 0, 1), edge(times.end_bound(), 1, 0));
        Hold::new(name, reason, Covers::Times { from, to })
    }

    /// As [`between`](Hold::between), in microseconds since the Unix epoch.
    pub(crate) fn between_micros(
        name: &str,
        reason: &str,
        from: Option<i64>,
        to: Option<i64>,
    ) -> Hold {
        Hold::new(name, reason, Covers::Times { from, to })
    }

    fn new(name: &str, reason: &str, covers: Covers) -> Hold {
        Hold { name: name.to_owned(), reason: reason.to_owned(), covers, created: None }
    }

    /// Its name, by which it is released.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why it was placed.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The query, if it is one that says which records.
    #[must_use]
    pub fn as_query(&self) -> Option<&str> {
        match &self.covers {
            Covers::Query(query) => Some(query),
            Covers::Times { .. } => None,
        }
    }

    /// The time from which on records are held (included), and the one before which (not included).
    #[must_use]
    pub fn times(&self) -> (Option<SystemTime>, Option<SystemTime>) {
        let (from, to) = self.times_micros();
        (from.and_then(time), to.and_then(time))
    }

    /// When it was placed; `None` before it is.
    #[must_use]
    pub fn created(&self) -> Option<SystemTime> {
        self.created.and_then(time)
    }

    pub(crate) fn times_micros(&self) -> (Option<i64>, Option<i64>) {
        match self.covers {
            Covers::Query(_) => (None, None),
            Covers::Times { from, to } => (from, to),
        }
    }

    pub(crate) fn created_micros(&self) -> Option<i64> {
        self.created
    }

    /// What it is about, in one line for the log.
    pub(crate) fn covers(&self) -> String {
        let edge = |micros: Option<i64>| micros.and_then(rfc3339).unwrap_or_default();
        match &self.covers {
            Covers::Query(query) => query.clone(),
            Covers::Times { from, to } => format!("{}..{}", edge(*from), edge(*to)),
        }
    }

    /// Whether `other` holds the same for the same reason, whenever it was placed.
    pub(super) fn says_the_same(&self, other: &Hold) -> bool {
        (&self.name, &self.reason, &self.covers) == (&other.name, &other.reason, &other.covers)
    }

    /// The filter that its records match, if everything about it can be used.
    pub(super) fn filter(&self) -> Result<Filter, HoldError> {
        check("name", &self.name, LONGEST_NAME)?;
        check("reason", &self.reason, LONGEST_REASON)?;
        match &self.covers {
            Covers::Query(query) if query.trim().is_empty() => Err(HoldError::invalid(
                "query",
                "an empty one would hold everything; use times for that",
            )),
            Covers::Query(query) => {
                let placed =
                    self.created.and_then(|micros| Timestamp::from_microsecond(micros).ok());
                query::parse_strict(query, placed.unwrap_or_else(Timestamp::now))
                    .map_err(|error| HoldError::invalid("query", error.to_string()))
            }
            Covers::Times { from: None, to: None } => Err(HoldError::invalid(
                "from",
                "say which records: a query, or times with a beginning, an end or both",
            )),
            Covers::Times { from: Some(from), to: Some(to) } if from >= to => {
                Err(HoldError::invalid("to", "it is not after `from`, so nothing would be held"))
            }
            Covers::Times { from, to } => {
                for (parameter, edge) in [("from", from), ("to", to)] {
                    if edge.is_some_and(|micros| Timestamp::from_microsecond(micros).is_err()) {
                        return Err(HoldError::invalid(parameter, "no record can have that time"));
                    }
                }
                Ok(Filter::between(*from, *to))
            }
        }
    }
}

fn check(parameter: &'static str, text: &str, longest: usize) -> Result<(), HoldError> {
    let characters = text.chars().count();
    if text.trim().is_empty() || characters > longest || text.chars().any(char::is_control) {
        let message =
            format!("it takes 1 to {longest} characters, none of them a control character");
        return Err(HoldError::invalid(parameter, message));
    }
    Ok(())
}

fn micros(time: SystemTime) -> i64 {
    Timestamp::try_from(time).map_or_else(
        |_| if time < UNIX_EPOCH { i64::MIN } else { i64::MAX },
        Timestamp::as_microsecond,
    )
}

fn time(micros: i64) -> Option<SystemTime> {
    let distance = Duration::from_micros(micros.unsigned_abs());
    if micros < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
}

/// A time as it stands in lines; `None` when no record can have it.
pub(super) fn rfc3339(micros: i64) -> Option<String> {
    Timestamp::from_microsecond(micros).ok().map(|time| format!("{time:.6}"))
}
