use std::sync::{Arc, Mutex as Plain};
use std::time::Duration;

use shuttle::sync::{Mutex, MutexGuard};
use shuttle::thread;

use super::batch::Batch;
use super::progress::Progress;
use super::queue::Queue;
use super::reach::Reach;
use super::support::{Name, check, event, name};
use super::sync::{self, Instant};
use crate::config::Backpressure;
use crate::record::Level;

const PATIENCE: Duration = Duration::from_secs(3600);

/// A logger as `Pipeline` is one, with a list for its files.
struct Logger {
    queue: Queue,
    writer: Mutex<Writer>,
    progress: Progress,
    /// Events whose calls have returned, in that order. Looked at without a step of the scheduler.
    logged: Plain<Vec<Name>>,
}

#[derive(Default)]
struct Writer {
    batch: Batch,
    written: Vec<Name>,
}

impl Logger {
    fn new() -> Arc<Logger> {
        Arc::new(Logger {
            queue: Queue::new(1 << 20, Backpressure::DropNewest),
            writer: Mutex::default(),
            progress: Progress::default(),
            logged: Plain::default(),
        })
    }

    /// What was logged up to now.
    fn logged(&self) -> Vec<Name> {
        self.logged.lock().unwrap().clone()
    }

    fn drain(&self, mut writer: MutexGuard<'_, Writer>) {
        let cut = sync::stamp();
        let Writer { batch, written } = &mut *writer;
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
        drop(writer);
        self.progress.advance(Reach::Everything, cut, None);
    }

    fn flush(&self) {
        let wanted = sync::stamp();
        let until = Instant::now() + PATIENCE;
        loop {
            if let Ok(writer) = self.writer.try_lock() {
                return self.drain(writer);
            }
            if let Some(result) = self.progress.wait(Reach::Everything, wanted, until) {
                return result.unwrap();
            }
        }
    }
}

#[test]
fn fault_8_what_was_logged_before_a_flush_is_written_when_it_returns() {
    check(true, || {
        let logger = Logger::new();
        let threads = [0, 1, 2].map(|thread| {
            let logger = Arc::clone(&logger);
            thread::spawn(move || {
                let lane = logger.queue.lane();
                for number in 0..3 {
                    let name = (thread, number);
                    logger.queue.push(&lane, &event(name, 40), Level::Info).unwrap();
                    logger.logged.lock().unwrap().push(name);
                }
                let before = logger.logged();
                logger.flush();
                let written = logger.writer.lock().unwrap().written.clone();
                assert!(before.iter().all(|name| written.contains(name)), "{before:?} {written:?}");
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        let mut written = logger.writer.lock().unwrap().written.clone();
        written.sort_unstable();
        let expected: Vec<Name> =
            (0..3).flat_map(|thread| (0..3).map(move |number| (thread, number))).collect();
        assert_eq!(written, expected);
    });
}

#[test]
fn fault_91_what_was_logged_before_another_event_began_is_written_before_it() {
    check(true, || {
        let logger = Logger::new();
        let threads = [0, 1].map(|thread| {
            let logger = Arc::clone(&logger);
            thread::spawn(move || {
                let lane = logger.queue.lane();
                let mut causes = Vec::new();
                for number in 0..4 {
                    let name = (thread, number);
                    let before = logger.logged();
                    logger.queue.push(&lane, &event(name, 40), Level::Info).unwrap();
                    logger.logged.lock().unwrap().push(name);
                    causes.push((before, name));
                }
                causes
            })
        });
        for _ in 0..3 {
            logger.flush();
        }
        let causes = threads.map(|thread| thread.join().unwrap());
        logger.flush();
        let written = logger.writer.lock().unwrap().written.clone();
        let place = |name: Name| written.iter().position(|known| *known == name).unwrap();
        for (before, name) in causes.into_iter().flatten() {
            assert!(
                before.iter().all(|cause| place(*cause) < place(name)),
                "{name:?}: {written:?}"
            );
        }
    });
}
