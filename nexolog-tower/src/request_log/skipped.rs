//! Paths whose requests are not all logged.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nexolog_core::__private::{Callsites, callsites};
use nexolog_core::Level;

/// How long skipped requests may go untold.
const TELL_AFTER: Duration = Duration::from_secs(60);

static CALLSITES: Callsites = callsites! {
    target: "nexolog_tower::request", file: None, line: None,
    fields: ["message", "event.name", "module", "path", "skipped"],
    levels: [Info],
};

/// What to skip; clones share their counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules(Vec<Arc<Rule>>);

/// A path, and how many of its requests are logged.
#[derive(Debug)]
pub(super) struct Rule {
    path: Box<str>,
    /// One in so many is logged; 0 for none.
    one_in: u64,
    seen: AtomicU64,
    untold: AtomicU64,
    told: Mutex<Option<Instant>>,
}

impl Rules {
    pub(super) fn add(&mut self, path: Box<str>, one_in: u64) {
        // The last word on a path counts.
        self.0.retain(|rule| rule.path != path);
        self.0.push(Arc::new(Rule {
            path,
            one_in,
            seen: AtomicU64::new(0),
            untold: AtomicU64::new(0),
            told: Mutex::new(None),
        }));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn of(&self, path: &str) -> Option<&Rule> {
        self.0.iter().map(|rule| &**rule).find(|rule| *rule.path == *path)
    }
}

impl Rule {
    /// Whether to leave a request out that ended well; it is counted, and the count is told in time.
    pub(super) fn skips(&self, now: Instant) -> bool {
        let before = self.seen.fetch_add(1, Ordering::Relaxed);
        if self.one_in > 0 && before.is_multiple_of(self.one_in) {
            return false;
        }
        self.untold.fetch_add(1, Ordering::Relaxed);
        if self.is_due(now) {
            self.tell();
        }
        true
    }

    /// How many were skipped since it was last told, which it now is.
    pub(super) fn take_untold(&self) -> Option<u64> {
        Some(self.untold.swap(0, Ordering::Relaxed)).filter(|count| *count > 0)
    }

    fn is_due(&self, now: Instant) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *told.get_or_insert(now);
        let due = now.saturating_duration_since(since) >= TELL_AFTER;
        if due {
            *told = Some(now);
        }
        due
    }

    fn tell(&self) {
        let Some(count) = self.take_untold() else { return };
        let message = format!("{count} requests for {} were not logged", self.path);
        CALLSITES.emit(
            Level::Info,
            &[
                Some(&&*message),
                Some(&"requests_skipped"),
                Some(&"api"),
                Some(&&*self.path),
                Some(&count),
            ],
        );
    }
}

/// With its last layer and service a rule goes, and what is untold would go with it.
impl Drop for Rule {
    fn drop(&mut self) {
        self.tell();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(one_in: u64) -> Rules {
        let mut rules = Rules::default();
        rules.add("/healthz".into(), one_in);
        rules
    }

    #[test]
    fn one_in_so_many_is_logged() {
        let rules = rule(3);
        let rule = rules.of("/healthz").unwrap();
        let now = Instant::now();
        let skipped: Vec<bool> = (0..6).map(|_| rule.skips(now)).collect();
        assert_eq!(skipped, [false, true, true, false, true, true]);
        assert_eq!((rule.take_untold(), rule.take_untold()), (Some(4), None));
        assert!(rules.of("/health").is_none());
    }

    #[test]
    fn after_a_minute_the_count_is_told() {
        let rules = rule(0);
        let rule = rules.of("/healthz").unwrap();
        let start = Instant::now();
        assert!(rule.skips(start) && rule.skips(start + TELL_AFTER / 2));
        assert_eq!(rule.untold.load(Ordering::Relaxed), 2);
        assert!(rule.skips(start + TELL_AFTER));
        assert_eq!(rule.untold.load(Ordering::Relaxed), 0, "told");
        assert!(rule.skips(start + TELL_AFTER));
        assert_eq!(rule.untold.load(Ordering::Relaxed), 1, "once");
    }
}
