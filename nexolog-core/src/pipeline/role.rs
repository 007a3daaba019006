use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

#[cfg(feature = "api")]
use super::figures::Figures;
use super::flush_error::FlushError;
use super::health::PipelineState;
use super::own_record::OwnRecord;
use super::reach::Reach;
use super::reports;
use super::turns::Turns;
use super::writer::Writer;
use super::{exit_hook, fork};
use crate::capture::{Capture, panic_hook};
use crate::store::Opening;

/// How often the writer looks by itself while lines come, and while none do.
const BUSY: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_millis(150);

/// How long a logger that ends by itself tries to write what is left.
const LAST_PATIENCE: Duration = Duration::from_secs(5);

/// How long somebody who asks how the writer is waits for an answer of this moment.
const STATE_PATIENCE: Duration = Duration::from_millis(100);

/// Records about itself that wait for the writer; more in one moment say nothing new.
const MOST_NOTES: usize = 1_024;

/// The one writer of a logger, and who may hold it: its thread, or a caller that can't wait for that.
#[derive(Debug)]
pub(crate) struct Pipeline {
    capture: Arc<Capture>,
    turns: Turns<Writer>,
    /// Records about Nexolog itself for the next batch.
    notes: Mutex<Vec<OwnRecord>>,
    /// What was known when the writer could last be asked.
    last_state: Mutex<PipelineState>,
    newest_seq: AtomicU64,
    ending: AtomicBool,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The process that this logger belongs to; see [`fork`].
    generation: u32,
}

impl Pipeline {
    /// Tells what opening the files found and other `news`, and starts the thread `nexolog-writer`.
    pub(crate) fn start(
        capture: Arc<Capture>,
        mut writer: Writer,
        opening: &Opening,
        news: Vec<OwnRecord>,
        urgent_patience: Duration,
    ) -> io::Result<Arc<Pipeline>> {
        writer.begin(reports::of_opening(opening).into_iter().chain(news));
        let pipeline = Arc::new(Pipeline {
            capture,
            last_state: Mutex::new(PipelineState::of(&writer)),
            newest_seq: AtomicU64::new(writer.newest_seq()),
            turns: Turns::new(writer, urgent_patience),
            notes: Mutex::default(),
            ending: AtomicBool::new(false),
            thread: Mutex::new(None),
            generation: fork::generation(),
        });
        fork::watch();
        let inside = Arc::clone(&pipeline);
        let thread = std::thread::Builder::new()
            .name("nexolog-writer".to_owned())
            .spawn(move || run(&inside))?;
        pipeline.capture.queue.set_writer(thread.thread().clone());
        *lock(&pipeline.thread) = Some(thread);
        exit_hook::register(&pipeline);
        Ok(pipeline)
    }

    /// Returns when everything logged before is in the files.
    pub(crate) fn flush(&self, patience: Duration) -> Result<(), FlushError> {
        self.write_all(Reach::Everything, patience)
    }

    fn write_all(&self, reach: Reach, patience: Duration) -> Result<(), FlushError> {
        if self.is_inherited() {
            return Err(FlushError::Forked);
        }
        self.turns.write_all(reach, patience, |writer| self.drain(writer, reach))
    }

    /// Writes what was just logged to the main log before its call goes on; see [`Turns::write_urgent`]. The module's
    /// file and `error.log` follow with the next turn of the writer's thread.
    pub(crate) fn write_urgent(&self) {
        if self.is_inherited() {
            return;
        }
        let call = || self.capture.queue.call_writer();
        self.turns.write_urgent(call, |writer| self.drain(writer, Reach::Main));
    }

    /// Writes a record of Nexolog's own with the next batch.
    #[cfg_attr(not(feature = "api"), expect(dead_code, reason = "only the API tells from outside"))]
    pub(crate) fn tell(&self, record: OwnRecord) {
        if self.is_inherited() {
            return;
        }
        let mut notes = lock(&self.notes);
        if record.is_account() || notes.len() < MOST_NOTES {
            notes.push(record);
        }
    }

    /// Events lost since the start, whatever the cause.
    pub(crate) fn lost(&self) -> u64 {
        self.capture.losses.sum()
    }

    /// How the writer is; when it is stuck in a write, how it was before, and that it does not write.
    pub(crate) fn state(&self) -> PipelineState {
        if self.is_inherited() {
            return PipelineState::default();
        }
        let Some(writer) = self.turns.take_until(Instant::now() + STATE_PATIENCE) else {
            return lock(&self.last_state).clone().stuck();
        };
        let state = PipelineState::of(&writer);
        drop(writer);
        lock(&self.last_state).clone_from(&state);
        state
    }

    /// What the writer has counted; `None` while it is stuck in a write.
    #[cfg(feature = "api")]
    pub(crate) fn figures(&self) -> Option<Figures> {
        if self.is_inherited() {
            return None;
        }
        let writer = self.turns.take_until(Instant::now() + STATE_PATIENCE)?;
        Some(Figures::of(&writer))
    }

