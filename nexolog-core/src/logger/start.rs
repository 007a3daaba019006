use std::sync::Arc;
use std::time::Duration;

use super::error::StartError;
#[cfg(feature = "api")]
use crate::audit::Trail;
use crate::capture::Capture;
use crate::config::{Backpressure, Builder, Console, Durability, Settings};
use crate::context::FieldValue;
use crate::pipeline::{Outputs, OwnRecord, Pipeline, Writer};
use crate::privacy;
use crate::record::Level;
#[cfg(feature = "api")]
use crate::sink::Feed;
use crate::sink::{ConsoleSink, NamedSinks, Sink, SinkWorker};
#[cfg(test)]
use crate::store::Fs;
use crate::store::names::FamilyName;
use crate::store::{Directory, DirectoryOptions, Limits, OpenError, Opening};

/// The parts of a logger that runs.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) capture: Arc<Capture>,
    pub(super) pipeline: Arc<Pipeline>,
    #[cfg(feature = "api")]
    pub(super) feed: Feed,
    #[cfg(feature = "api")]
    pub(super) trail: Arc<Trail>,
    /// Where this logger writes: the log directory, or the one of an instance beneath it.
    pub(super) directory: std::path::PathBuf,
}

/// Opens the files and starts the threads.
pub(super) fn start(settings: &Settings, sinks: NamedSinks) -> Result<Parts, StartError> {
    start_with(settings, sinks, Directory::open(options(settings)))
}

/// As [`start`], on a disk of the caller's.
#[cfg(test)]
pub(super) fn start_on(
    settings: &Settings,
    sinks: NamedSinks,
    fs: Arc<dyn Fs>,
) -> Result<Parts, StartError> {
    start_with(settings, sinks, Directory::open_on(fs, options(settings)))
}

fn start_with(
    settings: &Settings,
    sinks: NamedSinks,
    opened: Result<(Directory, Opening), OpenError>,
) -> Result<Parts, StartError> {
    let (directory, opening) = opened.map_err(|error| StartError::directory(&error))?;
    let path = directory.path().to_owned();
    #[cfg(feature = "api")]
    let ground = directory.ground();
    let started = started(settings, directory.id());
    let capture = Arc::new(Capture::new(settings));
    if let Some(key) = settings.masking.mask_key() {
        privacy::share_key(key);
    }
    #[cfg(feature = "api")]
    let feed = Feed::new();
    let outputs = Outputs::new(
        directory,
        settings,
        workers(settings.console.unwrap_or(Console::Off), sinks)?,
        #[cfg(feature = "api")]
        feed.clone(),
    );
    let outputs = outputs.map_err(|source| StartError::Directory {
        message: format!("the main log in `{}` can't be opened", path.display()),
        source: Some(source),
    })?;
    let writer = Writer::new(Arc::clone(&capture), outputs, started, settings);
    let configuration = settings
        .summary()
        .into_iter()
        .fold(OwnRecord::new(Level::Info, "configuration"), |record, (key, value)| {
            record.value(key, &value)
        });
    let news = [configuration].into_iter().chain(unknown_modules(settings)).collect();
    let patience = urgent_patience(settings);
    let callers = Arc::clone(&capture);
    let pipeline =
        Pipeline::start(callers, writer, &opening, news, patience).map_err(StartError::Thread)?;
    Ok(Parts {
        #[cfg(feature = "api")]
        trail: super::audit::start(settings, ground, &pipeline)?,
        capture,
        pipeline,
        #[cfg(feature = "api")]
        feed,
        directory: path,
    })
}

fn options(settings: &Settings) -> DirectoryOptions {
    let limits = Limits {
        max_file_size: settings.max_file_size,
        max_backups: settings.max_backups,
        max_age: None,
        max_total_size: None,
    };
    DirectoryOptions {
        root: settings.directory.clone(),
        service: settings.service.clone(),
        main: Limits {
            max_age: Some(settings.retention),
            max_total_size: Some(settings.max_total_size),
            ..limits
        },
        modules: Limits {
            max_backups: Some(settings.max_backups.unwrap_or(Settings::MODULE_BACKUPS)),
            ..limits
        },
    }
}

fn workers(console: Console, sinks: NamedSinks) -> Result<Vec<SinkWorker>, StartError> {
    let console =
        ConsoleSink::new(console).map(|sink| ("console", Box::new(sink) as Box<dyn Sink>));
    let all = console.into_iter().chain(sinks);
    all.map(|(name, sink)| SinkWorker::start(name, sink))
        .collect::<Result<_, _>>()
        .map_err(StartError::Thread)
}

/// A warning of enabled modules that nobody knows: not the catalogue, and no file that an earlier run wrote.
fn unknown_modules(settings: &Settings) -> Option<OwnRecord> {
    // Also for an instance beneath it: the first one writes here.
    let has_file = |name: &str| settings.directory.join(FamilyName::module(name).active()).exists();
    let unknown: Vec<&str> = settings.uncatalogued().filter(|name| !has_file(name)).collect();
    let what = "modules are enabled that are not in the catalogue and have written nothing yet; only they and \
                other enabled ones are written, so look for typing errors";
    (!unknown.is_empty()).then(|| {
        let record = OwnRecord::new(Level::Warning, "unknown modules");
        record.text("what", what).text("modules", &unknown.join(","))
    })
}

/// What the `started` record says: whose log this is.
fn started(settings: &Settings, directory_id: &str) -> Vec<(&'static str, FieldValue)> {
    let mut fields = vec![
        ("service", settings.service.as_str().into()),
        ("instance", directory_id.into()),
        ("host", host().into()),
        ("pid", std::process::id().into()),
        ("nexolog", env!("CARGO_PKG_VERSION").into()),
    ];
    if let Some(version) = &settings.version {
        fields.push(("version", version.as_str().into()));
    }
    fields
}

/// The machine's name, as far as the standard library can tell it.
fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .map(|name| name.trim().to_owned())
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

/// How long a call waits at most until its line is written: as long as it would for room in the queue, and longer
/// for a disk that must have it.
fn urgent_patience(settings: &Settings) -> Duration {
    let patience = match settings.backpressure {
        Backpressure::Block { up_to } => up_to,
        Backpressure::DropNewest => Builder::DEFAULT_BLOCK,
    };
    match settings.durability {
        Durability::Batched | Durability::Written => patience,
        Durability::Synced => patience.max(SYNCED_PATIENCE),
    }
}

const SYNCED_PATIENCE: Duration = Duration::from_secs(2);

/// How long starting and ending may take before a caller is let go.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
