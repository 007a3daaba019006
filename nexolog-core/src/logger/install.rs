//! Making a logger the process's.

use std::sync::Arc;

use tracing_log::LogTracer;
use tracing_log::log::{self, LevelFilter};
use tracing_subscriber::layer::SubscriberExt;

use super::error::StartError;
use super::handle::Nexolog;
use crate::capture::{Levels, panic_hook};
use crate::record::Level;
use crate::service;

/// Refuses before any file is touched when the process has a subscriber already.
pub(super) fn check() -> Result<(), StartError> {
    if tracing::dispatcher::has_been_set() { Err(StartError::AlreadyInstalled) } else { Ok(()) }
}

pub(super) fn install(logs: &Nexolog) -> Result<(), StartError> {
    let parts = &logs.inner.parts;
    let most_verbose = log_filter(&parts.capture.levels);
    // Before the subscriber: a bridge without one does no harm, one half of us without the other would.
    LogTracer::builder()
        .with_max_level(most_verbose)
        .init()
        .map_err(|_| StartError::AlreadyInstalled)?;
    let layer = logs.raw_layer();
    let gate = layer.gate();
    let subscriber = tracing_subscriber::registry().with(layer).with(gate);
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|_| StartError::AlreadyInstalled)?;
    service::set_installed(&logs.inner.settings.service, parts.capture.plans.catalogue());
    panic_hook::install(Arc::clone(&parts.pipeline));
    Ok(())
}

/// Lets as many `log` records through as the levels now in force could write.
pub(super) fn adjust_log_level(levels: &Levels) {
    if tracing::dispatcher::has_been_set() {
        log::set_max_level(log_filter(levels));
    }
}

fn log_filter(levels: &Levels) -> LevelFilter {
    match levels.most_verbose() {
        None => LevelFilter::Off,
        Some(Level::Trace) => LevelFilter::Trace,
        Some(Level::Debug) => LevelFilter::Debug,
        Some(Level::Info) => LevelFilter::Info,
        Some(Level::Warning) => LevelFilter::Warn,
        Some(Level::Error | Level::Critical) => LevelFilter::Error,
    }
}