    /// The number of the newest record; 0 before the first.
    #[cfg(feature = "api")]
    pub(crate) fn newest_seq(&self) -> u64 {
        self.newest_seq.load(Ordering::Acquire)
    }

    /// Writes everything, says so in a last record, and ends the thread. Called again, it tells what was
    /// lost since, if anything was.
    pub(crate) fn shutdown(&self, patience: Duration) -> Result<(), FlushError> {
        if self.is_inherited() {
            return Err(FlushError::Forked);
        }
        let is_first = !self.ending.swap(true, Ordering::AcqRel);
        let until = Instant::now() + patience;
        if is_first {
            self.capture.close();
        }
        if let Some(thread) = lock(&self.thread).take() {
            thread.thread().unpark();
            // It ends by itself; a disk that hangs must not hang us with it.
            drop(thread);
        }
        let flushed = self.flush(patience);
        if matches!(flushed, Err(FlushError::TimedOut)) {
            return flushed;
        }
        let Some(mut writer) = self.turns.take_until(until) else {
            return Err(FlushError::TimedOut);
        };
        if !is_first && !writer.has_news() {
            return Ok(());
        }
        let ended =
            panic_hook::silently(|| catch_unwind(AssertUnwindSafe(|| writer.end(is_first, until))));
        match ended {
            Ok(result) => result.map_err(|error| FlushError::Disk(error.to_string())),
            Err(payload) => Err(FlushError::Panicked(panic_hook::message(&*payload).to_owned())),
        }
    }

    /// Writes what was logged so far, for the last one that could ask for it.
    pub(crate) fn let_go(&self, patience: Duration) -> Result<(), FlushError> {
        let has_ended = self.ending.load(Ordering::Acquire);
        if has_ended { self.shutdown(patience) } else { self.flush(patience) }
    }

    /// Whether this process was forked from the one that the logger belongs to. Then every lock may be held for
    /// ever, and the files are the parent's.
    fn is_inherited(&self) -> bool {
        self.generation != fork::generation()
    }

    fn drain(&self, mut writer: MutexGuard<'_, Writer>, reach: Reach) -> Result<(), FlushError> {
        let began = Instant::now();
        // After a panic the writer goes on behind the event that it panicked at.
        let drained = self.try_drain(&mut writer, reach);
        let drained = drained.or_else(|_| self.try_drain(&mut writer, reach));
        let (stamp, result) = match drained {
            Ok((stamp, written)) => {
                (stamp, written.map_err(|error| FlushError::Disk(error.to_string())))
            }
            Err(message) => (0, Err(FlushError::Panicked(message))),
        };
        self.newest_seq.store(writer.newest_seq(), Ordering::Release);
        self.turns.done(writer, began, reach, stamp, result.clone().err());
        result
    }

    /// Drains; a panic becomes what it said, and never reaches the host.
    fn try_drain(
        &self,
        writer: &mut Writer,
        reach: Reach,
    ) -> Result<(u64, io::Result<()>), String> {
        let notes = || std::mem::take(&mut *lock(&self.notes));
        let drain = AssertUnwindSafe(|| writer.drain(reach, notes));
        panic_hook::silently(|| catch_unwind(drain)).map_err(|payload| {
            let message = panic_hook::message(&*payload);
            writer.note_panic(message);
            message.to_owned()
        })
    }
}

#[cfg(test)]
impl Pipeline {
    /// Sets the calendar by so many microseconds from what the system says.
    pub(crate) fn set_calendar(&self, by_micros: i64) {
        self.turns.take().set_calendar(by_micros);
    }

    /// Leaves every lock as a panic of who held it would.
    pub(crate) fn poison_locks(&self) {
        use super::sync::poison;
        self.turns.poison_locks();
        poison(&self.notes);
        poison(&self.last_state);
        poison(&self.thread);
        self.capture.queue.poison_locks();
    }
}

/// The writer's thread. A logger that nobody can log to any more ends here.
fn run(pipeline: &Arc<Pipeline>) {
    let mut pause = IDLE;
    while !pipeline.ending.load(Ordering::Acquire) {
        std::thread::park_timeout(pause);
        pipeline.capture.levels.expire(Instant::now());
        let waiting = pipeline.capture.queue.taken() > 0;
        // Trouble is told by the writer itself.
        drop(pipeline.drain(pipeline.turns.take(), Reach::Everything));
        pause = if waiting { BUSY } else { IDLE };
        if Arc::strong_count(pipeline) == 1
            && let Err(error) = pipeline.shutdown(LAST_PATIENCE)
        {
            super::trouble::say(&error.to_string());
        }
    }
}

/// What these locks guard is whole between any two statements.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
