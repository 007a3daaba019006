use std::sync::Arc;
use std::time::Duration;

use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::thread;

use super::queue::{Chunk, Queue};
use super::support::{check, event, take_out};
use super::sync::Instant;
use crate::config::Backpressure;
use crate::record::Level;

/// How long callers of the models wait for room.
pub(super) const UP_TO: Duration = Duration::from_millis(10);

const CAP: usize = 64 << 10;

fn queue() -> Arc<Queue> {
    Arc::new(Queue::new(CAP, Backpressure::Block { up_to: UP_TO }))
}

/// Fills the queue as far as events of INFO may, without waiting.
fn fill(queue: &Queue) {
    let lane = queue.lane();
    while queue.taken() + CAP / 4 <= CAP / 16 * 15 {
        queue.push(&lane, &event((9, 9), CAP / 4), Level::Info).unwrap();
    }
}

#[test]
fn fault_8_whoever_waits_for_room_gets_it_while_the_writer_drains() {
    // No time passes: a caller that nobody wakes hangs, which the scheduler reports.
    check(false, || {
        let queue = queue();
        fill(&queue);
        let waiting = Arc::new(AtomicUsize::new(3));
        let callers = [0, 1, 2].map(|thread| {
            let (queue, waiting) = (Arc::clone(&queue), Arc::clone(&waiting));
            thread::spawn(move || {
                let lane = queue.lane();
                let event = event((thread, 0), 15_000);
                queue.push(&lane, &event, Level::Info).unwrap();
                waiting.fetch_sub(1, Ordering::SeqCst);
            })
        });
        // It looks by itself every now and then; here, as long as somebody has something to say.
        while waiting.load(Ordering::SeqCst) > 0 {
            take_out(&queue);
            thread::yield_now();
        }
        for caller in callers {
            caller.join().unwrap();
        }
        assert!(!queue.is_stalled());
    });
}

#[test]
fn fault_8_a_writer_that_was_called_finds_what_was_logged_before_the_call() {
    check(false, || {
        let queue = queue();
        let inner = Arc::clone(&queue);
        let writer = thread::spawn(move || {
            inner.set_writer(thread::current());
            let mut found = 0;
            while found < 4 {
                // Never by itself: a call that is swallowed leaves it here for ever.
                thread::park();
                found += take_out(&inner).len();
            }
        });
        let callers = [0, 1].map(|thread| {
            let (queue, writer) = (Arc::clone(&queue), writer.thread().clone());
            thread::spawn(move || {
                queue.set_writer(writer);
                let lane = queue.lane();
                for number in 0..2 {
                    queue.push(&lane, &event((thread, number), 40), Level::Info).unwrap();
                    queue.call_writer();
                }
            })
        });
        for caller in callers {
            caller.join().unwrap();
        }
        writer.join().unwrap();
    });
}

#[test]
fn fault_8_a_stall_is_waited_for_once_and_ends_when_the_writer_has_been_through() {
    check(true, || {
        let queue = queue();
        fill(&queue);
        // The writer may come before, while, or after a caller waits in vain.
        let inner = Arc::clone(&queue);
        let writer = thread::spawn(move || take_out(&inner).len());
        let caller = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                let lane = queue.lane();
                let began = Instant::now();
                let taken = queue.push(&lane, &event((0, 0), 15_000), Level::Info);
                let waited = Instant::now().saturating_duration_since(began);
                assert!(taken.is_ok() || waited >= UP_TO, "{waited:?}");
            })
        };
        caller.join().unwrap();
        writer.join().unwrap();
        // It has been through since, so the stall is over, whoever was first.
        assert!(!queue.is_stalled());

        take_out(&queue);
        fill(&queue);
        let lane = queue.lane();
        let began = Instant::now();
        let mut waits = [Duration::ZERO; 3];
        for wait in &mut waits {
            queue.push(&lane, &event((1, 0), 15_000), Level::Info).unwrap_err();
            *wait = Instant::now().saturating_duration_since(began);
        }
        assert!(waits[0] >= UP_TO && queue.is_stalled());
        assert!(waits[2] < UP_TO * 2, "it waited more than once: {waits:?}");
    });
}

#[test]
fn fault_8_who_found_others_quicker_makes_nobody_else_drop() {
    check(true, || {
        let queue = queue();
        fill(&queue);
        let mut chunks: Vec<Chunk> = Vec::new();
        queue.drain(|_, chunk| chunks.push(chunk));
        let inner = Arc::clone(&queue);
        let caller = thread::spawn(move || {
            let lane = inner.lane();
            let too_large = event((0, 0), CAP * 2);
            inner.push(&lane, &too_large, Level::Info).unwrap_err();
        });
        while !queue.is_called() {
            thread::yield_now();
        }
        queue.give_back(chunks.into_iter());
        caller.join().unwrap();
        // Called, it already holds the lock; so it saw the room being given back.
        assert!(!queue.is_stalled());
    });
}

#[test]
fn fault_8_callers_that_drop_in_a_stall_let_the_writer_through() {
    check(true, || {
        let queue = queue();
        fill(&queue);
        let lane = queue.lane();
        queue.push(&lane, &event((0, 0), 15_000), Level::Info).unwrap_err();
        assert!(queue.is_stalled());
        let inner = Arc::clone(&queue);
        let writer = thread::spawn(move || take_out(&inner).len());
        // Made beforehand, as the stamp steps aside by itself. One that never did would go on for ever wherever the
        // scheduler prefers it.
        let event = event((0, 1), 15_000);
        while queue.push(&lane, &event, Level::Info).is_err() {}
        writer.join().unwrap();
    });
}
