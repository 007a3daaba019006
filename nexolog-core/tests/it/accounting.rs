//! Every event is in the files or counted as lost, as an independent reader finds.

use std::sync::Barrier;

use crate::child::until;
use crate::ledger;
use crate::support::logged;
use nexolog_core::{Backpressure, Durability};
use serde_json::Value;

fn lost(records: &[Value]) -> u64 {
    let lost = records.iter().filter(|record| record["message"] == "lost");
    lost.map(|record| record["fields"]["count"].as_u64().unwrap()).sum()
}

#[test]
fn fault_6_a_storm_of_four_threads_is_in_the_file_or_counted() {
    const THREADS: u64 = 4;
    const EACH: u64 = 20_000;
    for policy in [
        Backpressure::DropNewest,
        Backpressure::Block { up_to: std::time::Duration::from_millis(10) },
    ] {
        let all = logged(
            |builder| builder.backpressure(policy).queue_bytes(1 << 20),
            |_| {
                let dispatch = tracing::dispatcher::get_default(Clone::clone);
                let start = Barrier::new(usize::try_from(THREADS).unwrap());
                std::thread::scope(|scope| {
                    for thread in 0..THREADS {
                        let (dispatch, start) = (&dispatch, &start);
                        scope.spawn(move || {
                            let _default = tracing::dispatcher::set_default(dispatch);
                            start.wait();
                            for number in 0..EACH {
                                tracing::info!(module = "storm", thread, number, "event");
                            }
                        });
                    }
                });
            },
        );
        let records = ledger::main_log(all.directory.path());
        let mut present: Vec<(u64, u64, u64)> = records
            .iter()
            .filter(|record| record["module"] == "storm")
            .map(|record| {
                let number = |key: &str| record["fields"][key].as_u64().unwrap();
                (record["seq"].as_u64().unwrap(), number("thread"), number("number"))
            })
            .collect();
        assert_eq!(present.len() as u64 + lost(&records), THREADS * EACH);
        assert_eq!(all.logs.counters().lost(), lost(&records));
        assert!(present.is_sorted(), "seq is the order of the file");
        present.sort_by_key(|&(seq, thread, _)| (thread, seq));
        let in_order = present.windows(2).all(|two| two[0].1 != two[1].1 || two[0].2 < two[1].2);
        assert!(in_order, "each thread's events are in the order they were logged");
        let seqs: Vec<u64> = records.iter().map(|record| record["seq"].as_u64().unwrap()).collect();
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "a clean run has no gap");
    }
}

#[test]
fn fault_91_causal_order_between_threads_is_kept() {
    const ROUNDS: u64 = 5_000;
    let records = logged(
        |builder| builder,
        |_| {
            let dispatch = tracing::dispatcher::get_default(Clone::clone);
            let (to_other, from_one) = std::sync::mpsc::channel::<u64>();
            let (to_one, from_other) = std::sync::mpsc::channel::<u64>();
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let _default = tracing::dispatcher::set_default(&dispatch);
                    for number in from_one {
                        tracing::info!(number, "pong");
                        to_one.send(number + 1).unwrap();
                    }
                });
                let mut number = 0;
                while number < ROUNDS {
                    tracing::info!(number, "ping");
                    to_other.send(number + 1).unwrap();
                    number = from_other.recv().unwrap();
                }
                drop(to_other);
            });
        },
    )
    .records();
    let numbers: Vec<u64> =
        records.iter().map(|r| r["fields"]["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>());
}

#[test]
fn what_is_flushed_is_in_the_file() {
    logged(
        |builder| builder,
        |logs| {
            for number in 0..50 {
                tracing::info!(number, "line");
                logs.flush().unwrap();
                let text = std::fs::read_to_string(logs.directory().join("shop.jsonl")).unwrap();
                assert!(text.contains(&format!("\"number\":{number}}}")));
            }
        },
    );
}

#[test]
fn an_error_is_in_the_file_when_its_call_returns() {
    logged(
        |builder| builder,
        |logs| {
            tracing::info!("before");
            tracing::error!("now");
            let text = std::fs::read_to_string(logs.directory().join("shop.jsonl")).unwrap();
            let (before, now) = (text.find("\"before\"").unwrap(), text.find("\"now\"").unwrap());
            assert!(before < now);
        },
    );
}

#[test]
fn modules_past_the_bound_are_written_as_other() {
    let all = logged(
        |builder| builder.max_modules(3),
        |_| {
            for number in 0..10 {
                let name = format!("module_{number}");
                tracing::info!(module = name.as_str(), "hello");
            }
        },
    );
    let modules: Vec<String> =
        all.records().iter().map(|record| record["module"].as_str().unwrap().to_owned()).collect();
    assert_eq!(modules[..2], ["module_0", "module_1"]);
    assert!(modules[2..].iter().all(|module| module == "other"), "{modules:?}");
    assert_eq!(all.file("other.log").len(), 8);
}

#[test]
fn a_written_line_is_in_the_file_when_its_call_returns_whatever_its_level() {
    for durability in [Durability::Written, Durability::Synced] {
        logged(
            |builder| builder.durability(durability),
            |logs| {
                for number in 0..20 {
                    tracing::info!(number, "line");
                    let text =
                        std::fs::read_to_string(logs.directory().join("shop.jsonl")).unwrap();
                    assert!(text.contains(&format!("\"number\":{number}}}")));
                }
            },
        );
    }
}

#[test]
fn second_copies_of_a_written_line_follow_by_themselves_and_in_order() {
    let all = logged(
        |builder| builder,
        |logs| {
            for number in 0..100 {
                tracing::error!(module = "orders", number, "failed");
                tracing::info!(module = "orders", number, "tried again");
            }
            tracing::error!(module = "orders", number = 100, "failed");
            let main = std::fs::read_to_string(logs.directory().join("shop.jsonl")).unwrap();
            assert!(main.contains("\"number\":100}"));
            for name in ["orders.log", "error.log"] {
                let path = logs.directory().join(name);
                let read = || std::fs::read_to_string(&path).unwrap_or_default();
                until(name, || read().contains("\"number\":100}"));
            }
        },
    );
    let mut records = all.records();
    assert_eq!(all.file("orders.log"), records);
    records.retain(|record| record["level"] == "ERROR");
    assert_eq!(all.file("error.log"), records);
    assert_eq!(records.len(), 101);
}

#[test]
fn a_flush_waits_for_the_second_copies_of_lines_that_were_written_before() {
    logged(
        |builder| builder.durability(Durability::Written),
        |logs| {
            for number in 0..100 {
                tracing::error!(module = "orders", number, "failed");
                logs.flush().unwrap();
                for name in ["shop.jsonl", "orders.log", "error.log"] {
                    let text = std::fs::read_to_string(logs.directory().join(name)).unwrap();
                    assert!(text.contains(&format!("\"number\":{number}}}")), "{name}");
                }
            }
        },
    );
}
