use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::losses::Cause;
use super::own_record::OwnRecord;
use super::reports;
use super::writer::Writer;
use super::{clock, exit_hook};
use crate::capture::Capture;
use crate::config::Durability;
use crate::record::Level;
use crate::store::Opening;

/// How often the writer looks by itself while lines come, and while none do.
const BUSY: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_millis(150);

/// How long a logger that ends by itself tries to write what is left.
const LAST_PATIENCE: Duration = Duration::from_secs(5);

/// How long a call waits for its line to be written at most, and how long for a disk to have it.
const WRITTEN_PATIENCE: Duration = Duration::from_millis(10);
const SYNCED_PATIENCE: Duration = Duration::from_secs(2);

/// The one writer of a logger, and who may hold it: its thread, or a caller that can't wait for that.
#[derive(Debug)]
pub(crate) struct Pipeline {
    capture: Arc<Capture>,
    writer: Mutex<Writer>,
    progress: Mutex<Progress>,
    written: Condvar,
    ending: AtomicBool,
    urgent_patience: Duration,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Progress {
    /// Everything stamped up to here has been taken and written, or counted as lost.
    stamp: u64,
    /// The main log did not take what was written last.
    failure: Option<String>,
}

/// Why not everything is in the files.
#[derive(Debug)]
pub(crate) enum FlushError {
    /// The writer did not get there in time.
    TimedOut,
    /// The disk does not take it; what was said.
    Disk(String),
}

impl fmt::Display for FlushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlushError::TimedOut => {
                f.write_str("not everything was written in time; it still waits")
            }
            FlushError::Disk(error) => write!(f, "the log can't be written: {error}"),
        }
    }
}

