use std::collections::HashSet;

use crate::config::{ALWAYS_ON, Directives, Settings, Threshold, is_target_prefix};
use crate::record::Level;

/// Crates that talk much about themselves: below WARNING they are heard only when they are named.
const NOISY: [&str; 12] = [
    "h2",
    "hyper",
    "hyper_util",
    "mio",
    "quinn",
    "reqwest",
    "rustls",
    "tokio",
    "tokio_util",
    "tonic",
    "tower",
    "want",
];

/// More serious than every level: nothing passes.
const OFF: u8 = Level::Critical as u8 + 1;

/// One state of the levels.
///
/// An exact module name counts before a prefix of the target, a longer prefix before a shorter one,
/// anything named before what holds for noisy crates, and that before the default.
#[derive(Clone, Debug)]
pub(crate) struct LevelTable {
    directives: Directives,
    enabled: Option<HashSet<String>>,
    /// The least level that is kept of requests in case that they fail, as a number.
    kept: u8,
}

impl LevelTable {
    pub(super) fn new(settings: &Settings) -> LevelTable {
        LevelTable {
            directives: settings.directives.clone(),
            enabled: settings.modules_enabled.as_ref().map(|list| list.iter().cloned().collect()),
            kept: settings.kept.map_or(OFF, |kept| kept.from as u8),
        }
    }

    /// Whether the module of an event may matter; otherwise its target settles everything.
    pub(crate) fn asks_modules(&self) -> bool {
        self.enabled.is_some() || !self.directives.by_name.is_empty()
    }

    /// The least level of what comes from `target`, as a number; see [`passes`](LevelTable::passes).
    pub(crate) fn least_of_target(&self, target: &str) -> u8 {
        let default = as_number(self.directives.default);
        self.least_of_named_target(target).unwrap_or_else(|| {
            if is_noisy(target) { default.max(Level::Warning as u8) } else { default }
        })
    }

    fn least_of_named_target(&self, target: &str) -> Option<u8> {
        let by_name = self.directives.by_name.iter();
        by_name
            .filter(|(prefix, _)| is_target_prefix(prefix, target))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, threshold)| as_number(*threshold))
    }

    /// Whether an event that does not pass is kept in case that its request fails: what is held down below the
    /// default on purpose is not.
    pub(crate) fn keeps(&self, level: Level, module: &str, target: &str) -> bool {
        if (level as u8) < self.kept {
            return false;
        }
        let default = as_number(self.directives.default);
        let named = self.least_of_named_target(target);
        let is_held_down = named.is_none() && is_noisy(target);
        default != OFF && !is_held_down && self.least(module, named.unwrap_or(default)) <= default
    }

    /// Whether an event passes, given [`least_of_target`](LevelTable::least_of_target) of its target.
    pub(crate) fn passes(&self, level: Level, module: &str, least_of_target: u8) -> bool {
        level as u8 >= self.least(module, least_of_target)
    }

    /// The level of a module as `/levels` shows it; `None` when nothing of it is written.
    #[cfg_attr(not(feature = "api"), allow(dead_code, reason = "only the API asks"))]
    pub(crate) fn level_of(&self, module: &str) -> Option<Level> {
        as_level(self.least(module, as_number(self.directives.default)))
    }

    fn least(&self, module: &str, least_of_target: u8) -> u8 {
        let left_out = self.enabled.as_ref().is_some_and(|enabled| !enabled.contains(module));
        if left_out && !ALWAYS_ON.contains(&module) {
            return OFF;
        }
        let exact = self.directives.by_name.get(module);
        exact.map_or(least_of_target, |threshold| as_number(*threshold))
    }

    pub(super) fn most_verbose(&self) -> u8 {
        let all = self.directives.by_name.values().chain([&self.directives.default]);
        all.map(|threshold| as_number(*threshold)).min().unwrap_or(OFF)
    }

    /// The threshold that is set for a module, or the default; `None` when the module has none of its own.
    pub(super) fn threshold_of(&self, module: Option<&str>) -> Option<Threshold> {
        match module {
            Some(module) => self.directives.by_name.get(module).copied(),
            None => Some(self.directives.default),
        }
    }

    /// The same table with another threshold; `None` takes the module's away.
    pub(super) fn with(&self, module: Option<&str>, threshold: Option<Threshold>) -> LevelTable {
        let mut table = self.clone();
        match (module, threshold) {
            (Some(module), Some(threshold)) => {
                table.directives.by_name.insert(module.to_owned(), threshold);
            }
            (Some(module), None) => {
                table.directives.by_name.remove(module);
            }
            (None, threshold) => {
                table.directives.default = threshold.unwrap_or(table.directives.default);
            }
        }
        table
    }
}

