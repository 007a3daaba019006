//! A store in memory: the simplest thing that answers right, and can be told to be slow or empty.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::api::{Control, Health, ModuleState};
use crate::histogram::Histogram;
use crate::pipeline::{Figures, RequestTimes};
use crate::query::Filter;
use crate::record::{Level, Line};
use crate::sink::{Feed, LineBatch};
use crate::store::holds::Holds;
use crate::store::names::FamilyName;
use crate::store::{
    CleanupReport, CleanupRequest, Cursor, HeldBack, Hold, HoldError, LogStore, Order,
    RemovalCause, Removed, SearchPage, SearchRequest, Sought, Stats, StatsRequest, Stop, Storage,
    StoreError, Visited,
};

/// The store, the logger and the feed in one.
pub(crate) struct Memory {
    pub(crate) feed: Feed,
    lines: Mutex<BTreeMap<u64, String>>,
    newest: AtomicU64,
    pub(crate) notes: Mutex<Vec<Note>>,
    pub(crate) levels: Mutex<BTreeMap<String, Level>>,
    pub(crate) cleanups: Mutex<Vec<CleanupRequest>>,
    pub(crate) removed: Mutex<Vec<Removed>>,
    holds: Holds,
    /// Where the holds are.
    _directory: TempDir,
    /// Looks at the store, and how often everything was flushed.
    pub(crate) asked: AtomicUsize,
    pub(crate) flushed: AtomicUsize,
    /// A record that is logged right after somebody asked which is the newest.
    pub(crate) just_after_newest: Mutex<Option<Value>>,
    gate: Mutex<Gate>,
    moved: Condvar,
}

/// What an admin's doing left in the log: level, message, fields.
pub(crate) type Note = (Level, String, BTreeMap<String, String>);

#[derive(Default)]
struct Gate {
    is_shut: bool,
    waiting: usize,
    stopped: usize,
}

impl Memory {
    pub(crate) fn new() -> Arc<Memory> {
        let directory = tempfile::tempdir().unwrap();
        Arc::new(Memory {
            feed: Feed::new(),
            lines: Mutex::default(),
            newest: AtomicU64::new(0),
            notes: Mutex::default(),
            levels: Mutex::default(),
            cleanups: Mutex::default(),
            removed: Mutex::default(),
            holds: Holds::new(directory.path().to_owned()),
            _directory: directory,
            asked: AtomicUsize::new(0),
            flushed: AtomicUsize::new(0),
            just_after_newest: Mutex::default(),
            gate: Mutex::default(),
            moved: Condvar::new(),
        })
    }

    /// Stores lines and brings them to the feed, as the writer does. Gives the last `seq`.
    pub(crate) fn log(&self, records: &[Value]) -> u64 {
        let mut batch = LineBatch::default();
        let mut lines = self.lines.lock().unwrap();
        for record in records {
            let seq = self.newest.fetch_add(1, Ordering::SeqCst) + 1;
            let line = line(seq, record);
            batch.push(seq, Level::Info, &format!("{line}\n"));
            lines.insert(seq, line);
        }
        drop(lines);
        self.feed.publish(Arc::new(batch));
        self.newest.load(Ordering::SeqCst)
    }

    /// Brings lines to the feed that another store has, as the writer does; nothing up to `newest` comes later.
    pub(crate) fn bring(&self, lines: &[(u64, String)], newest: u64) {
        self.newest.fetch_max(newest, Ordering::SeqCst);
        let mut batch = LineBatch::default();
        for (seq, line) in lines {
            batch.push(*seq, Level::Info, &format!("{line}\n"));
        }
        batch.last_seq = newest;
        self.feed.publish(Arc::new(batch));
    }

    /// Stores a text as it is, whether or not it is a line.
    pub(crate) fn put(&self, seq: u64, text: &str) {
        self.lines.lock().unwrap().insert(seq, text.to_owned());
        self.newest.fetch_max(seq, Ordering::SeqCst);
    }

    /// What retention does: nothing up to `seq` is stored any more.
    pub(crate) fn forget_up_to(&self, seq: u64) {
        self.lines.lock().unwrap().retain(|stored, _| *stored > seq);
    }

    /// Makes every search wait until it is told to stop, or until [`open_gate`](Memory::open_gate).
    pub(crate) fn shut_gate(&self) {
        self.gate.lock().unwrap().is_shut = true;
    }

    pub(crate) fn open_gate(&self) {
        self.gate.lock().unwrap().is_shut = false;
        self.moved.notify_all();
    }

