use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::error::quoted;
use super::{
    Backpressure, Catalogue, ConfigError, Console, Directives, Durability, KeepForFailures,
    RateLimit, Repeats, Settings, environment, size,
};
use crate::privacy::{MaskKey, Masking};
use crate::record::Level;
use crate::sink::{NamedSinks, Sink};

/// Every knob of Nexolog, each with a default that suits a service; made by
/// [`Nexolog::builder`](crate::Nexolog::builder).
///
/// A value that can't be used is reported by [`build`](Builder::build) or [`install`](Builder::install),
/// so calls chain.
///
/// ```
/// use nexolog_core::{Console, Level, Nexolog};
///
/// let directory = tempfile::tempdir()?;
/// let logs = Nexolog::builder("shop")
///     .directory(directory.path())
///     .level("info,auth=debug")
///     .console(Console::Off)
///     .build()?;
/// logs.shutdown()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a builder does nothing until `build` or `install`"]
pub struct Builder {
    settings: Settings,
    sinks: NamedSinks,
    /// The key of the environment; one given in code afterwards takes its place.
    mask_key: Option<MaskKey>,
    problem: Option<ConfigError>,
}

impl Builder {
    /// Bytes after which a file is rotated.
    pub const DEFAULT_MAX_FILE_SIZE: u64 = 10_000_000;
    /// Days that the main log is kept.
    pub const DEFAULT_RETENTION_DAYS: u32 = 30;
    /// Bytes on disk that the sealed segments of the main log may take.
    pub const DEFAULT_MAX_TOTAL_SIZE: u64 = 1_000_000_000;
    /// Bytes of events that may wait for the writer, all threads together.
    pub const DEFAULT_QUEUE_BYTES: usize = 8 << 20;
    /// How long a call waits at most when the queue is full.
    pub const DEFAULT_BLOCK: Duration = Duration::from_millis(10);
    /// Modules that get a file of their own; events of further ones go to the module `other`.
    pub const DEFAULT_MAX_MODULES: usize = 256;

    /// The time between two `heartbeat` records.
    pub const DEFAULT_HEARTBEAT: Duration = Duration::from_secs(60);
    /// Searches that may wait for a thread.
    pub const DEFAULT_WAITING_SEARCHES: usize = 64;
    /// Live streams that may be open.
    pub const DEFAULT_VIEWERS: usize = 64;
    /// Bytes that lines [kept for failing requests](Builder::keep_for_failures) may take, all requests together.
    pub const MOST_KEPT_BYTES: usize = 64 << 20;

    pub(crate) fn new(service: &str) -> Builder {
        let settings = Settings {
            service: service.to_owned(),
            version: None,
            directory: PathBuf::from("logs"),
            directives: Directives::default(),
            modules_enabled: None,
            catalogue: Catalogue::default(),
            console: None,
            retention: days(Self::DEFAULT_RETENTION_DAYS),
            max_file_size: Self::DEFAULT_MAX_FILE_SIZE,
            max_backups: None,
            max_total_size: Self::DEFAULT_MAX_TOTAL_SIZE,
            backpressure: Backpressure::Block { up_to: Self::DEFAULT_BLOCK },
            queue_bytes: Self::DEFAULT_QUEUE_BYTES,
            written_from: Level::Error,
            durability: Durability::default(),
            max_modules: Self::DEFAULT_MAX_MODULES,
            masking: Masking::new(),
            rate_limit: None,
            repeats: None,
            kept: None,
            heartbeat: Some(Self::DEFAULT_HEARTBEAT),
            waiting_searches: Self::DEFAULT_WAITING_SEARCHES,
            viewers: Self::DEFAULT_VIEWERS,
        };
        let mut builder = Builder { settings, sinks: Vec::new(), mask_key: None, problem: None };
        if !is_service_name(service) {
            builder.refuse(
                "service name",
                format!(
                    "{} can't name files; use 1 to 64 of a-z, 0-9, `_` and `-`",
                    quoted(service)
                ),
            );
        }
        builder
    }

