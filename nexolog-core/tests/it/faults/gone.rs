use std::fs;
use std::path::Path;

use nexolog_core::{Console, Nexolog};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::child::until;
use crate::ledger::{self, Ledger};

/// Logs 100 lines, lets `disturb` at the files, logs 50 more, and gives the log directory when all is over.
fn run(disturb: impl FnOnce(&Path), check: impl FnOnce(&Path, &Nexolog)) {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("logs");
    let builder = Nexolog::builder("shop").directory(&directory).console(Console::Off);
    let logs = builder.build().unwrap();
    let subscriber = tracing_subscriber::registry().with(logs.layer());
    tracing::subscriber::with_default(subscriber, || {
        log(100);
        logs.flush().unwrap();
        // Or the trail might come into a directory that is just being removed.
        #[cfg(feature = "api")]
        until("the trail begins", || logs.audit_head().seq() > 0);
        disturb(&directory);
        log(50);
        logs.flush().unwrap();
        check(&directory, &logs);
    });
}

fn log(lines: u64) {
    (0..lines).for_each(|number| tracing::info!(module = "work", number, "a line"));
}

fn told(records: &[Value], cause: &str) -> usize {
    let is_told = |r: &&Value| r["message"] == "reopened" && r["fields"]["cause"] == cause;
    records.iter().filter(is_told).count()
}

#[test]
fn fault_27_a_removed_directory_comes_back_by_itself_and_what_went_with_it_is_told() {
    run(
        |directory| fs::remove_dir_all(directory).unwrap(),
        |directory, logs| {
            // Nobody logs meanwhile.
            until("the main log is there again", || directory.join("shop.jsonl").exists());
            log(10);
            logs.shutdown().unwrap();
            let records = ledger::main_log(directory);
            let ledger = Ledger::of(&records);
            assert_eq!(ledger.logged(), 160, "{ledger:?}");
            assert!(ledger.present >= 10 && ledger.lost >= 100, "{ledger:?}");
            assert_eq!(ledger.lost, ledger::lost_by(&records, "file_removed"));
            assert_eq!(ledger.lost, logs.counters().lost());
            assert_eq!(told(&records, "file_removed"), 1, "{records:#?}");
            assert!(!ledger::family(directory, "work", ".log").is_empty());
        },
    );
}

#[test]
fn fault_27_an_unlinked_file_comes_back_by_itself_and_what_went_with_it_is_told() {
    run(
        |directory| fs::remove_file(directory.join("shop.jsonl")).unwrap(),
        |directory, logs| {
            until("the main log is there again", || directory.join("shop.jsonl").exists());
            logs.shutdown().unwrap();
            let records = ledger::main_log(directory);
            let ledger = Ledger::of(&records);
            assert_eq!(ledger.logged(), 150, "{ledger:?}");
            assert_eq!(ledger.lost, ledger::lost_by(&records, "file_removed"));
            let lost = records.iter().find(|record| record["message"] == "lost").unwrap();
            assert_eq!(lost["fields"]["by_level"]["INFO"], ledger.lost);
            assert_eq!(lost["fields"]["first_seq"], 1);
        },
    );
}

#[test]
fn fault_27_a_file_removed_right_before_the_end_is_told_as_well() {
    run(
        |_| {},
        |directory, logs| {
            fs::remove_file(directory.join("shop.jsonl")).unwrap();
            logs.shutdown().unwrap();
            let ledger = Ledger::of(&ledger::main_log(directory));
            assert_eq!(ledger, Ledger { present: 0, lost: 150, removed: 0, suppressed: 0 });
        },
    );
}

#[test]
fn fault_28_a_file_that_logrotate_moved_is_left_to_it_and_a_new_one_begun() {
    run(
        |directory| {
            fs::rename(directory.join("shop.jsonl"), directory.join("shop.jsonl.1")).unwrap();
        },
        |directory, logs| {
            until("the main log is there again", || directory.join("shop.jsonl").exists());
            log(10);
            logs.shutdown().unwrap();
            let mut records = ledger::records(&directory.join("shop.jsonl.1"));
            let moved = records.len();
            records.extend(ledger::main_log(directory));
            assert!(records.len() > moved + 10);
            assert_eq!(
                Ledger::of(&records),
                Ledger { present: 160, lost: 0, removed: 0, suppressed: 0 }
            );
            let seqs = ledger::seqs(&records);
            assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
            assert_eq!(told(&records, "file_renamed"), 1);
        },
    );
}

#[test]
fn fault_28_a_file_that_logrotate_copied_and_cut_is_written_on_from_its_beginning() {
    run(
        |directory| {
            let active = directory.join("shop.jsonl");
            fs::copy(&active, directory.join("shop.jsonl.1")).unwrap();
            fs::File::options().write(true).open(&active).unwrap().set_len(0).unwrap();
        },
        |directory, logs| {
            let is_told = || {
                logs.flush().unwrap();
                told(&ledger::main_log(directory), "file_truncated") == 1
            };
            until("the cut is told", is_told);
            logs.shutdown().unwrap();
            let mut records = ledger::records(&directory.join("shop.jsonl.1"));
            records.extend(ledger::main_log(directory));
            assert_eq!(
                Ledger::of(&records),
                Ledger { present: 150, lost: 0, removed: 0, suppressed: 0 }
            );
            let seqs = ledger::seqs(&records);
            assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
        },
    );
}
