//! [`LogStore`], the one door to stored records for the API, alerts and shippers, and what goes through it.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::query::Filter;
use crate::record::{Level, Line};

use super::explore::{
    self, Facets, FacetsRequest, Fields, FieldsRequest, Histogram, HistogramRequest, Sought,
    Visited,
};
use super::{Hold, HoldError, Removed};

/// Stored records, wherever they rest. Calls block; they are made on threads of the API's own.
pub(crate) trait LogStore: Send + Sync {
    /// The matching records in order of `seq`, a page at a time.
    ///
    /// # Errors
    ///
    /// When the store can't be read at all. A part that can't be read (a damaged frame, a segment that
    /// retention took meanwhile) makes the answer incomplete instead.
    fn search(&self, request: &SearchRequest, stop: &Stop) -> Result<SearchPage, StoreError>;

    /// Totals, counts, percentiles and activity over the matching records.
    ///
    /// # Errors
    ///
    /// As [`search`](LogStore::search).
    fn stats(&self, request: &StatsRequest, stop: &Stop) -> Result<Stats, StoreError>;

    /// Shows every matching record to `each`, the newest first, until it has seen enough.
    ///
    /// # Errors
    ///
    /// As [`search`](LogStore::search).
    fn visit(
        &self,
        filter: &Filter,
        stop: &Stop,
        each: &mut dyn FnMut(&Line<'_>) -> ControlFlow<()>,
    ) -> Result<Visited, StoreError>;

    /// Looks for the record `seq` of a directory; see [`Cursor::directory`].
    ///
    /// # Errors
    ///
    /// As [`search`](LogStore::search).
    fn find(&self, directory: &str, seq: u64, stop: &Stop) -> Result<Sought, StoreError>;

    /// Counts over time of the matching records.
    ///
    /// # Errors
    ///
    /// As [`search`](LogStore::search).
    fn histogram(&self, request: &HistogramRequest, stop: &Stop) -> Result<Histogram, StoreError> {
        explore::histogram(self, request, stop)
    }

    /// The values of some keys of the matching records, with counts.
    ///
    /// # Errors
    ///
    /// As [`search`](LogStore::search).
    fn facets(&self, request: &FacetsRequest, stop: &Stop) -> Result<Facets, StoreError> {
        explore::facets(self, request, stop)
    }

    /// The keys that the matching records have.
    ///
    /// # Errors
    ///
    /// As [`search`](LogStore::search).
    fn fields(&self, request: &FieldsRequest, stop: &Stop) -> Result<Fields, StoreError> {
        explore::fields(self, request, stop)
    }

    /// How much is stored and how far back it reaches.
    ///
    /// # Errors
    ///
    /// When the store can't be listed.
    fn storage(&self) -> Result<Storage, StoreError>;

    /// Removes whole segments (never one that is open) of the main log, module files and error file. Each is told
    /// through `tell` when it is gone; a dry run tells nothing, and decides the same.
    ///
    /// # Errors
    ///
    /// When the store can't be listed or a file can't be removed; the message names what was removed before.
    fn cleanup(
        &self,
        request: &CleanupRequest,
        tell: &mut dyn FnMut(Removed),
    ) -> Result<CleanupReport, StoreError>;

    /// The legal holds in force.
    ///
    /// # Errors
    ///
    /// When they can't be read. Nothing is removed then.
    fn holds(&self) -> Result<Vec<Hold>, HoldError>;

    /// Places a legal hold; says how it is in force, and whether it is new.
    ///
    /// # Errors
    ///
    /// When it can't be used or kept, or there is another of its name.
    fn hold(&self, hold: Hold) -> Result<(Hold, bool), HoldError>;

    /// Releases a legal hold, and gives it back.
    ///
    /// # Errors
    ///
    /// When there is none of this name, or the change can't be kept.
    fn release(&self, name: &str) -> Result<Hold, HoldError>;
}

/// Tells a running search to end: its client left, or its time is up.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    asked: AtomicBool,
    deadline: Option<Instant>,
}

impl Stop {
    /// A search that runs until `deadline`.
    #[must_use]
    pub(crate) fn at(deadline: Instant) -> Stop {
        Stop { asked: AtomicBool::new(false), deadline: Some(deadline) }
    }

    /// Asks the search to end soon.
    pub(crate) fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// Whether to end now; looked at once a block, not once a line.
    #[must_use]
    pub(crate) fn now(&self) -> bool {
        self.asked.load(Ordering::Relaxed) || self.deadline.is_some_and(|at| Instant::now() >= at)
    }
}

/// Which way the answers run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// Highest `seq` first.
    #[default]
    NewestFirst,
    /// Lowest `seq` first.
    OldestFirst,
}

