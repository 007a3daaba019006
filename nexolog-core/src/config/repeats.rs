use std::time::Duration;

use crate::record::Level;

/// For how long the same event is written once only; its repeats are counted and not written.
///
/// The same is what would be the same line but for `seq`, `timestamp` and `thread`: the same callsite with the same
/// values, module, spans, operation, request and user. So a retry loop that says the same over and over inside one
/// request is cut down to one line, while another request that says it, too, has its own.
///
/// The first of a run is written at once. Its repeats are told in one `suppressed` record with the cause `repeat` when
/// the time is over, which begins with the first, or when the logger ends; the next one is then written again. The
/// record says how many there were (`count`), which line stands for them (`of_seq`), and carries its request id. Runs
/// of one callsite that end within a second are told together, with their number (`runs`) instead. After a
/// `kill -9` the counts of runs that were not over are missing.
///
/// ERROR and CRITICAL are always written unless asked for. At most 4096 events are remembered, in at most 1 MiB;
/// past that the oldest run ends early. Events longer than 8 KiB are always written.
///
/// ```
/// use std::time::Duration;
/// use nexolog_core::{Nexolog, Repeats};
///
/// let builder = Nexolog::builder("shop").suppress_repeats(Repeats::within(Duration::from_secs(10)));
/// # drop(builder);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it suppresses nothing until it is given to a builder"]
pub struct Repeats {
    within: Duration,
    errors: bool,
}

impl Repeats {
    /// Writes the same event once within this time, which is above zero.
    pub fn within(time: Duration) -> Repeats {
        Repeats { within: time, errors: false }
    }

    /// Suppresses repeats of ERROR and CRITICAL, too.
    pub fn including_errors(mut self) -> Repeats {
        self.errors = true;
        self
    }

    /// The time in nanoseconds.
    pub(crate) fn window(self) -> u64 {
        u64::try_from(self.within.as_nanos()).unwrap_or(u64::MAX)
    }

    pub(crate) fn covers(self, level: Level) -> bool {
        self.errors || level < Level::Error
    }

    /// What can't be done as it stands.
    pub(crate) fn problem(self) -> Option<String> {
        let nothing = self.within.is_zero();
        nothing.then(|| "no time has no repeats; use a time above zero".to_owned())
    }

    pub(crate) fn summary(self) -> String {
        format!("within {:?}", self.within)
    }
}