    /// Waits until `wanted` searches stand at the gate.
    pub(crate) fn await_waiting(&self, wanted: usize) {
        let gate = self.gate.lock().unwrap();
        drop(self.moved.wait_while(gate, |gate| gate.waiting < wanted).unwrap());
    }

    /// Waits until `wanted` searches were told to stop while they stood at the gate.
    pub(crate) fn await_stopped(&self, wanted: usize) {
        let gate = self.gate.lock().unwrap();
        drop(self.moved.wait_while(gate, |gate| gate.stopped < wanted).unwrap());
    }

    fn pass_gate(&self, stop: &Stop) {
        let mut gate = self.gate.lock().unwrap();
        gate.waiting += 1;
        self.moved.notify_all();
        while gate.is_shut && !stop.now() {
            gate = self.moved.wait_timeout(gate, Duration::from_millis(5)).unwrap().0;
        }
        gate.waiting -= 1;
        gate.stopped += usize::from(gate.is_shut);
        self.moved.notify_all();
    }
}

/// The time of a line; 1970 where it has none.
fn time_of(line: &str) -> i64 {
    Line::parse(line.as_bytes()).and_then(|line| line.timestamp()).unwrap_or(0)
}

/// A line as the writer lays it out: `seq` first.
fn line(seq: u64, record: &Value) -> String {
    let rest = record.to_string();
    format!("{{\"seq\":{seq},{}", rest.strip_prefix('{').unwrap())
}

impl LogStore for Memory {
    fn search(&self, request: &SearchRequest, stop: &Stop) -> Result<SearchPage, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.pass_gate(stop);
        let lines = self.lines.lock().unwrap();
        let from = request.cursor.as_ref().map(|cursor| cursor.seq);
        let mut seqs: Vec<u64> = lines.keys().copied().collect();
        if request.order == Order::NewestFirst {
            seqs.reverse();
            seqs.retain(|seq| from.is_none_or(|from| *seq < from));
        } else {
            seqs.retain(|seq| from.is_none_or(|from| *seq > from));
        }
        let mut page = SearchPage::default();
        for seq in seqs {
            page.scanned += 1;
            let line = &lines[&seq];
            if request.filter.matches(line.as_bytes()) {
                if page.records.len() == request.limit {
                    page.next_cursor = page.records.last().map(|(cursor, _)| cursor.clone());
                    break;
                }
                let cursor = Cursor { seq, timestamp: time_of(line), directory: String::new() };
                page.records.push((cursor, line.clone()));
            }
        }
        if stop.now() {
            page.incomplete = Some("the search was stopped".to_owned());
        }
        Ok(page)
    }

    fn stats(&self, request: &StatsRequest, stop: &Stop) -> Result<Stats, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.pass_gate(stop);
        let lines = self.lines.lock().unwrap();
        let matching: Vec<Value> = lines
            .values()
            .filter(|line| request.filter.matches(line.as_bytes()))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let count =
            |level: Level| matching.iter().filter(|r| r["level"] == level.as_str()).count() as u64;
        Ok(Stats {
            total: matching.len() as u64,
            by_level: Level::ALL.map(|level| (level, count(level))).to_vec(),
            errors: count(Level::Error) + count(Level::Critical),
            interval: request.interval.unwrap_or(60),
            ..Stats::default()
        })
    }

    fn visit(
        &self,
        filter: &Filter,
        stop: &Stop,
        each: &mut dyn FnMut(&Line<'_>) -> ControlFlow<()>,
    ) -> Result<Visited, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.pass_gate(stop);
        let lines = self.lines.lock().unwrap();
        let mut visited = Visited::default();
        for line in lines.values().rev() {
            visited.scanned += 1;
            if filter.matches(line.as_bytes())
                && each(&Line::parse(line.as_bytes()).unwrap()).is_break()
            {
                return Ok(visited);
            }
        }
        visited.incomplete = stop.now().then(|| "the search was stopped".to_owned());
        Ok(visited)
    }

    fn find(&self, directory: &str, seq: u64, stop: &Stop) -> Result<Sought, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.pass_gate(stop);
        let lines = self.lines.lock().unwrap();
        let oldest = lines.keys().next().copied().unwrap_or(0);
        Ok(match lines.get(&seq).filter(|_| directory.is_empty()) {
            Some(line) => {
                let cursor = Cursor { seq, timestamp: time_of(line), directory: String::new() };
                Sought::Found(cursor, line.clone())
            }
            None if directory.is_empty() && seq < oldest => Sought::Removed,
            None => Sought::Missing,
        })
    }

    fn storage(&self) -> Result<Storage, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(Storage { files: 3, bytes: 4096, oldest: Some(0), free: None })
    }

    fn cleanup(
        &self,
        request: &CleanupRequest,
        tell: &mut dyn FnMut(Removed),
    ) -> Result<CleanupReport, StoreError> {
        self.cleanups.lock().unwrap().push(request.clone());
        if request.module.as_deref() == Some("broken") {
            let cause = std::io::Error::other("/secret/place is on fire");
            return Err(StoreError::new("removing old files", cause));
        }
        if !request.dry_run {
            tell(Removed {
                family: FamilyName::main("shop"),
                instance: None,
                first_seq: 1,
                last_seq: 10,
                count: 10,
                own: 2,
                told: 0,
                gone_from: None,
                damaged: false,
                cause: RemovalCause::Cleanup,
                bytes: 2048,
            });
        }
        Ok(CleanupReport {
            files: vec!["shop.000000000001.jsonl.zst".to_owned()],
            bytes: 2048,
            records: 8,
            range: Some((1, 10)),
            held: vec![HeldBack {
                file: "shop.000000000011.jsonl.zst".to_owned(),
                bytes: 1024,
                hold: "case-17".to_owned(),
            }],
        })
    }

    fn holds(&self) -> Result<Vec<Hold>, HoldError> {
        self.holds.list()
    }

    fn hold(&self, hold: Hold) -> Result<(Hold, bool), HoldError> {
        self.holds.place(hold)
    }

    fn release(&self, name: &str) -> Result<Hold, HoldError> {
        self.holds.release(name)
    }
}

