use std::sync::Arc;

use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::thread;

use super::queue::Queue;
use super::support::{Name, check, event, take_out};
use crate::config::Backpressure;
use crate::record::Level;

const THREADS: u64 = 3;
const EACH: u64 = 6;

/// Room for four chunks: three threads find it full now and then.
const CAP: usize = 64 << 10;

/// A thread that logs and ends: what the queue took of it, in order, is in its own hands alone.
fn log(queue: &Queue, thread: u64) -> Vec<Name> {
    let lane = queue.lane();
    let names = (0..EACH).map(|number| (thread, number));
    // Small ones, one that fills half a chunk, and one that is larger than any.
    let taken = names.filter(|name| {
        let length = [40, 40, 7_000, 20_000][usize::try_from(name.1).unwrap() % 4];
        queue.push(&lane, &event(*name, length), Level::Info).is_ok()
    });
    taken.collect()
}

#[test]
fn fault_8_what_the_queue_took_comes_out_once_and_in_order() {
    check(false, || {
        let queue = Arc::new(Queue::new(CAP, Backpressure::DropNewest));
        let running = Arc::new(AtomicUsize::new(usize::try_from(THREADS).unwrap()));
        let logging = (0..THREADS).map(|thread| {
            let (queue, running) = (Arc::clone(&queue), Arc::clone(&running));
            thread::spawn(move || {
                let taken = log(&queue, thread);
                running.fetch_sub(1, Ordering::SeqCst);
                taken
            })
        });
        let logging: Vec<_> = logging.collect();
        let mut found = Vec::new();
        while running.load(Ordering::SeqCst) > 0 {
            assert!(queue.taken() <= queue.cap(), "{} taken", queue.taken());
            found.extend(take_out(&queue));
            thread::yield_now();
        }
        let taken: Vec<Vec<Name>> =
            logging.into_iter().map(|thread| thread.join().unwrap()).collect();
        found.extend(take_out(&queue));
        for (thread, taken) in (0..).zip(taken) {
            let of_thread: Vec<Name> =
                found.iter().copied().filter(|name| name.0 == thread).collect();
            assert_eq!(of_thread, taken);
        }
        assert_eq!(queue.taken(), 0);
    });
}

#[test]
fn fault_8_the_lanes_of_threads_that_ended_are_forgotten_and_none_before_it_is_empty() {
    check(false, || {
        let queue = Arc::new(Queue::new(CAP, Backpressure::DropNewest));
        let inner = Arc::clone(&queue);
        let logging = thread::spawn(move || {
            let lane = inner.lane();
            inner.push(&lane, &event((0, 0), 40), Level::Info).unwrap();
            Arc::downgrade(&lane)
        });
        let mut found = take_out(&queue);
        let lane = logging.join().unwrap();
        found.extend(take_out(&queue));
        assert_eq!(found, [(0, 0)]);
        assert!(lane.upgrade().is_none(), "the lane is still there");
    });
}
