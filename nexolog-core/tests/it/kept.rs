//! What a request says below the levels is written if the request fails, and only then.

use std::sync::Arc;
use std::thread;

use nexolog_core::{Backpressure, Builder, Context, Level, RequestContext};
use serde_json::Value;

use crate::ledger::{self, Ledger};
use crate::support::{Logged, logged};

fn keeping(builder: Builder) -> Builder {
    builder.keep_for_failures(Level::Debug, 64 << 10)
}

fn request(id: &str) -> Context {
    Context::for_request(Arc::new(RequestContext::new(id)))
}

fn messages(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["message"].as_str().unwrap()).collect()
}

/// Whether times stand in the order of the lines, which nothing but kept lines could break.
fn is_in_order(records: &[Value]) -> bool {
    records.iter().map(|record| record["timestamp"].as_str().unwrap()).is_sorted()
}

#[test]
fn a_failed_request_tells_its_whole_story_and_a_good_one_nothing() {
    let all = logged(keeping, |logs| {
        for (id, fails) in [("good", false), ("bad", true)] {
            request(id).scope(|| {
                tracing::debug!(module = "cart", step = 1, "looking");
                tracing::info!("halfway");
                tracing::debug!(module = "cart", step = 2, "found");
                tracing::trace!("never");
                if fails {
                    // Otherwise what is written in one go stands in the order of its times.
                    logs.flush().unwrap();
                    tracing::error!("no stock");
                    tracing::debug!("afterwards");
                }
            });
        }
        tracing::debug!("outside");
        tracing::error!("outside");
    });
    let records = all.records();
    assert_eq!(
        messages(&records),
        ["halfway", "halfway", "looking", "found", "no stock", "outside"]
    );
    for (record, step) in records[2..4].iter().zip([1, 2]) {
        assert_eq!((&record["level"], &record["request_id"]), (&"DEBUG".into(), &"bad".into()));
        assert_eq!((&record["module"], &record["fields"]["step"]), (&"cart".into(), &step.into()));
        assert_eq!(record["fields"]["kept"], true);
        assert!(record["fields"]["kept_dropped"].is_null());
    }
    assert!(records[4]["fields"]["kept"].is_null());
    assert!(records[2]["timestamp"].as_str().unwrap() <= records[1]["timestamp"].as_str().unwrap());
    assert_eq!(all.file("cart.log").len(), 2);
    let whole = ledger::main_log(all.directory.path());
    assert_eq!(Ledger::of(&whole), Ledger { present: 6, lost: 0, removed: 0, suppressed: 0 });
    assert_eq!(all.logs.counters().lost(), 0);
}

#[test]
fn each_error_brings_what_was_kept_since_the_one_before() {
    let all = logged(keeping, |_| {
        request("r-1").scope(|| {
            for number in 0..3 {
                tracing::debug!(number, "step");
                nexolog_core::critical!(number, "failed");
            }
            tracing::debug!("nothing came of it");
        });
    });
    let records = all.records();
    assert_eq!(messages(&records), ["step", "failed"].repeat(3));
    assert!(is_in_order(&records));
}

#[test]
fn the_newest_lines_are_kept_and_the_first_of_them_counts_the_others() {
    let long = "x".repeat(2_000);
    let all = logged(
        |builder| builder.keep_for_failures(Level::Debug, 4 << 10),
        |_| {
            request("r-1").scope(|| {
                (0..1_000).for_each(|number| tracing::debug!(number, "step"));
                tracing::error!("failed");
            });
            request("r-2").scope(|| {
                tracing::debug!(a = long, b = long, c = long, "longer than the room");
                tracing::error!("failed without a story");
            });
        },
    );
    let records = all.records();
    let kept: Vec<u64> =
        records.iter().filter_map(|record| record["fields"]["number"].as_u64()).collect();
    assert!((10..200).contains(&kept.len()), "{}", kept.len());
    let first = 1_000 - kept.len() as u64;
    assert_eq!(kept, (first..1_000).collect::<Vec<_>>());
    assert_eq!(records[0]["fields"]["kept_dropped"], first);
    assert!(records[1..=kept.len()].iter().all(|r| r["fields"]["kept_dropped"].is_null()));
    let last = records.last().unwrap();
    assert_eq!(last["message"], "failed without a story");
    assert_eq!(last["fields"]["kept_dropped"], 1);
}

#[test]
fn a_request_that_is_said_to_have_failed_tells_its_story_whatever_it_logs_then() {
    for (level, expected) in
        [("info", &["step", "timed out"][..]), ("warn", &["step", "timed out"]), ("off", &[])]
    {
        let all = logged(
            |builder| keeping(builder).level(level),
            |_| {
                let context = request("r-1");
                context.clone().scope(|| tracing::debug!("step"));
                context.request().unwrap().set_failed();
                context.scope(|| tracing::info!("timed out"));
            },
        );
        assert_eq!(messages(&all.records()), expected, "{level}");
    }
}

