use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use super::ledger::{self, Ledger};
use super::support::{Fate, Run};

const BATCHES: u64 = 12;
const EACH: u64 = 20;

/// Operations from `first` to `last`, counted from the start of logging, panic, whichever thread comes to them. Gives how
/// many did: a run may be over before.
fn storm(first: u64, last: u64) -> u64 {
    let operations = Arc::new(AtomicU64::new(u64::MAX / 2));
    let panics = Arc::new(AtomicU64::new(0));
    let (counted, panicked) = (Arc::clone(&operations), Arc::clone(&panics));
    let run = Run::start(
        |builder| builder.max_file_size(64 << 10),
        move |_| {
            let number = counted.fetch_add(1, Ordering::Relaxed);
            // What is cleaned up while a panic unwinds is spared: a second one would end the process.
            if !(first..=last).contains(&number) || std::thread::panicking() {
                return Fate::Succeeds;
            }
            panicked.fetch_add(1, Ordering::Relaxed);
            Fate::Panics
        },
    );
    run.settle();
    operations.store(0, Ordering::Relaxed);
    run.log(|| {
        for batch in 0..BATCHES {
            for number in 0..EACH {
                let padding = "x".repeat(500);
                tracing::info!(module = "work", batch, number, padding, "a line");
            }
            // While the disk panics this says so; what waits is written later.
            drop(run.logs.flush());
        }
    });
    operations.store(u64::MAX / 2, Ordering::Relaxed);
    run.logs.shutdown().unwrap();

    let records = ledger::main_log(run.directory.path());
    let context = format!("operations {first} to {last}: {records:#?}");
    assert_eq!(Ledger::of(&records).logged(), BATCHES * EACH, "{context}");
    assert!(ledger::seqs(&records).is_sorted_by(|a, b| a < b), "{context}");
    assert_eq!(records.last().unwrap()["message"], "stopped", "{context}");
    let panics = panics.load(Ordering::Relaxed);
    assert_eq!(records.iter().map(panics_told).sum::<u64>(), panics, "{context}");
    panics
}

/// How many panics a record tells: the writer's, and the sealer's with the family that it tended.
fn panics_told(record: &Value) -> u64 {
    let what = record["fields"]["what"].as_str().unwrap_or_default();
    if record["message"] == "trouble" && what.contains("it panicked: out of cheese") {
        record["fields"]["count"].as_u64().unwrap()
    } else {
        0
    }
}

#[test]
fn fault_9_a_panic_at_any_operation_is_told_and_loses_nothing_uncounted() {
    let panics: u64 = (0..40).map(|operation| storm(operation, operation)).sum();
    // Each batch writes two files, and the sealer looks at each family when it begins.
    assert!(panics >= 2 * BATCHES, "{panics} of 40 operations came");
}

#[test]
fn fault_9_a_writer_that_panics_again_and_again_goes_on_when_it_can() {
    for first in 0..10 {
        assert!(storm(first * 3, first * 3 + 12) > 0);
    }
}

#[test]
fn fault_12_locks_that_a_panic_poisoned_are_used_all_the_same() {
    let run = Run::start(|builder| builder, |_| Fate::Succeeds);
    run.log(|| {
        for number in 0..1_000 {
            if number % 250 == 0 {
                run.logs.inner.parts.pipeline.poison_locks();
            }
            tracing::info!(module = "work", number, "a line");
            if number % 100 == 0 {
                tracing::error!(module = "work", number, "an error");
            }
        }
    });
    run.logs.inner.parts.pipeline.poison_locks();
    assert!(run.logs.inner.parts.pipeline.state().writing);
    run.logs.flush().unwrap();
    run.logs.shutdown().unwrap();
    let ledger = Ledger::of(&ledger::main_log(run.directory.path()));
    assert_eq!(ledger, Ledger { present: 1_010, lost: 0, removed: 0, suppressed: 0 });
}
