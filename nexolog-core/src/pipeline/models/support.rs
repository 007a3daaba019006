use std::sync::Arc;

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, Runner};

use super::queue::{Chunk, Lane, Queue};
use super::sync;
use crate::record::Level;
use crate::record::wire::{self, HEADER_LEN, Header};

/// Schedules of each kind that are tried of a model.
const RUNS: usize = 150;

/// Preemptions at most in a schedule that is otherwise as even as can be.
const PREEMPTIONS: usize = 3;

/// Runs a model under schedules drawn at random, and under such as need a few rare switches.
pub(super) fn check(time_passes: bool, model: impl Fn() + Clone + Send + Sync + 'static) {
    let runs = std::env::var("NEXOLOG_MODEL_RUNS").ok().and_then(|runs| runs.parse().ok());
    let runs = runs.unwrap_or(RUNS);
    run(RandomScheduler::new(runs), time_passes, model.clone());
    run(PctScheduler::new(PREEMPTIONS, runs), time_passes, model);
}

fn run(
    scheduler: impl Scheduler + 'static,
    time_passes: bool,
    model: impl Fn() + Send + Sync + 'static,
) {
    let mut config = Config::new();
    config.stack_size = 256 << 10;
    Runner::new(scheduler, config).run(move || {
        sync::begin(time_passes);
        model();
    });
}

/// An event's name: which thread logged it, and the how-manieth of that thread it is.
pub(super) type Name = (u64, u64);

/// An event of `length` bytes with its name in it, stamped now.
pub(super) fn event(name: Name, length: usize) -> Vec<u8> {
    let mut event = Vec::new();
    wire::begin(&mut event);
    event.extend_from_slice(&name.0.to_le_bytes());
    event.extend_from_slice(&name.1.to_le_bytes());
    event.resize(length.max(event.len()), 0);
    wire::finish(&mut event, Header { stamp: sync::stamp(), plan: 0, level: Level::Info });
    event
}

/// The name in an event's items.
pub(super) fn name(items: &[u8]) -> Name {
    let number = |at: usize| u64::from_le_bytes(items[at..at + 8].try_into().unwrap());
    (number(0), number(8))
}

/// The names of the events in a chunk.
pub(super) fn names(chunk: &[u8]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut rest = chunk;
    while let Some((length, _)) = wire::head(rest) {
        names.push(name(&rest[HEADER_LEN..length]));
        rest = &rest[length..];
    }
    assert!(rest.is_empty(), "half an event");
    names
}

/// Takes everything out as the writer does, and gives the room back; the names of what there was.
pub(super) fn take_out(queue: &Queue) -> Vec<Name> {
    let (mut found, mut chunks) = (Vec::new(), Vec::<Chunk>::new());
    queue.drain(|_: &Arc<Lane>, chunk| {
        found.extend(names(&chunk));
        chunks.push(chunk);
    });
    queue.give_back(chunks.into_iter());
    found
}
