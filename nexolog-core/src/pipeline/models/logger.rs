use std::sync::{Arc, Mutex as Plain};
use std::time::Duration;

use super::batch::Batch;
use super::flush_error::FlushError;
use super::queue::{Lane, Queue};
use super::reach::Reach;
use super::support::{Name, event, name};
use super::sync::{self, Condvar, Instant, Mutex, MutexGuard};
use super::turns::Turns;
use crate::config::Backpressure;
use crate::record::Level;

/// A logger as `Pipeline` is one, with lists for its files.
pub(super) struct Logger {
    pub(super) queue: Queue,
    pub(super) turns: Turns<Writer>,
    /// Events whose calls have returned, in that order. Looked at without a step of the scheduler.
    logged: Plain<Vec<Name>>,
}

#[derive(Debug, Default)]
pub(super) struct Writer {
    batch: Batch,
    /// The main log.
    pub(super) written: Vec<Name>,
    /// How much of it the other files have.
    pub(super) copied: usize,
    /// How long each turn takes from now on.
    pub(super) delay: Duration,
}

impl Logger {
    pub(super) fn new(urgent_patience: Duration) -> Arc<Logger> {
        Arc::new(Logger {
            queue: Queue::new(1 << 20, Backpressure::DropNewest),
            turns: Turns::new(Writer::default(), urgent_patience),
            logged: Plain::default(),
        })
    }

    /// Logs an event that fits.
    pub(super) fn log(&self, lane: &Lane, name: Name) {
        self.queue.push(lane, &event(name, 40), Level::Info).unwrap();
        self.logged.lock().unwrap().push(name);
    }

    /// What was logged up to now.
    pub(super) fn logged(&self) -> Vec<Name> {
        self.logged.lock().unwrap().clone()
    }

    /// What is in the main log.
    pub(super) fn written(&self) -> Vec<Name> {
        self.turns.take().written.clone()
    }

    /// One turn.
    #[expect(clippy::unnecessary_wraps, reason = "it is what `Turns` asks for")]
    pub(super) fn drain(
        &self,
        mut writer: MutexGuard<'_, Writer>,
        reach: Reach,
    ) -> Result<(), FlushError> {
        let began = Instant::now();
        let cut = sync::stamp();
        let Writer { batch, written, copied, delay } = &mut *writer;
        batch.gather(&self.queue, cut);
        let mut done = 0;
        loop {
            let events = (done..batch.run_end()).filter_map(|place| batch.event(place));
            written.extend(events.map(|event| name(event.body.items)));
            done = batch.run_end();
            if !batch.release(&self.queue) {
                break;
            }
        }
        if reach == Reach::Everything {
            *copied = written.len();
        }
        if !delay.is_zero() {
            let asleep = Mutex::new(());
            drop(Condvar::new().wait_timeout(asleep.lock().unwrap(), *delay));
        }
        self.turns.done(writer, began, reach, cut, None);
        Ok(())
    }

    pub(super) fn flush(&self) {
        let patience = Duration::from_secs(3600);
        let drain = |writer: MutexGuard<'_, Writer>| self.drain(writer, Reach::Everything);
        self.turns.write_all(Reach::Everything, patience, drain).unwrap();
    }

    pub(super) fn write_urgent(&self) {
        let call = || self.queue.call_writer();
        self.turns.write_urgent(call, |writer| self.drain(writer, Reach::Main));
    }
}
