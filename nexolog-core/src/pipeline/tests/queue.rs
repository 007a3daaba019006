use std::sync::Arc;
use std::time::Duration;

use super::super::queue::Queue;
use crate::config::Backpressure;
use crate::record::Level;

fn drained(queue: &Queue) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chunks = Vec::new();
    queue.drain(|_, chunk| {
        bytes.extend_from_slice(&chunk);
        chunks.push(chunk);
    });
    queue.give_back(chunks.into_iter());
    bytes
}

#[test]
fn what_goes_in_comes_out_in_order_and_the_room_is_given_back() {
    let queue = Queue::new(1 << 20, Backpressure::DropNewest);
    let lane = queue.lane();
    let mut expected = Vec::new();
    for number in 0..2_000_u32 {
        let event = number.to_le_bytes().repeat(10);
        queue.push(&lane, &event, Level::Info).unwrap();
        expected.extend_from_slice(&event);
    }
    let large = vec![7; 100_000];
    queue.push(&lane, &large, Level::Info).unwrap();
    expected.extend_from_slice(&large);
    assert_eq!(drained(&queue), expected);
    assert_eq!(queue.taken(), 0);
}

#[test]
fn a_full_queue_sheds_debug_first_and_keeps_room_for_errors() {
    let queue = Queue::new(1 << 20, Backpressure::DropNewest);
    let lane = queue.lane();
    let fill =
        |level| (0..2_000).take_while(|_| queue.push(&lane, &[0; 1000], level).is_ok()).count();
    assert!(fill(Level::Debug) > 0);
    assert!(fill(Level::Info) > 0);
    assert!(fill(Level::Error) > 0);
    assert!(queue.taken() <= queue.cap());
}

#[test]
fn a_stall_is_waited_for_once_and_over_when_the_writer_has_drained() {
    let up_to = Duration::from_millis(1);
    let queue = Queue::new(1 << 20, Backpressure::Block { up_to });
    let lane = queue.lane();
    while queue.push(&lane, &[0; 1000], Level::Info).is_ok() {}
    assert!(queue.is_stalled());
    drained(&queue);
    assert!(!queue.is_stalled());
    queue.push(&lane, &[0; 1000], Level::Info).unwrap();
}

#[test]
fn a_caller_who_found_others_quicker_makes_nobody_else_drop() {
    let up_to = Duration::from_millis(50);
    let queue = Queue::new(1 << 20, Backpressure::Block { up_to });
    let lane = queue.lane();
    queue.push(&lane, &[0; 1000], Level::Info).unwrap();
    let mut chunks = Vec::new();
    queue.drain(|_, chunk| chunks.push(chunk));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // The caller holds the lock of the room from before this until it waits.
            while !queue.is_called() {
                std::thread::yield_now();
            }
            queue.give_back(chunks.into_iter());
        });
        let too_large = vec![0; 2 << 20];
        assert!(queue.push(&lane, &too_large, Level::Info).is_err());
    });
    assert!(!queue.is_stalled());
}

#[test]
fn the_last_lines_of_a_thread_outlive_it() {
    let queue = Arc::new(Queue::new(1 << 20, Backpressure::DropNewest));
    let inner = Arc::clone(&queue);
    let logging = std::thread::spawn(move || {
        let lane = inner.lane();
        inner.push(&lane, b"last words", Level::Info).unwrap();
    });
    logging.join().unwrap();
    assert_eq!(drained(&queue), b"last words");
    assert_eq!(queue.lanes(), 0);
}
