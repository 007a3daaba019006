//! What is kept out of the files on purpose is told there to the last event.

use std::sync::Arc;
use std::time::Duration;

use nexolog_core::{Context, Nexolog, RateLimit, Repeats, RequestContext};
use serde_json::Value;

use crate::ledger::{self, Ledger, suppressed_by};
use crate::support::{Logged, logged};

/// Nothing that was spent comes back while a test runs.
const HOUR: Duration = Duration::from_secs(3_600);

fn main_log(all: &Logged) -> Vec<Value> {
    ledger::main_log(all.directory.path())
}

fn of_module(records: &[Value], module: &str) -> usize {
    records.iter().filter(|record| record["module"] == module).count()
}

/// Logs from four threads at once, `each` times.
fn from_four_threads(each: u64, log: impl Fn(u64) + Sync) {
    let dispatch = tracing::dispatcher::get_default(Clone::clone);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let _default = tracing::dispatcher::set_default(&dispatch);
                (0..each).for_each(&log);
            });
        }
    });
}

#[test]
fn what_a_rate_limit_holds_back_is_told_by_callsite_and_the_ledger_is_exact() {
    const EACH: u64 = 5_000;
    let all = logged(
        |builder| builder.rate_limit(RateLimit::per_callsite(100, HOUR)),
        |_| {
            from_four_threads(EACH, |number| {
                tracing::info!(module = "one", number, "often");
                tracing::warn!(module = "two", number, "often");
                if number % 500 == 0 {
                    tracing::error!(module = "bad", number, "failed");
                    nexolog_core::critical!(module = "bad", number, "failed badly");
                }
            });
        },
    );
    let records = main_log(&all);
    assert_eq!(Ledger::of(&records).logged(), 4 * (2 * EACH + 20));
    assert_eq!(of_module(&records, "one"), 100);
    assert_eq!(of_module(&records, "two"), 100);
    assert_eq!(of_module(&records, "bad"), 80, "errors are never held back");
    let counters = all.logs.counters();
    assert_eq!(counters.suppressed(), 2 * (4 * EACH - 100));
    assert_eq!((counters.suppressed_rate_limit, counters.lost()), (counters.suppressed(), 0));

    let told = suppressed_by(&records, "rate_limit");
    for (level, other) in [("INFO", "WARNING"), ("WARNING", "INFO")] {
        let of_level = told.iter().filter(|record| !record["fields"]["by_level"][level].is_null());
        let mut sum = 0;
        for record in of_level {
            let fields = &record["fields"];
            assert_eq!(fields["by_level"][level], fields["count"]);
            assert!(fields["by_level"][other].is_null());
            assert_eq!(fields["target"], "it::held_back");
            assert!(fields["file"].as_str().unwrap().ends_with("held_back.rs"));
            assert!(fields["line"].as_u64().unwrap() > 0);
            assert!(fields["from"].as_str().unwrap() <= fields["to"].as_str().unwrap());
            assert!(fields["to"].as_str().unwrap() <= record["timestamp"].as_str().unwrap());
            sum += fields["count"].as_u64().unwrap();
        }
        assert_eq!(sum, 4 * EACH - 100, "{level}");
    }
}

#[test]
fn errors_are_held_back_when_they_are_asked_for() {
    let all = logged(
        |builder| builder.rate_limit(RateLimit::per_callsite(3, HOUR).including_errors()),
        |_| (0..10).for_each(|number| tracing::error!(module = "bad", number, "failed")),
    );
    let records = main_log(&all);
    assert_eq!((of_module(&records, "bad"), Ledger::of(&records).logged()), (3, 10));
    assert_eq!(suppressed_by(&records, "rate_limit")[0]["fields"]["by_level"]["ERROR"], 7);
}

#[test]
fn what_its_level_leaves_out_takes_nothing_of_an_allowance_and_is_not_counted() {
    let limit = RateLimit::per_callsite(5, HOUR);
    let log = |level: &'static str, silent: &'static str| {
        logged(
            |builder| builder.level(level).rate_limit(limit.clone()),
            |_| {
                for module in [silent, "shown"] {
                    (0..20).for_each(|_| tracing::info!(module, "one callsite"));
                }
            },
        )
    };
    let records = main_log(&log("info,silent=off", "silent"));
    assert_eq!(Ledger::of(&records), Ledger { present: 5, lost: 0, removed: 0, suppressed: 15 });
    let records = main_log(&log("error", "shown"));
    assert_eq!(Ledger::of(&records).logged(), 0);
}

#[test]
fn a_target_may_have_a_limit_of_its_own_or_none() {
    let limit = RateLimit::per_callsite(5, HOUR).target("poll", 1, HOUR).unlimited("poll::vital");
    let all = logged(
        |builder| builder.rate_limit(limit),
        |_| {
            for _ in 0..20 {
                tracing::info!(target: "poll::loop", module = "one", "tick");
                tracing::info!(target: "poll::vital", module = "vital", "tick");
                tracing::info!(target: "else", module = "five", "tick");
                tracing::info!(target: "nexolog_tower::request", module = "requests", "GET /");
            }
        },
    );
    let records = main_log(&all);
    let of = |module| of_module(&records, module);
    assert_eq!((of("one"), of("vital"), of("five"), of("requests")), (1, 20, 5, 20));
    assert_eq!(Ledger::of(&records).logged(), 80);
}

