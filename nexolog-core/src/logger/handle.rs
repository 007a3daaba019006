use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::counters::Counters;
use super::error::{ShutdownError, StartError};
use super::install;
use super::start::{self, PATIENCE, Parts};
use crate::capture::{NexologLayer, Suppression};
use crate::config::{Builder, ConfigError, Console, Settings};
use crate::pipeline::{Cause, FlushError, say};
use crate::privacy::MaskCounts;
use crate::record::Level;
use crate::sink::NamedSinks;
#[cfg(test)]
use crate::store::Fs;

/// A running logger. Clones are handles to the same one.
///
/// Dropping the last handle writes everything that was logged so far; a logger that nobody can log to any
/// more ends by itself. [`shutdown`](Nexolog::shutdown) says whether everything was written.
///
/// ```
/// use nexolog_core::{Console, Nexolog};
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let directory = tempfile::tempdir()?;
/// let logs = Nexolog::builder("shop").directory(directory.path()).console(Console::Off).build()?;
/// let subscriber = tracing_subscriber::registry().with(logs.layer());
/// tracing::subscriber::with_default(subscriber, || tracing::info!(module = "orders", total = 3, "placed"));
/// logs.shutdown()?;
///
/// let log = std::fs::read_to_string(directory.path().join("orders.log"))?;
/// assert!(log.contains(r#""module":"orders","message":"placed""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Nexolog {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) settings: Settings,
    pub(super) parts: Parts,
    #[cfg(feature = "api")]
    pub(super) backend: crate::api::Backend,
}

impl Nexolog {
    /// Starts a logger's configuration; `service` begins the names of its files (`shop.jsonl`).
    ///
    /// The environment is not looked at; see [`from_env`](Nexolog::from_env).
    pub fn builder(service: &str) -> Builder {
        Builder::new(service)
    }

    /// The builder with every `LOG_*` variable applied that is set.
    ///
    /// # Errors
    ///
    /// When a variable's value can't be used; the error names the variable, the value and what is accepted.
    pub fn from_env(service: &str) -> Result<Builder, ConfigError> {
        Builder::new(service).environment()
    }

    /// The `tracing_subscriber` layer alone, for a registry of one's own. It filters for itself only: other
    /// layers beside it see what their own filters let through.
    ///
    /// Several loggers can live in one process, each with its layer.
    #[must_use]
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let layer = self.raw_layer();
        let gate = layer.gate();
        layer.with_filter(gate)
    }

    pub(super) fn raw_layer(&self) -> NexologLayer {
        let Parts { capture, pipeline, .. } = &self.inner.parts;
        NexologLayer::new(Arc::clone(capture), Arc::clone(pipeline))
    }

    /// Returns when everything logged before the call is in the files.
    ///
    /// # Errors
    ///
    /// When the disk does not take it, or it took longer than five seconds. What was not written still waits
    /// and is tried again.
    pub fn flush(&self) -> Result<(), ShutdownError> {
        self.flush_within(PATIENCE)
    }

    fn flush_within(&self, patience: Duration) -> Result<(), ShutdownError> {
        let flushed = self.inner.parts.pipeline.flush(patience);
        flushed.map_err(|problem| ShutdownError::new(problem, self.lost()))
    }

    /// Writes everything, says so in a last record, and closes the files. Live streams end, too.
    ///
    /// What is logged afterwards is counted as lost. A second call, or the end of the process, writes how much
    /// that was; where nothing was, it does nothing.
    ///
    /// # Errors
    ///
    /// When not everything could be written within five seconds; the error says what was not.
    pub fn shutdown(&self) -> Result<(), ShutdownError> {
        #[cfg(feature = "api")]
        self.inner.backend.shutdown.trigger();
        let ended = self.inner.parts.pipeline.shutdown(PATIENCE);
        ended.map_err(|problem| ShutdownError::new(problem, self.lost()))
    }

    /// Changes the level of a module, or with `None` the default level, from now on.
    ///
    /// ```
    /// # let directory = tempfile::tempdir()?;
    /// use std::time::Duration;
    /// use nexolog_core::{Level, Nexolog};
    ///
    /// let logs = Nexolog::builder("shop").directory(directory.path()).build()?;
    /// logs.set_level("auth", Level::Debug);
    /// logs.set_level_for("database", Level::Trace, Duration::from_secs(600));
    /// # logs.shutdown()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_level<'a>(&self, module: impl Into<Option<&'a str>>, level: Level) {
        self.change_level(module.into(), level, None);
    }

    /// As [`set_level`](Nexolog::set_level), for a while: then the level from before comes back.
    pub fn set_level_for<'a>(
        &self,
        module: impl Into<Option<&'a str>>,
        level: Level,
        lasting: Duration,
    ) {
        self.change_level(module.into(), level, Some(lasting));
    }

    fn change_level(&self, module: Option<&str>, level: Level, lasting: Option<Duration>) {
        let levels = &self.inner.parts.capture.levels;
        levels.set(module, level, lasting);
        install::adjust_log_level(levels);
    }

    /// What the logger counts about itself.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let Parts { capture, pipeline, .. } = &self.inner.parts;
        let state = pipeline.state();
        let lost = |cause| capture.losses.total(cause);
        Counters {
            written: state.written,
            queued_bytes: capture.queue.taken() as u64,
            lost_queue_full: lost(Cause::QueueFull),
            lost_recursion: lost(Cause::Recursion),
            lost_late: lost(Cause::Late),
            lost_disk_full: lost(Cause::DiskFull),
            lost_write_failed: lost(Cause::WriteFailed),
            lost_file_removed: lost(Cause::FileRemoved),
            lost_writer_panicked: lost(Cause::WriterPanicked),
            lost_forked: lost(Cause::Forked),
            suppressed_rate_limit: capture.suppressed.total(Suppression::RateLimit),
            suppressed_repeat: capture.suppressed.total(Suppression::Repeat),
            missed: state.missed,
        }
    }

    fn lost(&self) -> u64 {
        self.inner.parts.pipeline.lost()
    }

    /// How often each rule of masking found something since the start.
    #[must_use]
    pub fn masked(&self) -> MaskCounts {
        self.inner.parts.capture.plans.masker().counts()
    }

    /// The directory this logger writes to: the configured one, or `instance-<n>` beneath it when another
    /// process had that.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.inner.parts.directory
    }
}