    /// Applies the `LOG_*` variables that are set over what was chosen before.
    ///
    /// # Errors
    ///
    /// When a variable's value can't be used; the error names the variable, the value and what is accepted.
    pub fn environment(self) -> Result<Builder, ConfigError> {
        environment::apply(self, |name| std::env::var_os(name))
    }

    /// The version of the service, told in the `started` record.
    ///
    /// Default: none.
    pub fn version(mut self, version: impl Into<String>) -> Builder {
        self.settings.version = Some(version.into());
        self
    }

    /// The least level that is written: a level, or a list with levels of modules and targets such as
    /// `info,auth=debug,hyper=warn`. Exact module names come before targets, longer targets before shorter.
    ///
    /// Crates that talk much about themselves (`hyper`, `h2`, `tokio`, `tower`, `rustls` …) are heard from
    /// WARNING on unless the list names them: `debug,hyper=debug`.
    ///
    /// Default: `info`. Variable: `LOG_LEVEL`.
    pub fn level(mut self, directives: &str) -> Builder {
        if let Err(problem) = self.settings.directives.read(directives) {
            self.refuse("level", problem);
        }
        self
    }

    /// The modules that are written; all others are not (`nexolog` always is).
    ///
    /// A name that is not in the [`catalogue`](Builder::catalogue) may be a typing error. Unless an earlier run has
    /// written the module, a WARNING of module `nexolog` tells such names once at the start.
    ///
    /// Default: all. Variable: `LOG_MODULES_ENABLED`, a list with commas, or `*`.
    pub fn modules_enabled<M: Into<String>>(
        mut self,
        modules: impl IntoIterator<Item = M>,
    ) -> Builder {
        let modules: Vec<String> = modules.into_iter().map(Into::into).collect();
        let all = modules.iter().any(|module| module == "*");
        self.settings.modules_enabled = (!all).then_some(modules);
        self
    }

