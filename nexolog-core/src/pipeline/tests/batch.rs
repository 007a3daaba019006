use super::super::batch::{Batch, RUN};
use super::super::queue::{Lane, Queue};
use crate::config::Backpressure;
use crate::record::Level;
use crate::record::wire::{self, Header};

fn event(stamp: u64) -> Vec<u8> {
    let mut out = Vec::new();
    wire::begin(&mut out);
    wire::finish(&mut out, Header { stamp, plan: 0, level: Level::Info });
    out
}

#[test]
fn lanes_are_merged_by_stamp_and_later_stamps_wait() {
    let queue = Queue::new(1 << 20, Backpressure::DropNewest);
    let (one, two) = (queue.lane(), queue.lane());
    for (lane, stamps) in [(&one, [1, 4, 9]), (&two, [2, 3, 12])] {
        for stamp in stamps {
            queue.push(lane, &event(stamp), Level::Info).unwrap();
        }
    }
    let mut batch = Batch::default();
    let mut seen = Vec::new();
    for cut in [4, 10, 20] {
        batch.gather(&queue, cut);
        let events = (0..batch.run_end()).filter_map(|place| batch.event(place));
        seen.push(events.map(|event| event.header.stamp).collect::<Vec<_>>());
        assert!(!batch.release(&queue));
    }
    assert_eq!(seen, [vec![1, 2, 3, 4], vec![9], vec![12]]);
    assert_eq!(queue.taken(), 0);
}

#[test]
fn every_event_has_its_request_whatever_the_cut_holds_back() {
    let queue = Queue::new(1 << 20, Backpressure::DropNewest);
    let (one, two) = (queue.lane(), queue.lane());
    let push = |lane: &Lane, stamp: u64, request: &str| {
        queue.push_in_request(lane, &event(stamp), request.as_bytes(), Level::Info).unwrap();
    };
    let mut batch = Batch::default();
    let mut seen = Vec::new();
    for round in 0..300 {
        let stamp = round * 10;
        for (at, request) in [(1, "r-1"), (3, "r-1"), (5, "r-2"), (7, "r-2"), (9, "r-2")] {
            push(&one, stamp + at, request);
        }
        queue.push(&two, &event(stamp + 2), Level::Info).unwrap();
        push(&two, stamp + 8, "r-3");
        batch.gather(&queue, stamp + 6);
        loop {
            for place in 0..batch.run_end() {
                let event = batch.event(place).unwrap();
                let request = String::from_utf8(event.body.request.to_vec()).unwrap();
                seen.push((event.header.stamp, request));
            }
            if !batch.release(&queue) {
                break;
            }
        }
    }
    let request_of = |stamp| match stamp % 10 {
        1 | 3 => "r-1",
        5 | 7 | 9 => "r-2",
        8 => "r-3",
        _ => "",
    };
    assert_eq!(seen.len(), 300 * 7 - 3);
    assert!(seen.iter().all(|(stamp, request)| request == request_of(*stamp)));
    assert!(seen.is_sorted());
}

#[test]
fn room_is_given_back_while_the_batch_is_taken() {
    let queue = Queue::new(1 << 20, Backpressure::DropNewest);
    let lane = queue.lane();
    let mut event = event(1);
    event.resize(1_000, 0);
    wire::finish(&mut event, Header { stamp: 1, plan: 0, level: Level::Info });
    while queue.push(&lane, &event, Level::Info).is_ok() {}
    let mut batch = Batch::default();
    batch.gather(&queue, 1);
    let full = queue.taken();
    let (mut events, mut before) = (0, full);
    loop {
        events += (events..batch.run_end()).filter_map(|place| batch.event(place)).count();
        if !batch.release(&queue) {
            break;
        }
        assert!(queue.taken() < before, "nothing of {before} was given back");
        before = queue.taken();
    }
    assert!(events > RUN && before < full);
    assert_eq!(queue.taken(), 0);
}

#[test]
fn fault_47_events_of_a_clock_that_stands_still_come_once_and_in_the_order_of_their_threads() {
    const EACH: u32 = 30_000;
    let queue = Queue::new(64 << 20, Backpressure::DropNewest);
    let lanes = [queue.lane(), queue.lane()];
    let mut batch = Batch::default();
    let mut seen = [Vec::new(), Vec::new()];
    for number in 0..EACH {
        for (lane, name) in lanes.iter().zip(0..) {
            let mut event = Vec::new();
            wire::begin(&mut event);
            event.push(name);
            event.extend_from_slice(&number.to_le_bytes());
            // It stands still for a thousand events of each thread at a time.
            let stamp = u64::from(number / 1_000);
            wire::finish(&mut event, Header { stamp, plan: 0, level: Level::Info });
            queue.push(lane, &event, Level::Info).unwrap();
        }
        // The writer comes by in the middle of the chunks.
        if number % 7_001 != 0 && number + 1 != EACH {
            continue;
        }
        batch.gather(&queue, u64::MAX);
        let mut place = 0;
        loop {
            for place in place..batch.run_end() {
                let items = batch.event(place).unwrap().body.items;
                let number = u32::from_le_bytes(items[1..5].try_into().unwrap());
                seen[usize::from(items[0])].push(number);
            }
            place = batch.run_end();
            if !batch.release(&queue) {
                break;
            }
        }
    }
    for numbers in seen {
        assert!(numbers.into_iter().eq(0..EACH));
    }
}
