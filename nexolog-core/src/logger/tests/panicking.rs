use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ledger::{self, Ledger};
use super::support::{Fate, Run};

const BATCHES: u64 = 12;
const EACH: u64 = 20;

/// Operations from `first` to `last`, counted from the start of logging, panic.
fn storm(first: u64, last: u64) -> bool {
    let operations = Arc::new(AtomicU64::new(u64::MAX / 2));
    let counted = Arc::clone(&operations);
    let run = Run::start(
        |builder| builder.max_file_size(64 << 10),
        move |_| {
            let number = counted.fetch_add(1, Ordering::Relaxed);
            if (first..=last).contains(&number) { Fate::Panics } else { Fate::Succeeds }
        },
    );
    run.logs.flush().unwrap();
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
    let told = |record: &serde_json::Value| {
        record["message"] == "trouble"
            && record["fields"]["what"].as_str().unwrap().ends_with("panicked: out of cheese")
    };
    records.iter().any(told)
}

#[test]
fn fault_9_a_panic_at_any_operation_is_told_and_loses_nothing_uncounted() {
    let told = (0..40).filter(|&operation| storm(operation, operation)).count();
    // How many operations a run has depends on how lines fall into batches, so the later ones may not come at
    // all; what is certain is checked in each run, and here that panics are told.
    assert!(told > 0, "told {told} times");
}

#[test]
fn fault_9_a_writer_that_panics_again_and_again_goes_on_when_it_can() {
    for first in 0..10 {
        assert!(storm(first * 3, first * 3 + 12));
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
