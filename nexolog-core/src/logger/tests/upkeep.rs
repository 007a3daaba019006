//! What retention and clean-up remove while events are logged and read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use http::{Method, Request};
use serde_json::Value;
use tower_service::Service as _;
use tracing::Dispatch;

use super::ledger::{self, Ledger};
use super::support::{Fate, Run};
use crate::api::Access;
use crate::query::Filter;
use crate::store::{Cursor, Hold, LogStore, Order, SearchPage, SearchRequest, Stop};

const THREADS: u64 = 4;
const EACH: u64 = 2_500;

/// Bytes that each event has to spare, so that all together fill more than fifty files.
const PADDING: usize = 300;

const TOKEN: &str = "a-token-of-the-tests-0123456789";

fn start(backups: Option<u32>) -> Run {
    let configure = |builder: crate::Builder| {
        let builder = builder.max_file_size(64 << 10);
        match backups {
            Some(count) => builder.max_backups(count),
            None => builder,
        }
    };
    Run::start(configure, |_| Fate::Succeeds)
}

/// Logs from four threads at once while `meanwhile` runs, which is told when they are done.
fn log_from_four_threads<R: Send>(run: &Run, meanwhile: impl FnOnce(&AtomicBool) -> R + Send) -> R {
    let done = AtomicBool::new(false);
    let dispatch: Dispatch = run.log(|| tracing::dispatcher::get_default(Clone::clone));
    thread::scope(|scope| {
        let meanwhile = scope.spawn(|| meanwhile(&done));
        let writers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let dispatch = &dispatch;
                scope.spawn(move || {
                    let _default = tracing::dispatcher::set_default(dispatch);
                    let padding = "x".repeat(PADDING);
                    for number in 0..EACH {
                        tracing::error!(module = "work", thread, number, padding, "an event");
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        run.logs.flush().unwrap();
        done.store(true, Ordering::Release);
        meanwhile.join().unwrap()
    })
}

/// Waits until only so many sealed segments of the main log are left.
fn await_retention(run: &Run, kept: usize) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let is_sealed = |name: &String| name.starts_with("shop.0") && name.contains(".jsonl");
    while ledger::names(run.directory.path()).iter().filter(|name| is_sealed(name)).count() > kept {
        assert!(Instant::now() < deadline, "retention does not come by");
        thread::yield_now();
    }
}

fn page(store: &dyn LogStore, order: Order, cursor: Option<Cursor>) -> SearchPage {
    let request = SearchRequest { filter: Filter::all(), order, limit: 1_000, cursor };
    store.search(&request, &Stop::default()).unwrap()
}

/// Reads on from where it was, until everything was read.
fn tail(store: &dyn LogStore, done: &AtomicBool) -> Vec<u64> {
    let mut seqs: Vec<u64> = Vec::new();
    let mut cursor = None;
    loop {
        let was_done = done.load(Ordering::Acquire);
        let found = page(store, Order::OldestFirst, cursor.clone());
        seqs.extend(found.records.iter().map(|(cursor, _)| cursor.seq));
        cursor = found.records.last().map(|(cursor, _)| cursor.clone()).or(cursor);
        if was_done && found.records.is_empty() {
            return seqs;
        }
    }
}

/// Everything that can be found, page by page.
fn search(store: &dyn LogStore) -> Vec<u64> {
    let mut seqs = Vec::new();
    let mut cursor = None;
    loop {
        let found = page(store, Order::NewestFirst, cursor);
        seqs.extend(found.records.iter().map(|(cursor, _)| cursor.seq));
        cursor = found.next_cursor;
        if cursor.is_none() {
            return seqs;
        }
    }
}

/// The ranges that `removed` records of the main log give.
fn removed(records: &[Value]) -> Vec<(u64, u64)> {
    let told = records.iter().filter(|record| record["message"] == "removed");
    let of_main = told.filter(|record| record["fields"]["family"] == "shop.jsonl");
    let edge = |record: &Value, key: &str| record["fields"][key].as_u64().unwrap();
    of_main.map(|record| (edge(record, "from"), edge(record, "to"))).collect()
}

#[test]
fn fault_33_four_threads_cross_fifty_rotations_under_a_reader_who_tails_and_one_who_searches() {
    for backups in [None, Some(5)] {
        let run = start(backups);
        let store = &*run.logs.inner.backend.store;
        let (tailed, searched) = log_from_four_threads(&run, |done| {
            thread::scope(|scope| {
                let tailing = scope.spawn(|| tail(store, done));
                let mut searched = Vec::new();
                while !done.load(Ordering::Acquire) {
                    searched.push(search(store));
                }
                (tailing.join().unwrap(), searched)
            })
        });
        await_retention(&run, backups.map_or(usize::MAX, |kept| kept as usize));
        run.logs.shutdown().unwrap();

        let records = ledger::main_log(run.directory.path());
        let gone = removed(&records);
        let is_gone = |seq: u64| gone.iter().any(|(from, to)| (*from..=*to).contains(&seq));
        // Whatever a reader missed was removed, and the log says so.
        let is_whole = |seqs: &[u64]| {
            let gaps = seqs.windows(2).flat_map(|pair| pair[0] + 1..pair[1]);
            seqs.is_sorted_by(|a, b| a < b) && gaps.into_iter().all(is_gone)
        };
        assert!(is_whole(&tailed));
        assert!(!tailed.is_empty());
        for mut seqs in searched {
            seqs.reverse();
            assert!(is_whole(&seqs), "{seqs:?}");
        }
        let present = ledger::seqs(&records);
        let first = present[0];
        assert!(present.iter().copied().eq(first..first + present.len() as u64), "no gap is kept");
        assert_eq!(Ledger::of(&records).logged(), THREADS * EACH);
        match backups {
            None => {
                assert!(first == 1 && gone.is_empty(), "{gone:?}");
                let names = ledger::names(run.directory.path());
                assert!(names.iter().filter(|name| name.starts_with("shop.0")).count() > 50);
            }
            Some(_) => assert!(first > THREADS * EACH * 3 / 4, "{first}"),
        }
    }
}

fn delete(router: &axum::Router, query: &str) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let request = Request::builder()
            .method(Method::DELETE)
            .uri(format!("/api/v1/logs/cleanup?{query}"))
            .header("authorization", format!("Bearer {TOKEN}"))
            .body(Body::empty())
            .unwrap();
        let response = router.clone().call(request).await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    })
}