/// What the writer knows of itself; see `/health`.
#[derive(Debug)]
pub(crate) struct PipelineState {
    pub(crate) written: u64,
    #[cfg(feature = "api")]
    pub(crate) writing: bool,
    #[cfg(feature = "api")]
    pub(crate) last_error: Option<(String, i64)>,
    #[cfg(feature = "api")]
    pub(crate) modules: Vec<(String, u64)>,
    /// Lines that sinks missed, by sink.
    pub(crate) missed: Vec<(&'static str, u64)>,
}

impl Pipeline {
    /// Tells what opening the files found, and starts the thread `nexolog-writer`.
    pub(crate) fn start(
        capture: Arc<Capture>,
        mut writer: Writer,
        opening: &Opening,
        configuration: OwnRecord,
        durability: Durability,
    ) -> io::Result<Arc<Pipeline>> {
        writer.tell_started();
        if let Some(recovered) = opening.recovered {
            writer.tell(reports::recovered(recovered));
        }
        if let Some(number) = opening.instance {
            let record = OwnRecord::new(
                Level::Warning,
                "another process writes this log directory; this one writes beneath it",
            );
            writer.tell(record.number("instance", u64::from(number)));
        }
        for warning in &opening.warnings {
            writer.tell(OwnRecord::new(Level::Warning, warning));
        }
        writer.tell(configuration);
        let pipeline = Arc::new(Pipeline {
            capture,
            writer: Mutex::new(writer),
            progress: Mutex::default(),
            written: Condvar::new(),
            ending: AtomicBool::new(false),
            urgent_patience: match durability {
                Durability::Batched | Durability::Written => WRITTEN_PATIENCE,
                Durability::Synced => SYNCED_PATIENCE,
            },
            thread: Mutex::new(None),
        });
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
        let wanted = clock::stamp();
        let until = Instant::now() + patience;
        loop {
            match self.writer.try_lock() {
                Ok(writer) => return self.drain(writer),
                Err(TryLockError::Poisoned(poisoned)) => return self.drain(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
            // Whoever holds the writer may be about to write our lines, too.
            let mut progress = lock(&self.progress);
            if progress.stamp >= wanted {
                return progress
                    .failure
                    .clone()
                    .map_or(Ok(()), |error| Err(FlushError::Disk(error)));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(FlushError::TimedOut);
            }
            // A holder that ended between the two looks told nobody; so never wait long.
            let step = left.min(Duration::from_millis(1));
            progress =
                self.written.wait_timeout(progress, step).unwrap_or_else(PoisonError::into_inner).0;
            drop(progress);
        }
    }

    /// Writes what was just logged before its call goes on, unless the disk is too slow for that.
    pub(crate) fn write_urgent(&self) {
        // What could not be written stays queued, and is told if it is lost.
        drop(self.flush(self.urgent_patience));
    }

    /// Writes a record of Nexolog's own with the next batch.
    #[cfg_attr(not(feature = "api"), expect(dead_code, reason = "only the API tells from outside"))]
    pub(crate) fn tell(&self, record: OwnRecord) {
        lock(&self.writer).tell(record);
    }

    pub(crate) fn state(&self) -> PipelineState {
        let writer = lock(&self.writer);
        let outputs = writer.outputs();
        PipelineState {
            written: writer.written(),
            #[cfg(feature = "api")]
            writing: outputs.trouble.is_writing(),
            #[cfg(feature = "api")]
            last_error: outputs.trouble.last(),
            #[cfg(feature = "api")]
            modules: outputs.modules().map(|(module, count)| (module.to_owned(), count)).collect(),
            missed: outputs.sinks.iter().map(|sink| (sink.name(), sink.missed())).collect(),
        }
    }

    /// The number of the newest record; 0 before the first.
    #[cfg(feature = "api")]
    pub(crate) fn newest_seq(&self) -> u64 {
        lock(&self.writer).outputs().directory.newest_seq()
    }

    /// Writes everything, says so in a last record, and ends the thread. Later calls do nothing.
    pub(crate) fn shutdown(&self, patience: Duration) -> Result<(), FlushError> {
        if self.ending.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let until = Instant::now() + patience;
        self.capture.close();
        if let Some(thread) = lock(&self.thread).take() {
            thread.thread().unpark();
            // It ends by itself; a disk that hangs must not hang us with it.
            drop(thread);
        }
        let flushed = self.flush(patience);
        if matches!(flushed, Err(FlushError::TimedOut)) {
            return flushed;
        }
        let mut writer = lock(&self.writer);
        writer.tell_losses(Duration::ZERO);
        writer.tell_missed(Duration::ZERO);
        let count = writer.written();
        writer.tell(OwnRecord::new(Level::Info, "stopped").number("written", count));
        let written = writer.outputs_mut().write_out();
        for (level, count) in Level::ALL.into_iter().zip(writer.outputs_mut().give_up()) {
            self.capture.losses.add(Cause::WriteFailed, level, count);
        }
        for sink in &mut writer.outputs_mut().sinks {
            sink.close(until.saturating_duration_since(Instant::now()));
        }
        // Without its mark the next start takes this end for an unclean one, and checks more.
        let marked = writer.outputs_mut().directory.close(until);
        written.and(marked).map_err(|error| FlushError::Disk(error.to_string()))
    }

    fn drain(&self, mut writer: MutexGuard<'_, Writer>) -> Result<(), FlushError> {
        let (stamp, written) = writer.drain();
        let failure = written.err().map(|error| error.to_string());
        drop(writer);
        let mut progress = lock(&self.progress);
        progress.stamp = progress.stamp.max(stamp);
        progress.failure.clone_from(&failure);
        drop(progress);
        self.written.notify_all();
        failure.map_or(Ok(()), |error| Err(FlushError::Disk(error)))
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
        drop(pipeline.drain(lock(&pipeline.writer)));
        pause = if waiting { BUSY } else { IDLE };
        if Arc::strong_count(pipeline) == 1 {
            drop(pipeline.shutdown(LAST_PATIENCE));
        }
    }
}

/// A panic in a holder may have left a batch half read; the next drain goes on with what is in the queue.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
