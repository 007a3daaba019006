//! The thread that brings entries to the disk, and what it shares with those who note them.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::AuditError;
use super::draft::{Draft, Kind};
use super::file::TrailFile;
use super::head::AuditHead;
use super::ticket::Ticket;
use super::trail::TrailState;
use super::windows::{Noted, Windows};
use crate::capture::panic_hook;
use crate::record::Level;
use crate::store::names::AUDIT_FILE;

/// Entries that may wait for the disk.
const MOST_WAITING: usize = 4096;

/// How long after a failure the thread tries again by itself.
const RETRY: Duration = Duration::from_secs(1);

/// Brings what goes wrong to the log: a level, a message, fields.
pub(crate) type Tell = Box<dyn Fn(Level, &str, &[(&str, String)]) + Send>;

#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// Something is to be written, or the end has come.
    asked: Condvar,
    /// The thread has ended.
    ended: Condvar,
    began: Instant,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<Waiting>,
    windows: Windows,
    head: AuditHead,
    bytes: u64,
    /// Entries that were refused and that no entry tells of.
    missed: u64,
    failure: Option<String>,
    failing_since: Option<Instant>,
    is_closing: bool,
    /// How the end went, once it has come.
    end: Option<Result<(), AuditError>>,
}

#[derive(Debug)]
struct Waiting {
    draft: Draft,
    ticket: Ticket,
    until: Until,
}

/// How long an entry waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// Until the disk takes it: it begins or ends a run, or tells of what was answered for already.
    Written,
    /// Until it was tried: who noted it is told, and it is counted as missed.
    Tried,
    /// Until it was tried; it is made anew then.
    MadeAnew,
}

impl Shared {
    pub(super) fn new(file: &TrailFile, started: Draft) -> Shared {
        let state = State {
            waiting: VecDeque::from([Waiting::ours(started, Until::Written)]),
            windows: Windows::default(),
            head: file.head(),
            bytes: file.len(),
            missed: 0,
            failure: None,
            failing_since: None,
            is_closing: false,
            end: None,
        };
        Shared {
            state: Mutex::new(state),
            asked: Condvar::new(),
            ended: Condvar::new(),
            began: Instant::now(),
        }
    }

    pub(super) fn append(&self, draft: Draft) -> Ticket {
        self.push(&mut self.lock(), draft, Ticket::default())
    }

    pub(super) fn note(&self, draft: Draft) -> Ticket {
        let mut state = self.lock();
        if state.is_closing {
            return Ticket::settled(Err(AuditError::Ended));
        }
        let at_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        match state.windows.note(draft, Instant::now(), at_ms) {
            Noted::Counted(ticket) => ticket,
            Noted::Written(draft, ticket) => self.push(&mut state, draft, ticket),
        }
    }

    fn push(&self, state: &mut State, draft: Draft, ticket: Ticket) -> Ticket {
        if state.is_closing {
            ticket.settle(Err(AuditError::Ended));
        } else if state.waiting.len() >= MOST_WAITING {
            state.missed += 1;
            ticket.settle(Err(AuditError::Busy));
        } else {
            state.waiting.push_back(Waiting::new(draft, ticket.clone(), Until::Tried));
            self.asked.notify_one();
        }
        ticket
    }

    pub(super) fn state(&self) -> TrailState {
        let state = self.lock();
        TrailState {
            writing: state.failure.is_none(),
            head: state.head,
            bytes: state.bytes,
            missed: state.missed,
            last_error: state.failure.clone(),
        }
    }