#[test]
fn retention_and_clean_up_at_the_same_time_leave_the_ledger_exact() {
    let run = start(Some(6));
    let router = run.logs.routes::<()>(Access::tokens([(TOKEN, crate::Role::Admin)]).unwrap());
    let cleaned = log_from_four_threads(&run, |done| {
        let mut cleaned = 0;
        loop {
            let was_done = done.load(Ordering::Acquire);
            cleaned += delete(&router, "max_bytes=0")["records"].as_u64().unwrap();
            if was_done {
                return cleaned;
            }
        }
    });
    drop(router);
    run.logs.shutdown().unwrap();
    let records = ledger::main_log(run.directory.path());
    assert!(cleaned > 0);
    assert_eq!(Ledger::of(&records).logged(), THREADS * EACH, "{:?}", Ledger::of(&records));
}

#[test]
fn what_is_held_outlives_any_number_of_rotations_and_the_log_says_why() {
    let run = start(Some(2));
    run.log(|| tracing::info!(module = "work", "the evidence"));
    run.logs.hold(Hold::query("case-17", "a letter", "\"the evidence\"")).unwrap();
    log_from_four_threads(&run, |_| ());
    await_retention(&run, 3);
    run.logs.shutdown().unwrap();
    let records = ledger::main_log(run.directory.path());
    // Nexolog's own file is so small that nothing of it is removed.
    let own = ledger::family(run.directory.path(), "nexolog", ".log");
    let with = |message: &str| -> Vec<&Value> {
        own.iter().filter(|record| record["message"] == message).collect()
    };
    let is_evidence = |record: &&Value| record["message"] == "the evidence";
    assert_eq!(records.iter().filter(is_evidence).count(), 1);
    let of_main = removed(&records);
    assert!(of_main.iter().any(|(_, to)| *to > 7_500), "{of_main:?}");
    assert_eq!(Ledger::of(&records).logged(), THREADS * EACH + 1);
    let (placed, held) = (with("hold placed"), with("held"));
    assert_eq!((placed.len(), &placed[0]["fields"]["by"]), (1, &"the service".into()));
    let of_main = held.iter().find(|record| record["fields"]["family"] == "shop.jsonl").unwrap();
    assert_eq!(
        (&of_main["level"], &of_main["fields"]["holds"]),
        (&"WARNING".into(), &"case-17".into())
    );
    assert!(held.len() < 10, "it is told once, not with each rotation: {held:#?}");
    let names: Vec<String> =
        run.logs.holds().unwrap().iter().map(|hold| hold.name().to_owned()).collect();
    assert_eq!(names, ["case-17"]);
}