impl Control for Memory {
    fn flush(&self, _patience: Duration) {
        self.flushed.fetch_add(1, Ordering::SeqCst);
    }

    fn newest_seq(&self) -> u64 {
        let newest = self.newest.load(Ordering::SeqCst);
        let record = self.just_after_newest.lock().unwrap().take();
        if let Some(record) = record {
            self.log(&[record]);
        }
        newest
    }

    fn modules(&self) -> Vec<ModuleState> {
        let module = |name: &str, category: Option<&str>, level, written| ModuleState {
            name: name.to_owned(),
            category: category.map(str::to_owned),
            level,
            written: Some(written),
        };
        vec![
            module("auth", Some("Authentication"), Some(Level::Info), 12),
            module("slack", Some("External Integrations"), None, 0),
            module("orders", None, Some(Level::Debug), 3),
        ]
    }

    fn default_level(&self) -> Level {
        self.levels.lock().unwrap().get("").copied().unwrap_or(Level::Info)
    }

    fn knows(&self, name: &str) -> bool {
        self.modules().iter().any(|module| module.name == name)
    }

    fn set_level(&self, module: Option<&str>, level: Level) {
        self.levels.lock().unwrap().insert(module.unwrap_or_default().to_owned(), level);
    }

    fn health(&self) -> Health {
        Health {
            writing: true,
            written: 15,
            lost: vec![("queue_full", 2), ("disk_full", 1)],
            suppressed: vec![("rate_limit", 3)],
            missed: vec![("console", 4)],
            queued_bytes: 10,
            queue_capacity: 100,
            last_error: Some(("the disk is full".to_owned(), 1_000_000)),
            uptime_s: 60,
        }
    }

    fn figures(&self) -> Option<Figures> {
        let mut times = Histogram::default();
        times.add(0.02);
        Some(Figures {
            written: vec![("auth".to_owned(), [0, 0, 12, 0, 0, 0]), ("a\"b".to_owned(), [0; 6])],
            bytes: 4321,
            troubles: vec![("writing the main log", 7)],
            requests: vec![RequestTimes {
                route: "/orders/{id}".into(),
                method: "GET",
                class: "2xx",
                times,
            }],
        })
    }

    fn lost_by_level(&self) -> Vec<(&'static str, [u64; 6])> {
        vec![("queue_full", [0, 2, 0, 0, 0, 0]), ("disk_full", [0, 0, 0, 0, 1, 0])]
    }

    fn note(&self, level: Level, message: &str, fields: &[(&str, String)]) {
        let fields = fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        self.notes.lock().unwrap().push((level, message.to_owned(), fields));
    }

    fn removed(&self, segment: Removed) {
        self.removed.lock().unwrap().push(segment);
    }
}
