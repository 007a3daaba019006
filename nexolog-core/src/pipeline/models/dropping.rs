use std::sync::Arc;

use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::thread;

use super::losses::{Cause, LossCounts, Losses};
use super::queue::Queue;
use super::support::{check, event, take_out};
use crate::config::Backpressure;
use crate::record::Level;

const THREADS: usize = 3;
const EACH: u64 = 6;

/// Room for four chunks, so that callers find it full.
const CAP: usize = 64 << 10;

/// Logs as `Capture` does: what the queue refuses is counted. Gives how many it refused.
fn log(queue: &Queue, losses: &Losses, level: Level) -> u64 {
    let lane = queue.lane();
    let refused = (0..EACH).filter(|number| {
        let full = queue.push(&lane, &event((0, *number), 9_000), level).is_err();
        if full {
            losses.add(Cause::QueueFull, level, 1);
        }
        full
    });
    refused.count() as u64
}

/// What is newly lost, added to what was told before.
fn tell(losses: &Losses, before: &mut LossCounts, told: &mut [u64; 6]) {
    let now = losses.now();
    for (cause, by_level) in now.since(before) {
        assert_eq!(cause, Cause::QueueFull);
        told.iter_mut().zip(by_level).for_each(|(told, count)| *told += count);
    }
    *before = now;
}

fn drops_are_told(backpressure: Backpressure, time_passes: bool) {
    check(time_passes, move || {
        let queue = Arc::new(Queue::new(CAP, backpressure));
        let losses = Arc::new(Losses::default());
        let running = Arc::new(AtomicUsize::new(THREADS));
        let levels = [Level::Debug, Level::Info, Level::Info];
        let logging = levels.map(|level| {
            let (queue, losses) = (Arc::clone(&queue), Arc::clone(&losses));
            let running = Arc::clone(&running);
            thread::spawn(move || {
                let refused = log(&queue, &losses, level);
                running.fetch_sub(1, Ordering::SeqCst);
                refused
            })
        });
        let (mut before, mut told, mut found) = (LossCounts::default(), [0; 6], 0);
        while running.load(Ordering::SeqCst) > 0 {
            found += take_out(&queue).len() as u64;
            tell(&losses, &mut before, &mut told);
            thread::yield_now();
        }
        let refused = logging.map(|thread| thread.join().unwrap());
        found += take_out(&queue).len() as u64;
        tell(&losses, &mut before, &mut told);
        for level in Level::ALL {
            let refused = levels.into_iter().zip(refused).filter(|(of, _)| *of == level);
            assert_eq!(
                told[level as usize],
                refused.map(|(_, count)| count).sum::<u64>(),
                "{level:?}"
            );
        }
        assert_eq!(losses.total(Cause::QueueFull), refused.iter().sum::<u64>());
        assert_eq!(found + refused.iter().sum::<u64>(), EACH * THREADS as u64);
    });
}

#[test]
fn fault_8_the_drops_told_are_the_drops_there_were() {
    drops_are_told(Backpressure::DropNewest, false);
}

#[test]
fn fault_8_the_drops_told_are_those_there_were_when_callers_wait_in_vain() {
    drops_are_told(Backpressure::Block { up_to: super::waiting::UP_TO }, true);
}