    pub(super) fn close(&self, patience: Duration) -> Result<(), AuditError> {
        let until = Instant::now() + patience;
        let mut state = self.lock();
        let is_first = !std::mem::replace(&mut state.is_closing, true);
        self.asked.notify_one();
        loop {
            if let Some(end) = &state.end {
                return if is_first { end.clone() } else { Ok(()) };
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(AuditError::TimedOut);
            }
            state = match self.ended.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// Waits until there is something to write, and takes it. The last batch is the one after [`close`](Shared::close).
    fn next_batch(&self, pace: &Pace, at_ms: u64) -> Batch {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let is_last = state.is_closing;
            let over = state.windows.end((!is_last).then_some(now), at_ms);
            let over =
                over.into_iter().map(|(draft, ticket)| Waiting::new(draft, ticket, Until::Written));
            state.waiting.extend(over);
            let is_asked = state.waiting.iter().any(|waiting| waiting.until == Until::Tried);
            let has_work = !state.waiting.is_empty() || state.missed > 0;
            // What stays anyway is not tried again at once.
            let due = if has_work { now } else { pace.seal_at };
            let due = pace.retry_at.map_or(due, |at| at.max(due));
            if is_last || is_asked || due <= now {
                return state.take_batch(is_last, pace.seal_at <= now);
            }
            let wake = state.windows.next_end().map_or(due, |end| end.min(due));
            let pause = wake.saturating_duration_since(now).max(Duration::from_millis(1));
            state = match self.asked.wait_timeout(state, pause) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// Notes what became of a batch, and tells those who wait.
    fn settle(&self, batch: Batch, file: &TrailFile, result: &Result<(), AuditError>) {
        let mut state = self.lock();
        state.head = file.head();
        state.bytes = file.len();
        state.failure = result.as_ref().err().map(ToString::to_string);
        if result.is_ok() {
            state.missed -= batch.missed;
            state.failing_since = None;
        } else {
            state.failing_since.get_or_insert_with(Instant::now);
        }
        let mut told = Vec::new();
        for waiting in batch.entries.into_iter().rev() {
            if result.is_err() && waiting.until == Until::Written && !batch.is_last {
                state.waiting.push_front(waiting);
                continue;
            }
            state.missed += u64::from(result.is_err() && waiting.until == Until::Tried);
            told.push(waiting.ticket);
        }
        drop(state);
        told.iter().rev().for_each(|ticket| ticket.settle(result.clone()));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // What it guards is whole between any two statements.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn new(draft: Draft, ticket: Ticket, until: Until) -> Waiting {
        Waiting { draft, ticket, until }
    }

    fn ours(draft: Draft, until: Until) -> Waiting {
        Waiting::new(draft, Ticket::default(), until)
    }
}

impl State {
    fn take_batch(&mut self, is_last: bool, is_sealing: bool) -> Batch {
        let mut entries: Vec<Waiting> = self.waiting.drain(..).collect();
        // Behind the start of the run, if that could not be written yet.
        let at = usize::from(entries.first().is_some_and(|one| one.draft.kind == Kind::Started));
        if self.missed > 0 || self.failing_since.is_some() {
            let failing = self.failing_since.map_or(Duration::ZERO, |since| since.elapsed());
            let draft = Draft::new(Kind::Missed, "logging", "error")
                .number("count", self.missed)
                .number("failing_ms", u64::try_from(failing.as_millis()).unwrap_or(u64::MAX));
            entries.insert(at, Waiting::ours(draft, Until::MadeAnew));
        }
        if is_last {
            let draft = Draft::new(Kind::Stopped, "logging", "success");
            entries.push(Waiting::ours(draft, Until::Written));
        } else if is_sealing {
            let draft = Draft::new(Kind::Sealed, "logging", "success");
            entries.push(Waiting::ours(draft, Until::MadeAnew));
        }
        Batch { entries, missed: self.missed, is_last }
    }
}

/// What is written together.
struct Batch {
    entries: Vec<Waiting>,
    /// How many an entry of the batch tells were missed.
    missed: u64,
    is_last: bool,
}

/// When the thread does something by itself.
struct Pace {
    seal_at: Instant,
    retry_at: Option<Instant>,
}

/// Brings entries to the disk until the end.
pub(super) fn run(shared: &Arc<Shared>, mut file: TrailFile, seal_every: Duration, tell: &Tell) {
    let ended = Ended(shared);
    let mut pace = Pace { seal_at: Instant::now() + seal_every, retry_at: None };
    loop {
        let batch = shared.next_batch(&pace, file.at_ms());
        let seals = batch.entries.iter().any(|waiting| waiting.draft.kind == Kind::Sealed);
        let result = append(&mut file, &batch);
        tell_of(&result, pace.retry_at.is_some(), batch.missed, tell);
        pace.retry_at = result.is_err().then(|| Instant::now() + RETRY);
        if seals && result.is_ok() {
            pace.seal_at = Instant::now() + seal_every;
        }
        let is_last = batch.is_last;
        let result = result.map(drop);
        shared.settle(batch, &file, &result);
        if is_last {
            // With it goes its hold on the directory, which who waits may open again at once.
            drop(file);
            shared.lock().end = Some(result);
            drop(ended);
            return;
        }
    }
}

/// Tells the log what others should look at: that the file was tampered with, that the disk does not take entries (once,
/// until it does again), and how many are missing for it.
fn tell_of(
    result: &Result<Option<String>, AuditError>,
    was_failing: bool,
    missed: u64,
    tell: &Tell,
) {
    match result {
        Err(error) if !was_failing => {
            let what = format!("writing the audit trail failed: {error}");
            tell(Level::Error, "trouble", &[("what", what)]);
        }
        Ok(_) if was_failing => {
            let fields = [("missed", missed.to_string())];
            tell(Level::Warning, "the audit trail is written again", &fields);
        }
        _ => {}
    }
    if let Ok(Some(cause)) = result {
        let fields = [("family", AUDIT_FILE.to_owned()), ("cause", cause.clone())];
        tell(Level::Error, "audit trail disturbed", &fields);
    }
}

/// Gives what happened to the file behind our back, if anything.
fn append(file: &mut TrailFile, batch: &Batch) -> Result<Option<String>, AuditError> {
    let drafts = batch.entries.iter().map(|waiting| &waiting.draft);
    let append = AssertUnwindSafe(|| file.append(drafts));
    match panic_hook::silently(|| catch_unwind(append)) {
        Ok(result) => result.map_err(|error: io::Error| AuditError::Disk(error.to_string())),
        Err(payload) => {
            let message = panic_hook::message(&*payload);
            Err(AuditError::Disk(format!("it panicked: {message}")))
        }
    }
}

/// Lets nobody wait for a thread that is gone, however it went.
struct Ended<'a>(&'a Shared);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_closing = true;
        state.end.get_or_insert(Err(AuditError::Ended));
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for waiting in waiting {
            waiting.ticket.settle(Err(AuditError::Ended));
        }
        self.0.ended.notify_all();
    }
}
