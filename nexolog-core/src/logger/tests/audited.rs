//! The audit trail on a disk that fails.

use std::fs;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::ledger;
use super::support::{Fate, Operation, Run};
use crate::audit::{AuditError, Draft, Kind, Trail};

const PATIENCE: Duration = Duration::from_secs(60);

fn entry(number: u64) -> Draft {
    Draft::new(Kind::Operation, "test", "success").number("number", number).value("who", "ada")
}

fn trail(run: &Run) -> &Arc<Trail> {
    &run.logs.inner.parts.trail
}

fn lines(run: &Run) -> Vec<String> {
    let text = fs::read_to_string(run.directory.path().join("audit.jsonl")).unwrap();
    assert!(text.ends_with('\n'));
    text.lines().map(str::to_owned).collect()
}

/// A logger whose disk does to writes, or to everything, as `fate` says while `failing` is set.
fn failing(fate: Fate, only_writes: bool) -> (Run, Arc<AtomicU64>) {
    let failing = Arc::new(AtomicU64::new(0));
    let asked = Arc::clone(&failing);
    let run = Run::start(
        |builder| builder,
        move |operation| {
            let is_meant = operation == Operation::Write || !only_writes;
            if is_meant && asked.load(Ordering::Relaxed) == 1 { fate } else { Fate::Succeeds }
        },
    );
    run.settle();
    (run, failing)
}

#[test]
fn fault_78_a_full_disk_refuses_entries_leaves_no_piece_of_them_and_says_how_many_they_were() {
    for (fate, only_writes) in [
        (Fate::Fails(ErrorKind::StorageFull), true),
        (Fate::Fails(ErrorKind::Other), false),
        (Fate::Panics, true),
    ] {
        let (run, failing) = failing(fate, only_writes);
        let before = (lines(&run), trail(&run).state().head);
        failing.store(1, Ordering::Relaxed);
        for number in 0..3 {
            let refused = trail(&run).append(entry(number)).wait(PATIENCE);
            assert!(matches!(refused, Err(AuditError::Disk(_))), "{fate:?}: {refused:?}");
        }
        let state = trail(&run).state();
        assert_eq!((state.writing, state.missed, state.head), (false, 3, before.1), "{fate:?}");
        assert_eq!(lines(&run), before.0, "{fate:?}");
        failing.store(0, Ordering::Relaxed);
        trail(&run).append(entry(7)).wait(PATIENCE).unwrap();
        let after = lines(&run);
        let missed = &after[before.0.len()];
        assert!(
            missed.contains("\"kind\":\"missed\"") && missed.contains("\"count\":3"),
            "{missed}"
        );
        assert_eq!(after.len(), before.0.len() + 2);
        run.logs.shutdown().unwrap();
        let report = run.logs.verify_audit().unwrap();
        assert!(report.is_consistent(), "{report}");

        let records = ledger::main_log(run.directory.path());
        let told = |message: &str| records.iter().filter(|r| r["message"] == message).count();
        assert_eq!(told("the audit trail is written again"), 1, "{records:#?}");
        let trouble = records.iter().filter(|record| {
            let what = record["fields"]["what"].as_str().unwrap_or_default();
            what.starts_with("writing the audit trail failed")
        });
        assert_eq!(trouble.count(), 1, "{records:#?}");
    }
}

#[test]
fn fault_17_short_writes_tear_no_entry() {
    let (run, failing) = failing(Fate::Short(7), true);
    failing.store(1, Ordering::Relaxed);
    for number in 0..20 {
        trail(&run).append(entry(number)).wait(PATIENCE).unwrap();
    }
    run.logs.shutdown().unwrap();
    let report = run.logs.verify_audit().unwrap();
    assert!(report.is_consistent() && report.entries == 23, "{report}");
}

#[test]
fn a_run_whose_first_entry_the_disk_did_not_take_still_begins_with_it() {
    let failing = Arc::new(AtomicU64::new(1));
    let asked = Arc::clone(&failing);
    let run = Run::start(
        |builder| builder,
        move |_| {
            let is_trail = std::thread::current().name() == Some("nexolog-audit");
            if is_trail && asked.load(Ordering::Relaxed) == 1 {
                Fate::Fails(ErrorKind::StorageFull)
            } else {
                Fate::Succeeds
            }
        },
    );
    trail(&run).append(entry(1)).wait(PATIENCE).unwrap_err();
    failing.store(0, Ordering::Relaxed);
    trail(&run).append(entry(2)).wait(PATIENCE).unwrap();
    let lines = lines(&run);
    let kinds = ["started", "missed", "operation"];
    assert_eq!(lines.len(), 3);
    for (line, kind) in lines.iter().zip(kinds) {
        assert!(line.contains(&format!("\"kind\":\"{kind}\"")), "{line}");
    }
    run.logs.shutdown().unwrap();
    assert!(run.logs.verify_audit().unwrap().is_consistent());
}

#[test]
fn what_many_note_while_the_disk_is_busy_costs_one_write_and_one_sync() {
    /// Whether the disk is held up, and how many operations it was asked for since.
    #[derive(Default)]
    struct Gate {
        is_shut: bool,
        stands: bool,
        operations: u64,
    }
    let gate = Arc::new((Mutex::new(Gate::default()), Condvar::new()));
    let asked = Arc::clone(&gate);
    let run = Run::start(
        |builder| builder,
        move |_| {
            if std::thread::current().name() != Some("nexolog-audit") {
                return Fate::Succeeds;
            }
            let mut gate = asked.0.lock().unwrap();
            gate.operations += 1;
            if gate.is_shut && !gate.stands {
                gate.stands = true;
                asked.1.notify_all();
                drop(asked.1.wait_while(gate, |gate| gate.is_shut).unwrap());
            }
            Fate::Succeeds
        },
    );
    run.settle();
    gate.0.lock().unwrap().is_shut = true;
    let first = trail(&run).append(entry(0));
    let mut held = gate.1.wait_while(gate.0.lock().unwrap(), |gate| !gate.stands).unwrap();
    held.operations = 0;
    let tickets: Vec<_> = (1..=500).map(|number| trail(&run).append(entry(number))).collect();
    held.is_shut = false;
    drop(held);
    gate.1.notify_all();
    first.wait(PATIENCE).unwrap();
    for ticket in tickets {
        ticket.wait(PATIENCE).unwrap();
    }
    let operations = gate.0.lock().unwrap().operations;
    // The sync of the first, then a write and a sync for all others.
    assert_eq!(operations, 3);
    let numbers: Vec<String> = lines(&run)
        .iter()
        .filter_map(|line| line.split_once("\"number\":")?.1.split_once('}'))
        .map(|(number, _)| number.to_owned())
        .collect();
    let expected: Vec<String> = (0..=500).map(|number: u64| number.to_string()).collect();
    assert_eq!(numbers, expected, "in the order in which they were noted");
    run.logs.shutdown().unwrap();
}
