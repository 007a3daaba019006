use std::sync::Arc;
use std::time::Duration;

use shuttle::thread;

use super::logger::{Logger, Writer};
use super::reach::Reach;
use super::support::{Name, check};
use super::sync::{Instant, MutexGuard};

const PATIENCE: Duration = Duration::from_millis(10);

/// Longer than any run.
const FOR_EVER: Duration = Duration::from_secs(3600);

#[test]
fn fault_8_what_an_urgent_call_logged_is_in_the_main_log_when_it_returns() {
    check(true, || {
        let logger = Logger::new(FOR_EVER);
        let callers = [0, 1, 2].map(|thread| {
            let logger = Arc::clone(&logger);
            thread::spawn(move || {
                let lane = logger.queue.lane();
                for number in 0..2 {
                    logger.log(&lane, (thread, number));
                    let before = logger.logged();
                    logger.write_urgent();
                    let written = logger.written();
                    assert!(
                        before.iter().all(|name| written.contains(name)),
                        "{before:?} {written:?}"
                    );
                }
            })
        });
        // The writer's own thread comes in between, and its turns bring the copies.
        logger.flush();
        for caller in callers {
            caller.join().unwrap();
        }
        logger.flush();
        let writer = logger.turns.take();
        assert_eq!((writer.written.len(), writer.copied), (6, 6));
        let of_caller = |thread| {
            let of_it = writer.written.iter().filter(move |name| name.0 == thread);
            of_it.copied().collect::<Vec<Name>>()
        };
        for thread in 0..3 {
            assert_eq!(of_caller(thread), [(thread, 0), (thread, 1)]);
        }
    });
}

#[test]
fn fault_7_urgent_calls_wait_once_for_a_writer_that_is_stuck_and_lose_nothing() {
    check(true, || {
        let logger = Logger::new(PATIENCE);
        let stuck = logger.turns.take();
        let lane = logger.queue.lane();
        let began = Instant::now();
        let waits = [0, 1, 2].map(|number| {
            logger.log(&lane, (0, number));
            logger.write_urgent();
            Instant::now().saturating_duration_since(began)
        });
        assert!(waits[0] >= PATIENCE, "{waits:?}");
        assert!(waits[2] < PATIENCE * 2, "they waited more than once: {waits:?}");
        drop(logger.drain(stuck, Reach::Everything));
        assert_eq!(logger.written(), [(0, 0), (0, 1), (0, 2)]);
        // The stall is over: the next call writes by itself again.
        logger.log(&lane, (0, 3));
        logger.write_urgent();
        assert_eq!(logger.written().last(), Some(&(0, 3)));
    });
}

#[test]
fn fault_39_after_a_slow_turn_urgent_calls_leave_it_to_the_writers_thread() {
    check(true, || {
        let logger = Logger::new(PATIENCE);
        logger.turns.take().delay = PATIENCE * 3;
        logger.flush();
        let lane = logger.queue.lane();
        logger.log(&lane, (1, 0));
        let mut is_called = false;
        let write = |_: MutexGuard<'_, Writer>| unreachable!("a slow disk is not for callers");
        logger.turns.write_urgent(|| is_called = true, write);
        assert!(is_called);
        // As slow as before, but it ends the stall, and so the next call waits again.
        logger.flush();
        let caller = {
            let logger = Arc::clone(&logger);
            thread::spawn(move || {
                let lane = logger.queue.lane();
                let began = Instant::now();
                logger.log(&lane, (0, 0));
                logger.write_urgent();
                let waited = Instant::now().saturating_duration_since(began);
                let is_written = logger.written().contains(&(0, 0));
                assert!(is_written || waited >= PATIENCE, "it gave up after {waited:?}");
            })
        };
        // The writer's thread, whose disk is quick again at some moment.
        logger.turns.take().delay = Duration::ZERO;
        logger.flush();
        caller.join().unwrap();
        logger.flush();
        logger.log(&lane, (1, 1));
        logger.write_urgent();
        assert_eq!(logger.written().last(), Some(&(1, 1)));
        assert_eq!(logger.written().len(), 3);
    });
}