#[test]
fn a_kept_line_is_as_it_was_when_it_was_logged() {
    let all = logged(keeping, |_| {
        let context = request("r-1");
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let other = context.clone();
        let logging = move || {
            let _default = tracing::dispatcher::set_default(&dispatch);
            other.scope(|| {
                let span = tracing::debug_span!("query", table = "orders", password = "hunter2");
                span.in_scope(|| tracing::debug!(api_key = "s3cret", "asking with {}", 1));
            });
        };
        thread::Builder::new().name("worker-7".to_owned()).spawn(logging).unwrap().join().unwrap();
        context.scope(|| {
            nexolog_core::identify("u1", None);
            tracing::error!("failed");
        });
    });
    let records = all.records();
    let line = &records[0];
    assert_eq!((&line["message"], &line["thread"]), (&"asking with 1".into(), &"worker-7".into()));
    assert_eq!((&line["user_id"], &records[1]["user_id"]), (&Value::Null, &"u1".into()));
    assert_eq!(line["fields"]["table"], "orders");
    assert!(!line.to_string().contains("s3cret") && !line.to_string().contains("hunter2"));
    assert!(line["timestamp"].as_str().unwrap() < records[1]["timestamp"].as_str().unwrap());
}

#[test]
fn what_is_held_down_on_purpose_is_not_kept() {
    let all = logged(
        |builder| keeping(builder).level("info,held=warn,named=info"),
        |_| {
            request("r-1").scope(|| {
                tracing::debug!(target: "hyper::proto", "noise");
                tracing::debug!(target: "held::down", "noise");
                tracing::debug!(module = "held", "noise");
                tracing::info!(module = "held", "noise");
                tracing::debug!(target: "named::crate", "story");
                tracing::debug!("story");
                tracing::error!("failed");
            });
        },
    );
    assert_eq!(messages(&all.records()), ["story", "story", "failed"]);
}

#[test]
fn trace_is_kept_when_it_is_asked_for_and_a_level_set_at_run_time_writes_at_once() {
    let all = logged(
        |builder| builder.keep_for_failures(Level::Trace, 8 << 10),
        |logs| {
            request("r-1").scope(|| {
                let log = || {
                    tracing::trace!("trace");
                    tracing::debug!("debug");
                };
                log();
                logs.set_level(None, Level::Debug);
                log();
                tracing::error!("failed");
            });
        },
    );
    // Where kept lines stand among others depends on what was written before.
    let (kept, others): (Vec<Value>, Vec<Value>) =
        all.records().into_iter().partition(|record| record["fields"]["kept"] == true);
    assert_eq!(messages(&kept), ["trace", "debug", "trace"]);
    assert_eq!(messages(&others), ["debug", "failed"]);
    assert!(is_in_order(&kept));
}

#[test]
fn many_requests_at_once_keep_their_stories_apart() {
    let all = logged(keeping, |_| {
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        thread::scope(|scope| {
            for worker in 0..4 {
                let dispatch = &dispatch;
                scope.spawn(move || {
                    let _default = tracing::dispatcher::set_default(dispatch);
                    for number in 0..250 {
                        request(&format!("{worker}-{number}")).scope(|| {
                            (0..10).for_each(|step| tracing::debug!(step, "step"));
                            if number % 10 == 0 {
                                tracing::error!("failed");
                            }
                        });
                    }
                });
            }
        });
    });
    let records = all.records();
    assert_eq!(records.len(), 100 * 11);
    for failed in records.iter().filter(|record| record["level"] == "ERROR") {
        let of_request: Vec<&Value> =
            records.iter().filter(|record| record["request_id"] == failed["request_id"]).collect();
        let steps: Vec<u64> =
            of_request.iter().filter_map(|record| record["fields"]["step"].as_u64()).collect();
        assert_eq!(steps, (0..10).collect::<Vec<_>>());
        assert_eq!(of_request[10]["level"], "ERROR");
    }
}

#[test]
fn kept_lines_that_find_no_room_in_the_queue_are_counted_as_lost() {
    let all = logged(
        |builder| {
            let builder = builder.queue_bytes(1 << 20).backpressure(Backpressure::DropNewest);
            builder.keep_for_failures(Level::Debug, 8 << 20)
        },
        |_| {
            request("r-1").scope(|| {
                (0..20_000).for_each(|number| tracing::debug!(number, "step"));
                tracing::error!("failed");
            });
        },
    );
    let records = ledger::main_log(all.directory.path());
    assert!(records.iter().all(|record| record["fields"]["kept_dropped"].is_null()));
    assert_eq!(Ledger::of(&records).logged(), 20_001);
    assert_eq!(ledger::lost_by(&records, "queue_full"), all.logs.counters().lost());
}

#[test]
fn two_loggers_each_keep_their_own() {
    use tracing_subscriber::layer::SubscriberExt;

    let run = |from: Level| -> Logged { logged(|b| b.keep_for_failures(from, 8 << 10), |_| {}) };
    drop(run(Level::Debug));
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let build = |directory: &tempfile::TempDir, from| {
        let builder = nexolog_core::Nexolog::builder("shop").directory(directory.path());
        builder.keep_for_failures(from, 8 << 10).build().unwrap()
    };
    let (keeps_debug, keeps_trace) = (build(&one, Level::Debug), build(&two, Level::Trace));
    let both = tracing_subscriber::registry().with(keeps_debug.layer()).with(keeps_trace.layer());
    tracing::subscriber::with_default(both, || {
        request("r-1").scope(|| {
            tracing::trace!("trace");
            tracing::debug!("debug");
            tracing::error!("failed");
        });
    });
    for (logs, directory, expected) in [
        (keeps_debug, &one, &["debug", "failed"][..]),
        (keeps_trace, &two, &["trace", "debug", "failed"]),
    ] {
        logs.shutdown().unwrap();
        let mut records = ledger::main_log(directory.path());
        records.retain(|record| !ledger::is_own(record));
        assert_eq!(messages(&records), expected);
    }
}
