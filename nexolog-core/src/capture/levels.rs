use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::level_table::{LevelTable, as_level};
use crate::config::{Settings, Threshold};
use crate::record::Level;

/// The levels in force; changed at run time.
#[derive(Debug)]
pub(crate) struct Levels {
    table: RwLock<Arc<LevelTable>>,
    /// Counts the changes, so that threads can keep a table and see cheaply that it is stale.
    generation: AtomicU64,
    most_verbose: AtomicU8,
    /// The least level that is kept of requests in case that they fail.
    kept: Option<Level>,
    temporary: Mutex<Vec<Temporary>>,
}

/// A level that goes back to what it was.
#[derive(Debug)]
struct Temporary {
    module: Option<String>,
    until: Instant,
    /// What is put back: a module may have had no level of its own.
    before: Option<Threshold>,
}

impl Levels {
    pub(crate) fn new(settings: &Settings) -> Levels {
        let table = LevelTable::new(settings);
        Levels {
            most_verbose: AtomicU8::new(table.most_verbose()),
            table: RwLock::new(Arc::new(table)),
            generation: AtomicU64::new(1),
            kept: settings.kept.map(|kept| kept.from),
            temporary: Mutex::default(),
        }
    }

    pub(crate) fn table(&self) -> Arc<LevelTable> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Whether any module at all could write an event of this level.
    pub(crate) fn any_passes(&self, level: Level) -> bool {
        level as u8 >= self.most_verbose.load(Ordering::Relaxed)
    }

    /// Whether an event of this level may be kept, inside of a request, although no module writes it.
    pub(super) fn may_be_kept(&self, level: Level) -> bool {
        self.kept.is_some_and(|kept| level >= kept)
    }

    /// The most verbose level that anything is done with, for filters that know levels only.
    pub(crate) fn most_verbose(&self) -> Option<Level> {
        let written = as_level(self.most_verbose.load(Ordering::Relaxed));
        match (written, self.kept) {
            (Some(written), Some(kept)) => Some(written.min(kept)),
            (written, kept) => written.or(kept),
        }
    }

    #[cfg(feature = "api")]
    /// The level of what has none of its own; `None` when that is not written.
    pub(crate) fn default_level(&self) -> Option<Level> {
        match self.table().threshold_of(None)? {
            Threshold::From(level) => Some(level),
            Threshold::Off => None,
        }
    }

    /// Changes the level of a module, or the default, for good or for a while. Callsites are asked anew.
    pub(crate) fn set(&self, module: Option<&str>, level: Level, lasting: Option<Duration>) {
        let before = self.change(module, Some(Threshold::From(level)));
        let mut temporary = self.temporary.lock().unwrap_or_else(PoisonError::into_inner);
        let known = temporary.iter().position(|change| change.module.as_deref() == module);
        // What comes back in the end is what was there before the first of several temporary levels.
        let before = known.map_or(before, |at| temporary.swap_remove(at).before);
        let until = lasting.and_then(|lasting| Instant::now().checked_add(lasting));
        if let Some(until) = until {
            temporary.push(Temporary { module: module.map(str::to_owned), until, before });
        }
    }

    /// Puts back the levels whose time is over.
    pub(crate) fn expire(&self, now: Instant) {
        let mut temporary = self.temporary.lock().unwrap_or_else(PoisonError::into_inner);
        for change in temporary.extract_if(.., |change| change.until <= now) {
            self.change(change.module.as_deref(), change.before);
        }
    }

    /// Puts a threshold in force; gives the one before.
    fn change(&self, module: Option<&str>, threshold: Option<Threshold>) -> Option<Threshold> {
        let before = {
            let mut slot = self.table.write().unwrap_or_else(PoisonError::into_inner);
            let before = slot.threshold_of(module);
            let table = slot.with(module, threshold);
            self.most_verbose.store(table.most_verbose(), Ordering::Relaxed);
            *slot = Arc::new(table);
            before
        };
        self.generation.fetch_add(1, Ordering::Release);
        tracing_core::callsite::rebuild_interest_cache();
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Builder;

    fn level_of(levels: &Levels, module: &str) -> Option<Level> {
        levels.table().level_of(module)
    }

    #[test]
    fn a_level_changed_at_run_time_counts_from_then_on() {
        let levels = Levels::new(&Builder::new("shop").settings().unwrap());
        let before = levels.generation();
        assert!(!levels.any_passes(Level::Debug));
        levels.set(Some("auth"), Level::Debug, None);
        assert_ne!(levels.generation(), before);
        assert!(levels.any_passes(Level::Debug));
        assert_eq!(level_of(&levels, "auth"), Some(Level::Debug));
        assert_eq!(level_of(&levels, "api"), Some(Level::Info));
    }

    #[test]
    fn a_temporary_level_goes_back_to_what_was_before_the_first_change() {
        let levels =
            Levels::new(&Builder::new("shop").level("info,auth=error").settings().unwrap());
        let minute = Duration::from_secs(60);
        levels.set(Some("auth"), Level::Debug, Some(minute));
        levels.set(Some("auth"), Level::Trace, Some(minute));
        levels.set(Some("api"), Level::Debug, Some(minute));
        levels.set(None, Level::Critical, Some(minute));
        levels.expire(Instant::now());
        assert_eq!(level_of(&levels, "auth"), Some(Level::Trace));
        levels.expire(Instant::now() + minute * 2);
        assert_eq!(level_of(&levels, "auth"), Some(Level::Error));
        assert_eq!(level_of(&levels, "api"), Some(Level::Info));
        assert!(!levels.any_passes(Level::Debug));
    }

    #[test]
    fn a_level_set_for_good_ends_a_temporary_one() {
        let levels = Levels::new(&Builder::new("shop").settings().unwrap());
        levels.set(Some("auth"), Level::Debug, Some(Duration::from_secs(1)));
        levels.set(Some("auth"), Level::Warning, None);
        levels.expire(Instant::now() + Duration::from_secs(60));
        assert_eq!(level_of(&levels, "auth"), Some(Level::Warning));
    }
}