#[test]
fn what_comes_after_the_end_is_late_and_not_held_back() {
    let all = logged(
        |builder| builder.rate_limit(RateLimit::per_callsite(1, HOUR)),
        |logs| {
            let log = || tracing::info!("one callsite");
            (0..3).for_each(|_| log());
            logs.shutdown().unwrap();
            (0..4).for_each(|_| log());
        },
    );
    let records = main_log(&all);
    assert_eq!(Ledger::of(&records), Ledger { present: 1, lost: 4, removed: 0, suppressed: 2 });
    assert_eq!(ledger::lost_by(&records, "late"), 4);
}

#[test]
fn a_limit_that_cant_be_is_an_error_that_says_what_is_accepted() {
    let refused = Nexolog::builder("shop").rate_limit(RateLimit::per_callsite(0, HOUR)).build();
    assert_eq!(
        refused.unwrap_err().to_string(),
        "rate_limit: `0` events in 3600s is no limit; use a count from 1 and at least a nanosecond an event"
    );
}

fn in_request(id: &str, f: impl FnOnce()) {
    Context::for_request(Arc::new(RequestContext::new(id))).scope(f);
}

fn retry() {
    tracing::warn!(module = "mail", host = "smtp-1", "can't connect, trying again");
}

#[test]
fn a_retry_loop_is_one_line_a_request_and_its_repeats_are_told() {
    let all = logged(
        |builder| builder.suppress_repeats(Repeats::within(HOUR)),
        |_| {
            for id in ["r-1", "r-2"] {
                in_request(id, || {
                    for attempt in 0..50 {
                        retry();
                        tracing::info!(module = "mail", attempt, "differs each time");
                    }
                });
            }
        },
    );
    let records = main_log(&all);
    assert_eq!(Ledger::of(&records), Ledger { present: 102, lost: 0, removed: 0, suppressed: 98 });
    let lines: Vec<&Value> = records.iter().filter(|r| r["level"] == "WARNING").collect();
    assert_eq!(lines.len(), 2, "one a request");
    let told = suppressed_by(&records, "repeat");
    let sum: u64 = told.iter().map(|record| record["fields"]["count"].as_u64().unwrap()).sum();
    assert_eq!((told.len(), sum), (1, 98), "one callsite is told once a second");
    assert_eq!((&told[0]["fields"]["runs"], &told[0]["request_id"]), (&2.into(), &Value::Null));
    let counters = all.logs.counters();
    assert_eq!((counters.suppressed_repeat, counters.suppressed()), (98, 98));
}

#[test]
fn what_is_told_of_one_run_names_its_line_and_its_request() {
    let all = logged(
        |builder| builder.suppress_repeats(Repeats::within(HOUR)),
        |_| in_request("r-1", || (0..10).for_each(|_| retry())),
    );
    let records = main_log(&all);
    let line = records.iter().find(|record| record["module"] == "mail").unwrap();
    let [told] = suppressed_by(&records, "repeat")[..] else { panic!("{records:#?}") };
    assert_eq!(told["request_id"], "r-1");
    let fields = &told["fields"];
    assert_eq!(fields["of_seq"], line["seq"]);
    assert_eq!((&fields["count"], &fields["by_level"]["WARNING"]), (&9.into(), &9.into()));
    assert_eq!((&fields["target"], &fields["line"]), (&line["target"], &line["line"]));
    assert_eq!(fields["file"], line["file"]);
    assert!(line["timestamp"].as_str().unwrap() <= fields["from"].as_str().unwrap());
}

#[test]
fn threads_that_say_the_same_are_one_run_and_errors_are_written() {
    let all = logged(
        |builder| builder.suppress_repeats(Repeats::within(HOUR)),
        |_| {
            from_four_threads(1_000, |_| {
                retry();
                tracing::error!(module = "bad", "failed");
            });
        },
    );
    let records = main_log(&all);
    assert_eq!((of_module(&records, "mail"), of_module(&records, "bad")), (1, 4_000));
    assert_eq!(Ledger::of(&records).logged(), 8_000);
}

#[test]
fn when_the_time_is_over_the_repeats_are_told_and_the_event_is_written_again() {
    let mut logged_events = 0;
    let all = logged(
        |builder| builder.suppress_repeats(Repeats::within(Duration::from_millis(20))),
        |logs| {
            let is_told = || {
                logs.flush().unwrap();
                let records = ledger::main_log(logs.directory());
                let lines = records.iter().filter(|record| record["module"] == "mail").count();
                lines > 1 && !suppressed_by(&records, "repeat").is_empty()
            };
            while !is_told() {
                (0..100).for_each(|_| retry());
                logged_events += 100;
            }
        },
    );
    assert_eq!(Ledger::of(&main_log(&all)).logged(), logged_events);
}

#[test]
fn both_together_leave_no_event_unaccounted_for() {
    let all = logged(
        |builder| {
            let limit = RateLimit::per_callsite(1_000, HOUR).including_errors();
            builder.rate_limit(limit).suppress_repeats(Repeats::within(HOUR).including_errors())
        },
        |_| {
            from_four_threads(1_000, |number| {
                tracing::error!(module = "one", number = number % 10, "failed");
            });
        },
    );
    let records = main_log(&all);
    let counters = all.logs.counters();
    assert_eq!((counters.suppressed_rate_limit, counters.suppressed_repeat), (3_000, 990));
    assert_eq!(Ledger::of(&records).suppressed, 3_990);
    assert_eq!(Ledger::of(&records).logged(), 4_000);
}
