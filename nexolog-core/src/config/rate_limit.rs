use std::time::Duration;

use super::is_target_prefix;
use crate::record::Level;

/// How many events one place in the code may write; what it logs beyond that is counted and not written.
///
/// Each callsite (each `tracing` macro in the source) has an allowance of its own: a burst of the whole count,
/// which then fills again evenly. What was held back is told in `suppressed` records with the cause
/// `rate_limit`, at most one a second and callsite, so the files still account for every event.
///
/// Three things are never held back unless asked for: ERROR and CRITICAL; the one line a request of
/// `RequestLogLayer` (target `nexolog_tower`), whose callsite all requests share; and records of the `log` crate
/// (target `log`), which have one callsite a level for the whole process.
/// [`suppress_repeats`](crate::Builder::suppress_repeats) covers these.
///
/// ```
/// use std::time::Duration;
/// use nexolog_core::{Nexolog, RateLimit};
///
/// let second = Duration::from_secs(1);
/// let limit = RateLimit::per_callsite(100, second)
///     .target("shop::poller", 1, second * 10)
///     .unlimited("shop::billing");
/// let builder = Nexolog::builder("shop").rate_limit(limit);
/// # drop(builder);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it limits nothing until it is given to a builder"]
pub struct RateLimit {
    default: Rate,
    /// Target prefixes and their own rates; `None` limits nothing.
    targets: Vec<(String, Option<Rate>)>,
    errors: bool,
}

/// So many events in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) count: u32,
    pub(crate) per: Duration,
}

impl RateLimit {
    /// At most `count` events in the time `per` from each callsite, both above zero.
    pub fn per_callsite(count: u32, per: Duration) -> RateLimit {
        RateLimit { default: Rate { count, per }, targets: Vec::new(), errors: false }
            .unlimited("nexolog_tower")
            .unlimited("log")
    }

    /// Another limit for each callsite whose target is `prefix` or begins with it at a `::`. The longest prefix
    /// wins; the same prefix again replaces its limit.
    pub fn target(self, prefix: impl Into<String>, count: u32, per: Duration) -> RateLimit {
        self.with(prefix.into(), Some(Rate { count, per }))
    }

    /// No limit for callsites whose target is `prefix` or begins with it at a `::`.
    pub fn unlimited(self, prefix: impl Into<String>) -> RateLimit {
        self.with(prefix.into(), None)
    }

    /// Limits ERROR and CRITICAL, too.
    pub fn including_errors(mut self) -> RateLimit {
        self.errors = true;
        self
    }

    fn with(mut self, prefix: String, rate: Option<Rate>) -> RateLimit {
        self.targets.retain(|(known, _)| *known != prefix);
        self.targets.push((prefix, rate));
        self
    }

    /// The rate of a callsite, if it has one.
    pub(crate) fn rate_of(&self, target: &str, level: Level) -> Option<Rate> {
        if level >= Level::Error && !self.errors {
            return None;
        }
        let named = self.targets.iter().filter(|(prefix, _)| is_target_prefix(prefix, target));
        let nearest = named.max_by_key(|(prefix, _)| prefix.len());
        nearest.map_or(Some(self.default), |(_, rate)| *rate)
    }

    /// What can't be done as it stands.
    pub(crate) fn problem(&self) -> Option<String> {
        let rates = self.targets.iter().filter_map(|(_, rate)| rate.as_ref());
        rates.chain([&self.default]).find_map(|rate| {
            let Rate { count, per } = rate;
            // Less than a nanosecond an event can't be measured.
            let is_possible = *count > 0 && per.as_nanos() >= u128::from(*count);
            (!is_possible).then(|| {
                format!("`{count}` events in {per:?} is no limit; use a count from 1 and at least a nanosecond an event")
            })
        })
    }

    pub(crate) fn summary(&self) -> String {
        let Rate { count, per } = self.default;
        format!("{count} in {per:?} a callsite")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn count(limit: &RateLimit, target: &str, level: Level) -> Option<u32> {
        limit.rate_of(target, level).map(|rate| rate.count)
    }

    #[test]
    fn the_longest_prefix_of_the_target_gives_the_rate() {
        let limit = RateLimit::per_callsite(100, SECOND)
            .target("shop", 10, SECOND)
            .unlimited("shop::billing")
            .target("shop::billing::retry", 1, SECOND);
        for (target, expected) in [
            ("other", Some(100)),
            ("shopping", Some(100)),
            ("shop::cart", Some(10)),
            ("shop::billing", None),
            ("shop::billing::retry", Some(1)),
        ] {
            assert_eq!(count(&limit, target, Level::Warning), expected, "{target}");
        }
    }

    #[test]
    fn errors_request_lines_and_log_records_are_limited_only_when_asked_for() {
        let limit = RateLimit::per_callsite(100, SECOND);
        for (target, level) in [
            ("shop", Level::Error),
            ("shop", Level::Critical),
            ("nexolog_tower::request", Level::Info),
            ("log", Level::Info),
        ] {
            assert_eq!(count(&limit, target, level), None, "{target} {level:?}");
        }
        let limit = limit.including_errors().target("nexolog_tower", 5, SECOND);
        assert_eq!(count(&limit, "shop", Level::Critical), Some(100));
        assert_eq!(count(&limit, "nexolog_tower::request", Level::Info), Some(5));
    }

    #[test]
    fn a_limit_that_lets_nothing_through_is_refused() {
        let limit = RateLimit::per_callsite(1, SECOND);
        assert_eq!(limit.problem(), None);
        assert!(RateLimit::per_callsite(0, SECOND).problem().is_some());
        assert!(RateLimit::per_callsite(1, Duration::ZERO).problem().is_some());
        assert!(RateLimit::per_callsite(2, Duration::from_nanos(1)).problem().is_some());
        assert!(limit.target("shop", 0, SECOND).problem().is_some());
    }
}