impl Order {
    /// The other way round.
    pub(crate) fn reversed(self) -> Order {
        match self {
            Order::NewestFirst => Order::OldestFirst,
            Order::OldestFirst => Order::NewestFirst,
        }
    }
}

/// A place in the log that stays right while lines arrive and files rotate: the identity of a record.
///
/// A search with a cursor answers what lies beyond that record in its order. Written `<seq>` for the
/// service's own directory and `<seq>.<directory>` for the directory of another instance beneath it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cursor {
    /// The record's number.
    pub(crate) seq: u64,
    /// In microseconds since the Unix epoch: the record's time, or, where a clock was set back and several
    /// directories are merged, the time that it was given at. Other directories go on from here; without any
    /// they begin anew, newest first with the greatest number there is and oldest first with the least.
    pub(crate) timestamp: i64,
    /// Name of the directory beneath the log directory, or empty for the log directory itself.
    pub(crate) directory: String,
}

impl Cursor {
    /// A place that everything lies beyond.
    pub(crate) fn beginning(order: Order) -> Cursor {
        let (seq, timestamp) = match order {
            Order::NewestFirst => (u64::MAX, i64::MAX),
            Order::OldestFirst => (0, i64::MIN),
        };
        Cursor { seq, timestamp, directory: String::new() }
    }
}

/// What to look for.
#[derive(Clone, Debug)]
pub(crate) struct SearchRequest {
    /// Which records.
    pub(crate) filter: Filter,
    /// Which way.
    pub(crate) order: Order,
    /// How many at the most; at least 1.
    pub(crate) limit: usize,
    /// Where to go on.
    pub(crate) cursor: Option<Cursor>,
}

/// One page of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct SearchPage {
    /// Lines of JSON as they are stored, without newlines, each with its place.
    pub(crate) records: Vec<(Cursor, String)>,
    /// Where the next page begins; `None` when nothing can follow.
    pub(crate) next_cursor: Option<Cursor>,
    /// What this answer left out; `None` when it is complete.
    pub(crate) incomplete: Option<String>,
    /// Of that what no other page brings: all but that it was stopped.
    pub(crate) left_out: Option<String>,
    /// Records that were looked at: all those of each block that was read, whether by their bytes or one by one. What an
    /// index left out is not among them.
    pub(crate) scanned: u64,
}

/// What to count.
#[derive(Clone, Debug)]
pub(crate) struct StatsRequest {
    /// Which records.
    pub(crate) filter: Filter,
    /// Width of one bar of the timeline in seconds; `None` picks one that gives at most 120 bars.
    pub(crate) interval: Option<u64>,
}

/// The answer to a [`StatsRequest`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Stats {
    /// Matching records.
    pub(crate) total: u64,
    /// Matching records by level.
    pub(crate) by_level: Vec<(Level, u64)>,
    /// Matching records by module, most first.
    pub(crate) by_module: Vec<ModuleCount>,
    /// Matching records of level ERROR and above.
    pub(crate) errors: u64,
    /// Finished requests (records with `fields."event.name"` = `request`) and how many ended in 5xx, panic or body error.
    pub(crate) requests: u64,
    /// See `requests`.
    pub(crate) failed_requests: u64,
    /// Requests by the first digit of their status: 1xx, 2xx, 3xx, 4xx and 5xx.
    pub(crate) by_status: [u64; 5],
    /// Counts over time, oldest first, without gaps.
    pub(crate) timeline: Vec<TimelineBar>,
    /// Width of one bar in seconds.
    pub(crate) interval: u64,
    /// `time_to_headers_ms` of requests.
    pub(crate) api_times: Durations,
    /// `duration_ms` of module `database`.
    pub(crate) database_times: Durations,
    /// `duration_ms` by module, most records first.
    pub(crate) module_times: Vec<(String, Durations)>,
    /// Those with an operation, by operation, most first; at most [`MOST_OPERATIONS`].
    pub(crate) operations: Vec<OperationTimes>,
    /// Sign-ins and the like.
    pub(crate) users: UserActivity,
    /// Calls to other services, by service.
    pub(crate) external: Vec<ExternalService>,
    /// Which of these are estimates: [`ACTIVE_USERS`], or percentiles of what is named. Everything else is exact.
    ///
    /// Percentiles of up to some hundred durations are exact, too, and beyond at most 1 % off. The number of active users is exact
    /// up to some hundred; beyond, its standard error is 1.6 %, and 3.3 % of some levels or modules.
    pub(crate) approximate: Vec<&'static str>,
    /// What this answer left out; `None` when it is complete.
    pub(crate) incomplete: Option<String>,
    /// Lines that were looked at. Most statistics are kept with the files, and need none.
    pub(crate) scanned: u64,
}

/// Most operations in an answer.
pub(crate) const MOST_OPERATIONS: usize = 100;

