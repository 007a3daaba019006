use std::collections::HashSet;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::config::{Directives, Settings, is_target_prefix};
use crate::record::Level;

/// Modules that are written whatever `LOG_MODULES_ENABLED` says.
const ALWAYS_ON: [&str; 2] = ["nexolog", "audit"];

/// More serious than every level: nothing passes.
const OFF: u8 = Level::Critical as u8 + 1;

/// The levels in force; changed at run time.
#[derive(Debug)]
pub(crate) struct Levels {
    table: RwLock<Arc<LevelTable>>,
    /// Counts the changes, so that threads can keep a table and see cheaply that it is stale.
    generation: AtomicU64,
    most_verbose: AtomicU8,
}

/// One state of the levels.
#[derive(Clone, Debug)]
pub(crate) struct LevelTable {
    directives: Directives,
    enabled: Option<HashSet<String>>,
    /// The least level when it is the same for every module.
    uniform: Option<u8>,
}

impl LevelTable {
    /// Whether an event of this level may pass, when that does not depend on its module.
    pub(crate) fn decided(&self, level: Level) -> Option<bool> {
        self.uniform.map(|least| level as u8 >= least)
    }

    /// Whether an event passes: an exact module name counts before a prefix of its target, a longer prefix
    /// before a shorter one, anything before the default.
    pub(crate) fn passes(&self, level: Level, module: &str, target: &str) -> bool {
        level as u8 >= self.least(module, target)
    }

    /// The level of a module as `/levels` shows it; `None` when nothing of it is written.
    pub(crate) fn level_of(&self, module: &str) -> Option<Level> {
        Level::from_u8(self.least(module, ""))
    }

    fn least(&self, module: &str, target: &str) -> u8 {
        if let Some(enabled) = &self.enabled
            && !enabled.contains(module)
            && !ALWAYS_ON.contains(&module)
        {
            return OFF;
        }
        let by_name = &self.directives.by_name;
        let threshold = by_name.get(module).or_else(|| {
            by_name
                .iter()
                .filter(|(prefix, _)| is_target_prefix(prefix, target))
                .max_by_key(|(prefix, _)| prefix.len())
                .map(|(_, threshold)| threshold)
        });
        threshold.copied().unwrap_or(self.directives.default).map_or(OFF, |level| level as u8)
    }

    fn most_verbose(&self) -> u8 {
        let all = self.directives.by_name.values().chain([&self.directives.default]);
        all.map(|threshold| threshold.map_or(OFF, |level| level as u8)).min().unwrap_or(OFF)
    }

    fn settle(mut self) -> LevelTable {
        let single = self.directives.by_name.is_empty() && self.enabled.is_none();
        self.uniform = single.then(|| self.most_verbose());
        self
    }
}

impl Levels {
    pub(crate) fn new(settings: &Settings) -> Levels {
        let table = LevelTable {
            directives: settings.directives.clone(),
            enabled: settings.modules_enabled.as_ref().map(|list| list.iter().cloned().collect()),
            uniform: None,
        }
        .settle();
        Levels {
            most_verbose: AtomicU8::new(table.most_verbose()),
            table: RwLock::new(Arc::new(table)),
            generation: AtomicU64::new(1),
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

    /// The most verbose level of any module, for filters that know levels only.
    pub(crate) fn most_verbose(&self) -> Option<Level> {
        Level::from_u8(self.most_verbose.load(Ordering::Relaxed))
    }

    #[cfg_attr(not(feature = "api"), expect(dead_code, reason = "only the API asks"))]
    pub(crate) fn default_level(&self) -> Level {
        self.table().directives.default.unwrap_or(Level::Critical)
    }

    /// Changes the level of a module, or the default. Callsites are asked anew.
    #[cfg_attr(not(feature = "api"), expect(dead_code, reason = "only the API changes levels"))]
    pub(crate) fn set(&self, module: Option<&str>, level: Level) {
        {
            let mut slot = self.table.write().unwrap_or_else(PoisonError::into_inner);
            let mut table = LevelTable::clone(&slot);
            match module {
                Some(module) => {
                    table.directives.by_name.insert(module.to_owned(), Some(level));
                }
                None => table.directives.default = Some(level),
            }
            let table = table.settle();
            self.most_verbose.store(table.most_verbose(), Ordering::Relaxed);
            *slot = Arc::new(table);
        }
        self.generation.fetch_add(1, Ordering::Release);
        tracing_core::callsite::rebuild_interest_cache();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Builder;

    fn levels(directives: &str) -> Arc<LevelTable> {
        Levels::new(&Builder::new("shop").level(directives).settings().unwrap()).table()
    }

    #[test]
    fn exact_modules_beat_targets_and_longer_targets_beat_shorter_ones() {
        let table = levels("error,auth=debug,hyper=warn,hyper::proto=trace");
        for (module, target, least) in [
            ("auth", "hyper::proto", Level::Debug),
            ("api", "hyper::client", Level::Warning),
            ("api", "hyper::proto::h1", Level::Trace),
            ("api", "hyperspace", Level::Error),
        ] {
            assert!(table.passes(least, module, target), "{module} {target}");
            if let Some(below) = (least as u8).checked_sub(1).and_then(Level::from_u8) {
                assert!(!table.passes(below, module, target), "{module} {target}");
            }
        }
    }

    #[test]
    fn only_enabled_modules_and_nexolog_itself_are_written() {
        let settings = Builder::new("shop").modules_enabled(["auth"]).settings().unwrap();
        let table = Levels::new(&settings).table();
        assert!(table.passes(Level::Info, "auth", ""));
        assert!(!table.passes(Level::Critical, "api", ""));
        assert!(table.passes(Level::Info, "nexolog", ""));
        assert_eq!(table.level_of("api"), None);
    }

    #[test]
    fn a_level_changed_at_run_time_counts_for_new_tables() {
        let levels = Levels::new(&Builder::new("shop").settings().unwrap());
        let before = levels.generation();
        assert_eq!(levels.table().decided(Level::Debug), Some(false));
        levels.set(Some("auth"), Level::Debug);
        assert_ne!(levels.generation(), before);
        assert!(levels.any_passes(Level::Debug));
        assert!(levels.table().passes(Level::Debug, "auth", ""));
        assert!(!levels.table().passes(Level::Debug, "api", ""));
    }
}
