//! The logger as the API steers and asks it.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::install::adjust_log_level;
use super::start::Parts;
use crate::api::{Backend, Control, Health, ModuleState, Shutdown};
use crate::capture::{Capture, Suppression};
use crate::config::Settings;
use crate::pipeline::{self, Cause, Figures, OwnRecord, Pipeline};
use crate::record::Level;
use crate::store::names::parse_instance_directory;
use crate::store::{EmbeddedStore, Removed};

/// What the API of this logger stands on.
pub(super) fn backend(settings: &Settings, parts: &Parts) -> Backend {
    let beneath = parts.directory.strip_prefix(&settings.directory).unwrap_or(Path::new(""));
    Backend {
        waiting_searches: settings.waiting_searches,
        viewers: settings.viewers,
        own_directory: beneath.to_string_lossy().into(),
        service: settings.service.as_str().into(),
        // The configured directory, also for an instance beneath it: searches answer for all of them.
        store: Arc::new(EmbeddedStore::new(settings.directory.clone(), &settings.service)),
        feed: parts.feed.clone(),
        control: Arc::new(Steering {
            capture: Arc::clone(&parts.capture),
            pipeline: Arc::clone(&parts.pipeline),
            started: Instant::now(),
            own_number: beneath.to_str().and_then(parse_instance_directory).unwrap_or(0),
        }),
        shutdown: Shutdown::new(),
    }
}

struct Steering {
    capture: Arc<Capture>,
    pipeline: Arc<Pipeline>,
    started: Instant,
    /// The number of our directory, 0 for the log directory itself.
    own_number: u32,
}

impl fmt::Debug for Steering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Steering").finish_non_exhaustive()
    }
}

impl Control for Steering {
    fn flush(&self, patience: Duration) {
        // What is not written yet is not found yet; the health page says why.
        drop(self.pipeline.flush(patience));
    }

    fn newest_seq(&self) -> u64 {
        self.pipeline.newest_seq()
    }

    fn modules(&self) -> Vec<ModuleState> {
        let table = self.capture.levels.table();
        let mut written: HashMap<String, u64> = self.pipeline.state().modules.into_iter().collect();
        let state = |name: &str, category: Option<&str>, written| ModuleState {
            name: name.to_owned(),
            category: category.map(str::to_owned),
            level: table.level_of(name),
            written: Some(written),
        };
        let catalogue = self.capture.plans.catalogue();
        let mut modules: Vec<ModuleState> = catalogue
            .modules()
            .map(|(category, name)| state(name, Some(category), written.remove(name).unwrap_or(0)))
            .collect();
        let known = modules.len();
        modules.extend(written.iter().map(|(name, count)| state(name, None, *count)));
        modules[known..].sort_by(|one, other| one.name.cmp(&other.name));
        modules
    }

    fn knows(&self, name: &str) -> bool {
        let plans = &self.capture.plans;
        plans.catalogue().module_of(name).is_some()
            || plans.has_target(name)
            || self.modules().iter().any(|module| module.name == name)
    }

    fn default_level(&self) -> Level {
        // `off` is shown as the level that comes nearest to it.
        self.capture.levels.default_level().unwrap_or(Level::Critical)
    }

    fn set_level(&self, module: Option<&str>, level: Level) {
        self.capture.levels.set(module, level, None);
        adjust_log_level(&self.capture.levels);
    }

    fn health(&self) -> Health {
        let state = self.pipeline.state();
        let losses = &self.capture.losses;
        let lost = Cause::ALL.into_iter().map(|cause| (cause.as_str(), losses.total(cause)));
        Health {
            writing: state.writing,
            written: state.written,
            lost: lost.collect(),
            suppressed: Suppression::ALL
                .into_iter()
                .map(|cause| (cause.as_str(), self.capture.suppressed.total(cause)))
                .collect(),
            missed: state.missed,
            queued_bytes: self.capture.queue.taken() as u64,
            queue_capacity: self.capture.queue.cap() as u64,
            last_error: state.last_error,
            uptime_s: self.started.elapsed().as_secs(),
        }
    }

    fn figures(&self) -> Option<Figures> {
        self.pipeline.figures()
    }

    fn lost_by_level(&self) -> Vec<(&'static str, [u64; 6])> {
        let losses = &self.capture.losses;
        Cause::ALL.into_iter().map(|cause| (cause.as_str(), losses.by_level(cause))).collect()
    }

    fn note(&self, level: Level, message: &str, fields: &[(&str, String)]) {
        let record = OwnRecord::new(level, message);
        self.pipeline
            .tell(fields.iter().fold(record, |record, (key, value)| record.text(key, value)));
    }

    fn removed(&self, mut segment: Removed) {
        // The numbers of the directory that we write in ourselves need no name.
        segment.instance = segment.instance.filter(|number| *number != self.own_number);
        self.pipeline.tell(pipeline::removed(&segment));
    }
}