fn is_noisy(target: &str) -> bool {
    NOISY.iter().any(|prefix| is_target_prefix(prefix, target))
}

fn as_number(threshold: Threshold) -> u8 {
    match threshold {
        Threshold::From(level) => level as u8,
        Threshold::Off => OFF,
    }
}

/// The level of a threshold as a number; `None` for "nothing passes".
pub(super) fn as_level(number: u8) -> Option<Level> {
    Level::from_u8(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Builder;

    fn table(directives: &str) -> LevelTable {
        LevelTable::new(&Builder::new("shop").level(directives).settings().unwrap())
    }

    fn least(table: &LevelTable, module: &str, target: &str) -> Option<Level> {
        as_level(table.least(module, table.least_of_target(target)))
    }

    #[test]
    fn exact_modules_beat_targets_and_longer_targets_beat_shorter_ones() {
        let table = table("error,auth=debug,hyper=warn,hyper::proto=trace");
        for (module, target, expected) in [
            ("auth", "hyper::proto", Level::Debug),
            ("api", "hyper::client", Level::Warning),
            ("api", "hyper::proto::h1", Level::Trace),
            ("api", "hyperspace", Level::Error),
        ] {
            assert_eq!(least(&table, module, target), Some(expected), "{module} {target}");
        }
    }

    #[test]
    fn noisy_crates_are_heard_from_warning_on_unless_they_are_named() {
        let quiet = table("debug");
        assert_eq!(least(&quiet, "api", "hyper::proto"), Some(Level::Warning));
        assert_eq!(least(&quiet, "api", "tower_http::trace"), Some(Level::Debug));
        assert_eq!(least(&table("error"), "api", "h2"), Some(Level::Error));
        assert_eq!(least(&table("info,hyper=debug"), "api", "hyper::proto"), Some(Level::Debug));
    }

    #[test]
    fn what_is_held_down_below_the_default_is_not_kept() {
        let kept = |directives: &str, module: &str, target: &str| {
            let builder = Builder::new("shop").level(directives);
            let settings = builder.keep_for_failures(Level::Debug, 1024).settings().unwrap();
            let table = LevelTable::new(&settings);
            assert!(!table.keeps(Level::Trace, module, target));
            table.keeps(Level::Debug, module, target)
        };
        assert!(!table("info").keeps(Level::Debug, "shop", "shop"), "nobody asked for it");
        for (directives, module, target, expected) in [
            ("info", "shop", "shop", true),
            ("warn", "shop", "shop", true),
            ("off", "shop", "shop", false),
            ("info", "api", "hyper::proto", false),
            ("error", "api", "hyper::proto", false),
            ("info,hyper=info", "api", "hyper::proto", true),
            ("info,sqlx=warn", "database", "sqlx::query", false),
            ("info,sqlx=off", "database", "sqlx::query", false),
            ("info,auth=info", "auth", "shop", true),
            ("info,auth=warn", "auth", "shop", false),
            ("info,auth=warn,sqlx=info", "auth", "sqlx", false),
        ] {
            assert_eq!(
                kept(directives, module, target),
                expected,
                "{directives} {module} {target}"
            );
        }
        let builder = Builder::new("shop").modules_enabled(["auth"]);
        let settings = builder.keep_for_failures(Level::Debug, 1024).settings().unwrap();
        let table = LevelTable::new(&settings);
        assert!(table.keeps(Level::Debug, "auth", "shop"));
        assert!(!table.keeps(Level::Debug, "api", "shop"));
    }

    #[test]
    fn only_enabled_modules_and_nexolog_itself_are_written() {
        let settings = Builder::new("shop").modules_enabled(["auth"]).settings().unwrap();
        let table = LevelTable::new(&settings);
        assert_eq!(table.level_of("auth"), Some(Level::Info));
        assert_eq!(table.level_of("nexolog"), Some(Level::Info));
        assert_eq!(table.level_of("api"), None);
        assert!(!table.passes(Level::Critical, "api", 0));
    }
}