/// Parts of an answer that may be estimates; see [`Stats::approximate`].
pub(crate) const ACTIVE_USERS: &str = "users.active";
/// Percentiles of `api_times`.
pub(crate) const API_TIMES: &str = "response_times.api";
/// Percentiles of `database_times`.
pub(crate) const DATABASE_TIMES: &str = "response_times.database";
/// Percentiles of some of `module_times`.
pub(crate) const MODULE_TIMES: &str = "response_times.modules";
/// Percentiles of some of `operations`.
pub(crate) const OPERATION_TIMES: &str = "operations";
/// Percentiles of some of `external`.
pub(crate) const EXTERNAL_TIMES: &str = "external";

/// How many records a module has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModuleCount {
    /// Its name.
    pub(crate) module: String,
    /// All of its records.
    pub(crate) count: u64,
    /// Those of each level, in the order of [`Level::ALL`].
    pub(crate) by_level: [u64; 6],
}

/// How an operation goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct OperationTimes {
    /// Its name.
    pub(crate) operation: String,
    /// Its records.
    pub(crate) count: u64,
    /// Those with an outcome other than `success`.
    pub(crate) failures: u64,
    /// Their `duration_ms`.
    pub(crate) times: Durations,
}

/// One bar of the timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TimelineBar {
    /// Its beginning, in seconds since the Unix epoch.
    pub(crate) start: i64,
    /// Records by level, in the order of [`Level::ALL`].
    pub(crate) by_level: [u64; 6],
}

/// Durations in milliseconds; all 0 when `count` is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Durations {
    /// How many were measured.
    pub(crate) count: u64,
    /// Their average.
    pub(crate) avg: f64,
    /// Half took at most this long.
    pub p50: f64,
    /// 95 % took at most this long.
    pub p95: f64,
    /// 99 % took at most this long.
    pub p99: f64,
    /// The longest.
    pub(crate) max: f64,
}

/// What users did, from records with `fields."event.name"` `user_login` and `user_logout`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserActivity {
    /// Sign-ins with outcome `success`.
    pub(crate) logins: u64,
    /// Sign-ins with another outcome.
    pub(crate) failed_logins: u64,
    /// Sign-outs.
    pub(crate) logouts: u64,
    /// Distinct `user_id`s of matching records.
    pub(crate) active_users: u64,
}

/// How another service answers, from records with `fields."event.name"` = `external_call`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ExternalService {
    /// `fields.service`.
    pub(crate) service: String,
    /// Calls made.
    pub(crate) calls: u64,
    /// Calls with an outcome other than `success`.
    pub(crate) failures: u64,
    /// How long they took.
    pub(crate) times: Durations,
    /// Outcome of the newest call.
    pub(crate) last_outcome: String,
}

/// How much is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Storage {
    /// Files of every family, and indexes.
    pub(crate) files: u64,
    /// Their size on disk in bytes.
    pub(crate) bytes: u64,
    /// Time of the oldest record that search can find, in microseconds since the Unix epoch.
    pub(crate) oldest: Option<i64>,
    /// Free bytes on the disk, where it can be told.
    pub(crate) free: Option<u64>,
}

/// What to remove: what is past any of the limits that are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CleanupRequest {
    /// Segments whose newest record is at least this many days old.
    pub(crate) older_than_days: Option<u32>,
    /// The oldest segments, until those that stay take at most so many bytes together, indexes included.
    pub(crate) max_bytes: Option<u64>,
    /// Only the files of this module; `None` means every family.
    pub(crate) module: Option<String>,
    /// Tell what would be removed, and remove nothing.
    pub(crate) dry_run: bool,
}

/// What was removed, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CleanupReport {
    /// Names of the files, relative to the log directory.
    pub(crate) files: Vec<String>,
    /// Bytes on disk.
    pub(crate) bytes: u64,
    /// Records in the main log among them, Nexolog's own not counted.
    pub(crate) records: u64,
    /// The first and last `seq` of all records in the main log among them.
    pub(crate) range: Option<(u64, u64)>,
    /// What is past a limit and stays because a legal hold keeps it.
    pub(crate) held: Vec<HeldBack>,
}

/// A segment that a legal hold keeps from being removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldBack {
    /// Name of its file, relative to the log directory.
    pub(crate) file: String,
    /// Bytes on disk.
    pub(crate) bytes: u64,
    /// Name of the hold.
    pub(crate) hold: String,
}

/// Why a question could not be answered at all.
#[derive(Debug)]
pub(crate) struct StoreError {
    doing: String,
    source: std::io::Error,
}

impl StoreError {
    /// `doing` says what was tried, without paths (it may reach an API client): "listing the segments".
    pub(crate) fn new(doing: impl Into<String>, source: std::io::Error) -> StoreError {
        StoreError { doing: doing.into(), source }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.doing)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