    /// Where the files are.
    ///
    /// Default: `logs` in the working directory. Variable: `LOG_DIR`.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Builder {
        self.settings.directory = directory.into();
        self
    }

    /// What the console shows.
    ///
    /// Default: [`Console::Pretty`] under [`install`](Builder::install), otherwise [`Console::Off`].
    /// Variable: `LOG_FORMAT` (`pretty` or `json`).
    pub fn console(mut self, console: Console) -> Builder {
        self.settings.console = Some(console);
        self
    }

    /// How many days the main log is kept, at least 1.
    ///
    /// Default: [`DEFAULT_RETENTION_DAYS`](Builder::DEFAULT_RETENTION_DAYS). Variable: `LOG_RETENTION_DAYS`.
    pub fn retention_days(mut self, count: u32) -> Builder {
        if count == 0 {
            self.refuse("retention_days", "`0` keeps nothing; use a number of days from 1");
        }
        self.settings.retention = days(count);
        self
    }

    /// Bytes after which a file is rotated, at least 64 KiB.
    ///
    /// Default: [`DEFAULT_MAX_FILE_SIZE`](Builder::DEFAULT_MAX_FILE_SIZE). Variable: `LOG_MAX_FILE_SIZE` (`10MB`).
    pub fn max_file_size(mut self, bytes: u64) -> Builder {
        if bytes < 64 << 10 {
            self.refuse("max_file_size", format!("`{bytes}` is too small; use at least 64KiB"));
        }
        self.settings.max_file_size = bytes;
        self
    }

    /// How many rotated files each family keeps, the main log too.
    ///
    /// Default: 5 for module files and the error file, and no such limit for the main log.
    /// Variable: `LOG_MAX_BACKUPS`.
    pub fn max_backups(mut self, count: u32) -> Builder {
        self.settings.max_backups = Some(count);
        self
    }

    /// Bytes on disk that the rotated segments of the main log may take (and never more than a tenth of
    /// the free disk). What a legal hold keeps although it is due is kept besides.
    ///
    /// Default: [`DEFAULT_MAX_TOTAL_SIZE`](Builder::DEFAULT_MAX_TOTAL_SIZE). Variable: `LOG_MAX_TOTAL_SIZE` (`1GB`).
    pub fn max_total_size(mut self, bytes: u64) -> Builder {
        self.settings.max_total_size = bytes;
        self
    }

    /// The modules that `/modules` and the page show, and the targets that belong to them.
    ///
    /// Default: [`Catalogue::default`].
    pub fn catalogue(mut self, catalogue: Catalogue) -> Builder {
        self.settings.catalogue = catalogue;
        self
    }

    /// Gives every line to a place of one's own, too. `name` tells the sink from others in `/health`, and names
    /// its thread.
    ///
    /// Default: none.
    pub fn sink(mut self, name: &'static str, sink: impl Sink + 'static) -> Builder {
        self.sinks.push((name, Box::new(sink)));
        self
    }

    /// What a call does when the queue is full.
    ///
    /// Default: [`Backpressure::Block`] up to [`DEFAULT_BLOCK`](Builder::DEFAULT_BLOCK).
    pub fn backpressure(mut self, backpressure: Backpressure) -> Builder {
        self.settings.backpressure = backpressure;
        self
    }

    /// Bytes of events that may wait for the writer, all threads together; at least 1 MiB.
    ///
    /// Default: [`DEFAULT_QUEUE_BYTES`](Builder::DEFAULT_QUEUE_BYTES).
    pub fn queue_bytes(mut self, bytes: usize) -> Builder {
        if bytes < 1 << 20 {
            self.refuse(
                "queue_bytes",
                format!("`{bytes}` is too small; use at least 1 MiB (1048576)"),
            );
        }
        self.settings.queue_bytes = bytes;
        self
    }

    /// Events at or above this level are in the main log when their call returns; the file of their module and
    /// `error.log` follow within 200 ms.
    ///
    /// Default: [`Level::Error`].
    pub fn written_from(mut self, level: Level) -> Builder {
        self.settings.written_from = level;
        self
    }

    /// When a record is safe.
    ///
    /// Default: [`Durability::Batched`].
    pub fn durability(mut self, durability: Durability) -> Builder {
        self.settings.durability = durability;
        self
    }

    /// Modules that get a file of their own; events of further ones go to the module `other`, and a warning names the
    /// first of them.
    ///
    /// Default: [`DEFAULT_MAX_MODULES`](Builder::DEFAULT_MAX_MODULES).
    pub fn max_modules(mut self, count: usize) -> Builder {
        self.settings.max_modules = count;
        self
    }

    /// What is masked before anything is written, and what stands for it.
    ///
    /// Default: [`Masking::new`], every built-in rule but the one for e-mail addresses. Variable: `LOG_MASK_KEY` or
    /// `LOG_MASK_KEY_FILE`, the key of hashes, used where some value is to be hashed.
    ///
    /// ```
    /// use nexolog_core::{MaskRule, Masking, Nexolog};
    ///
    /// let builder = Nexolog::builder("shop").masking(Masking::new().with(MaskRule::Email).key("phone"));
    /// # drop(builder);
    /// ```
    pub fn masking(mut self, masking: Masking) -> Builder {
        self.settings.masking = masking;
        self
    }

    /// How many events each place in the code may write; what it logs beyond that is counted, and told in
    /// `suppressed` records.
    ///
    /// Default: no limit, which costs nothing. Variable: `LOG_RATE_LIMIT`, events a second and callsite, or `off`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_core::{Nexolog, RateLimit};
    ///
    /// let limit = RateLimit::per_callsite(100, Duration::from_secs(1));
    /// let builder = Nexolog::builder("shop").rate_limit(limit);
    /// # drop(builder);
    /// ```
    pub fn rate_limit(mut self, limit: impl Into<Option<RateLimit>>) -> Builder {
        let limit = limit.into();
        if let Some(problem) = limit.as_ref().and_then(RateLimit::problem) {
            self.refuse("rate_limit", problem);
        }
        self.settings.rate_limit = limit;
        self
    }

    /// For how long the same event is written once only; its repeats are counted, and told in `suppressed` records.
    ///
    /// Default: every event is written. Variable: `LOG_SUPPRESS_REPEATS`, whole seconds, or `off`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_core::{Nexolog, Repeats};
    ///
    /// let builder = Nexolog::builder("shop").suppress_repeats(Repeats::within(Duration::from_secs(10)));
    /// # drop(builder);
    /// ```
    pub fn suppress_repeats(mut self, repeats: impl Into<Option<Repeats>>) -> Builder {
        let repeats = repeats.into();
        if let Some(problem) = repeats.and_then(Repeats::problem) {
            self.refuse("suppress_repeats", problem);
        }
        self.settings.repeats = repeats;
        self
    }

    /// Keeps what a request logs from `level` on although the levels leave it out, and writes it only if the request
    /// fails: so a failure tells its whole story, and a success leaves nothing behind.
    ///
    /// Kept are the newest lines in so many `bytes` of memory a request (in their compact form; at least 1024, and 0
    /// keeps nothing), and at most [`MOST_KEPT_BYTES`](Builder::MOST_KEPT_BYTES) of all requests together. They are
    /// written just before an ERROR or CRITICAL of the request, and before the line of a request that ends with an
    /// error, a panic or a timeout (see [`RequestContext::set_failed`](crate::RequestContext::set_failed)); what comes
    /// after is kept for the next of these. They have the time at which they were logged, a later `seq`, and
    /// `fields.kept`; the first one tells in `fields.kept_dropped` how many older ones had no room. What is not
    /// written was below its level, so it counts as no loss.
    ///
    /// Nothing is kept of modules and targets that are held down below the default level (such as
    /// `info,hyper=warn`), of those that are off, or of crates that talk much about themselves unless the levels name
    /// them; nor of what is logged outside of any request.
    ///
    /// Default: nothing is kept, which costs nothing. Variable: `LOG_KEEP_DEBUG`, the bytes (`64KiB`) for levels from
    /// DEBUG on, or `off`.
    ///
    /// ```
    /// use nexolog_core::{Level, Nexolog};
    ///
    /// let builder = Nexolog::builder("shop").keep_for_failures(Level::Debug, 64 << 10);
    /// # drop(builder);
    /// ```
    pub fn keep_for_failures(mut self, level: Level, bytes: usize) -> Builder {
        if level >= Level::Error {
            let problem = "errors are always written; use trace, debug, info or warning";
            self.refuse("keep_for_failures", problem);
        }
        if (1..1024).contains(&bytes) {
            let problem = format!("`{bytes}` is too small; use at least 1KiB, or 0 for nothing");
            self.refuse("keep_for_failures", problem);
        }
        self.settings.kept = (bytes > 0).then_some(KeepForFailures { from: level, bytes });
        self
    }

    /// How often a `heartbeat` record (module `nexolog`) says that the logger is alive and what it has done since the
    /// last: `written`, `lost` and `suppressed`, and how full the queue was at most (`queue_peak`). It comes whether or
    /// not anything was logged, so where none comes, the service was down, stuck, or could not write. The console for
    /// people leaves it out.
    ///
    /// The writer says it when it comes by, so it may be some tenths of a second late; times below that make no sense.
    ///
    /// Default: [`DEFAULT_HEARTBEAT`](Builder::DEFAULT_HEARTBEAT); `None` for none. Variable: `LOG_HEARTBEAT`, whole
    /// seconds, or `off`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_core::Nexolog;
    ///
    /// let often = Nexolog::builder("shop").heartbeat(Duration::from_secs(10));
    /// let never = Nexolog::builder("shop").heartbeat(None);
    /// # drop((often, never));
    /// ```
    pub fn heartbeat(mut self, every: impl Into<Option<Duration>>) -> Builder {
        let every = every.into();
        if every.is_some_and(|every| every.is_zero()) {
            self.refuse("heartbeat", "no time between two is too often; use a time above zero");
        }
        self.settings.heartbeat = every;
        self
    }

    /// How many searches of the logs API may wait while two run, which is all that ever run at once. The next one is
    /// told to come back (503 with `Retry-After`), so that no crowd of readers takes the service down.
    ///
    /// Default: [`DEFAULT_WAITING_SEARCHES`](Builder::DEFAULT_WAITING_SEARCHES). It has no effect without feature `api`.
    ///
    /// ```
    /// use nexolog_core::Nexolog;
    ///
    /// let few = Nexolog::builder("shop").waiting_searches(8);
    /// # drop(few);
    /// ```
    pub fn waiting_searches(mut self, most: usize) -> Builder {
        if most == 0 {
            self.refuse("waiting_searches", "0 would refuse every search; use at least 1");
        }
        self.settings.waiting_searches = most;
        self
    }

    /// How many live streams of the logs API may be open at once; the next one is told to come back (503 with
    /// `Retry-After`). With 0 there are none.
    ///
    /// Default: [`DEFAULT_VIEWERS`](Builder::DEFAULT_VIEWERS). It has no effect without feature `api`.
    ///
    /// ```
    /// use nexolog_core::Nexolog;
    ///
    /// let few = Nexolog::builder("shop").viewers(4);
    /// # drop(few);
    /// ```
    pub fn viewers(mut self, most: usize) -> Builder {
        self.settings.viewers = most;
        self
    }

    pub(super) fn mask_key(mut self, key: MaskKey) -> Builder {
        self.settings.masking.set_key(key.clone());
        self.mask_key = Some(key);
        self
    }

    pub(crate) fn default_console(&mut self, console: Console) {
        self.settings.console.get_or_insert(console);
    }

    /// The settings, checked, and the sinks that were chosen.
    pub(crate) fn parts(mut self) -> Result<(Settings, NamedSinks), ConfigError> {
        let key = self.mask_key.take().filter(|_| self.settings.masking.mask_key().is_none());
        if let Some(key) = key {
            self.settings.masking.set_key(key);
        }
        if let Some(problem) = self.settings.masking.problem() {
            self.refuse("masking", problem);
        }
        self.problem.map_or(Ok((self.settings, self.sinks)), Err)
    }

    #[cfg(test)]
    pub(crate) fn settings(self) -> Result<Settings, ConfigError> {
        self.parts().map(|(settings, _)| settings)
    }

    /// Turns the first refusal into one that names `variable` instead of the method.
    pub(super) fn checked(self, variable: &str) -> Result<Builder, ConfigError> {
        match self.problem {
            Some(problem) => Err(problem.renamed(variable)),
            None => Ok(self),
        }
    }

    pub(super) fn size(
        self,
        variable: &str,
        text: &str,
        set: fn(Builder, u64) -> Builder,
    ) -> Result<Builder, ConfigError> {
        let bytes = size::parse(text).ok_or_else(|| {
            ConfigError::new(
                variable,
                format!("{} is no size; use a whole number of bytes, or with a unit such as 10MB or 1GiB", quoted(text)),
            )
        })?;
        set(self, bytes).checked(variable)
    }

    fn refuse(&mut self, setting: &str, problem: impl Into<String>) {
        // The first problem is the one to mend first.
        self.problem.get_or_insert_with(|| ConfigError::new(setting, problem));
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("settings", &self.settings)
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}

fn days(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 86_400)
}

/// The service's name begins the names of its files, so it must be a plain one.
fn is_service_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
        && !matches!(name, "error" | "audit" | "nexolog")
}
