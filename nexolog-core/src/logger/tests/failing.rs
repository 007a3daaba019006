use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use super::ledger::{self, Ledger};
use super::support::{Fate, Operation, Run};

const BATCHES: u64 = 10;
const EACH: u64 = 20;

/// Operations from `first` to `last`, counted from the start of logging, fail with `kind`.
fn storm(first: u64, last: u64, kind: ErrorKind) -> Vec<Value> {
    let operations = Arc::new(AtomicU64::new(u64::MAX / 2));
    let counted = Arc::clone(&operations);
    let run = Run::start(
        |builder| builder.max_file_size(64 << 10),
        move |_| {
            let number = counted.fetch_add(1, Ordering::Relaxed);
            if (first..=last).contains(&number) { Fate::Fails(kind) } else { Fate::Succeeds }
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
            drop(run.logs.flush());
        }
    });
    operations.store(u64::MAX / 2, Ordering::Relaxed);
    run.logs.shutdown().unwrap();

    let records = ledger::main_log(run.directory.path());
    let context = format!("operations {first} to {last}: {records:#?}");
    assert_eq!(Ledger::of(&records).logged(), BATCHES * EACH, "{context}");
    assert!(ledger::seqs(&records).is_sorted_by(|a, b| a < b), "{context}");
    records
}

fn is_trouble(record: &Value) -> bool {
    record["message"] == "trouble"
}

#[test]
fn fault_21_any_operation_may_fail_once_and_every_event_is_in_the_ledger() {
    let told = (0..30).filter(|&at| storm(at, at, ErrorKind::Other).iter().any(is_trouble)).count();
    assert!(told > 10, "told {told} times");
}

#[test]
fn fault_21_the_disk_may_fail_for_a_while_and_every_event_is_in_the_ledger() {
    for first in 0..10 {
        let records = storm(first * 3, first * 3 + 25, ErrorKind::Other);
        assert!(records.iter().any(is_trouble), "{records:#?}");
    }
}

#[test]
fn fault_26_a_disk_that_is_read_only_for_a_while_takes_what_waited() {
    let records = storm(0, 60, ErrorKind::ReadOnlyFilesystem);
    assert_eq!(
        Ledger::of(&records),
        Ledger { present: BATCHES * EACH, lost: 0, removed: 0, suppressed: 0 }
    );
}

/// Logs three megabytes to a disk that takes no write, which is more than waits in memory.
fn refused(kind: ErrorKind, then: Fate) -> (Run, Result<(), String>) {
    let refuses = Arc::new(AtomicU64::new(0));
    let asked = Arc::clone(&refuses);
    let run = Run::start(
        |builder| builder,
        move |operation| match (operation, asked.load(Ordering::Relaxed)) {
            (Operation::Write, 1) => Fate::Fails(kind),
            (Operation::Write, 2) => then,
            _ => Fate::Succeeds,
        },
    );
    run.settle();
    refuses.store(1, Ordering::Relaxed);
    run.log(|| {
        for number in 0..6_000 {
            tracing::info!(module = "work", number, padding = "x".repeat(500), "a line");
        }
        run.logs.flush().unwrap_err();
        refuses.store(2, Ordering::Relaxed);
        tracing::info!(module = "work", "the first line afterwards");
    });
    let ended = run.logs.shutdown().map_err(|error| error.to_string());
    (run, ended)
}

#[test]
fn fault_22_a_quota_is_told_as_a_full_disk_right_where_lines_are_missing() {
    let (run, ended) = refused(ErrorKind::QuotaExceeded, Fate::Succeeds);
    ended.unwrap();
    let records = ledger::main_log(run.directory.path());
    let ledger = Ledger::of(&records);
    assert_eq!(ledger.logged(), 6_001);
    assert_eq!(
        (ledger.lost, ledger.lost),
        (run.logs.counters().lost(), ledger::lost_by(&records, "disk_full"))
    );
    let at = records.iter().position(|record| record["message"] == "lost").unwrap();
    let fields = &records[at]["fields"];
    assert_eq!(fields["by_level"]["INFO"], fields["count"]);
    let missing = fields["first_seq"].as_u64().unwrap()..=fields["last_seq"].as_u64().unwrap();
    let before = records[at - 1]["seq"].as_u64().unwrap();
    let here = records[at]["seq"].as_u64().unwrap();
    assert_eq!((before + 1, here), (*missing.start(), missing.end() + 1), "{:#?}", records[at]);
    assert!(fields["from"].as_str() < fields["to"].as_str(), "{fields}");
}

#[test]
fn fault_19_a_disk_that_is_full_to_the_end_is_an_error_that_says_how_much_was_lost() {
    let full = Fate::Fails(ErrorKind::StorageFull);
    let (run, ended) = refused(ErrorKind::StorageFull, full);
    let error = ended.unwrap_err();
    let present = Ledger::of(&ledger::main_log(run.directory.path())).present;
    assert_eq!((present, run.logs.counters().lost()), (0, 6_001));
    assert!(error.contains("6001 events lost"), "{error}");
}

#[test]
fn fault_17_interrupted_and_short_writes_tear_and_double_nothing() {
    let writes = AtomicU64::new(0);
    let run = Run::start(
        |builder| builder.max_file_size(64 << 10),
        move |operation| match writes.fetch_add(1, Ordering::Relaxed) % 3 {
            _ if operation == Operation::Other => Fate::Succeeds,
            0 => Fate::Fails(ErrorKind::Interrupted),
            1 => Fate::Short(7),
            _ => Fate::Short(333),
        },
    );
    run.log(|| (0..1_000).for_each(|number| tracing::info!(module = "work", number, "a line")));
    run.logs.shutdown().unwrap();
    let records = ledger::main_log(run.directory.path());
    let ledger = Ledger::of(&records);
    assert_eq!(ledger, Ledger { present: 1_000, lost: 0, removed: 0, suppressed: 0 });
    assert!(records.iter().all(|record| record["message"] != "trouble"), "{records:#?}");
}