#[cfg(feature = "api")]
impl Nexolog {
    /// The logs API at `/api/v1/logs` and, with feature `dashboard`, the page at `/dashboard/logs`, to be
    /// merged or nested into a router of any state. It never sets a fallback.
    ///
    /// `/api/v1/logs/openapi.json` describes the API, and `/api/v1/logs/metrics` is for Prometheus; both take a token,
    /// as all of it does.
    pub fn routes<S>(&self, access: crate::Access) -> axum::Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        crate::api::routes(self.inner.backend.clone(), access)
    }

    /// Waits for `signal`, then ends the live streams: they would hold up a graceful shutdown for ever.
    pub fn until<F: Future>(&self, signal: F) -> impl Future<Output = ()> + use<F> {
        let shutdown = self.inner.backend.shutdown.clone();
        async move {
            signal.await;
            shutdown.trigger();
        }
    }
}

impl Builder {
    /// Opens the files and starts the logger, without making it the process's: see [`Nexolog::layer`].
    ///
    /// # Errors
    ///
    /// When a setting can't be used, or the directory can't be written.
    pub fn build(self) -> Result<Nexolog, StartError> {
        self.build_by(start::start)
    }

    /// As [`build`](Builder::build), on a disk of the caller's.
    #[cfg(test)]
    pub(super) fn build_on(self, fs: Arc<dyn Fs>) -> Result<Nexolog, StartError> {
        self.build_by(|settings, sinks| start::start_on(settings, sinks, fs))
    }

    fn build_by(
        self,
        start: impl FnOnce(&Settings, NamedSinks) -> Result<Parts, StartError>,
    ) -> Result<Nexolog, StartError> {
        let (settings, sinks) = self.parts()?;
        let parts = start(&settings, sinks)?;
        #[cfg(feature = "api")]
        let backend = super::control::backend(&settings, &parts);
        let inner = Inner {
            settings,
            parts,
            #[cfg(feature = "api")]
            backend,
        };
        Ok(Nexolog { inner: Arc::new(inner) })
    }

    /// Starts the logger and makes it the process's: the `tracing` subscriber, the target of the `log` crate,
    /// and the first to hear of a panic. The console is [`Console::Pretty`] unless chosen otherwise.
    ///
    /// # Errors
    ///
    /// As [`build`](Builder::build), and when the process has a subscriber or a `log` logger already.
    pub fn install(mut self) -> Result<Nexolog, StartError> {
        install::check()?;
        self.default_console(Console::Pretty);
        let logs = self.build()?;
        install::install(&logs)?;
        Ok(logs)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        match self.parts.pipeline.let_go(PATIENCE) {
            Ok(()) | Err(FlushError::Forked) => {}
            // A drop has nobody to return an error to.
            Err(error) => say(&error.to_string()),
        }
    }
}

impl fmt::Debug for Nexolog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nexolog")
            .field("service", &self.inner.settings.service)
            .field("directory", &self.inner.parts.directory)
            .finish_non_exhaustive()
    }
}
