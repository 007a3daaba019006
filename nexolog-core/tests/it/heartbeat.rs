//! A heartbeat says what the files say, too.

use std::time::Duration;

use nexolog_core::{Builder, RateLimit};
use serde_json::Value;

use crate::ledger;
use crate::support::logged;

fn is_heartbeat(record: &Value) -> bool {
    ledger::is_own(record) && record["message"] == "heartbeat"
}

#[test]
fn each_tells_what_was_written_and_suppressed_since_the_one_before() {
    let hour = Duration::from_secs(3_600);
    let all = logged(
        |builder| {
            let builder = builder.heartbeat(Duration::from_millis(1));
            builder.rate_limit(RateLimit::per_callsite(500, hour))
        },
        |logs| loop {
            for number in 0..100 {
                tracing::info!(number, "work");
                tracing::info!(target: "nexolog_tower::request", number, "more work");
            }
            logs.flush().unwrap();
            let records = ledger::main_log(logs.directory());
            let told = records.iter().filter(|record| is_heartbeat(record));
            let suppressed = told.filter(|record| record["fields"]["suppressed"] != 0);
            if suppressed.count() > 2 {
                break;
            }
        },
    );
    let records = ledger::main_log(all.directory.path());
    let (mut before, mut suppressed, mut peak) = (0, 0, 0);
    for (place, record) in records.iter().enumerate().filter(|(_, record)| is_heartbeat(record)) {
        let fields = &record["fields"];
        assert_eq!(fields["written"], place - before, "{record}");
        assert_eq!((&fields["lost"], &fields["every_s"]), (&0.into(), &0.001.into()));
        assert!(fields["after_s"].as_f64().unwrap() >= 0.001);
        assert_eq!(fields["queue_capacity"], Builder::DEFAULT_QUEUE_BYTES);
        peak = peak.max(fields["queue_peak"].as_u64().unwrap());
        suppressed += fields["suppressed"].as_u64().unwrap();
        before = place;
    }
    assert!(before > 0 && suppressed > 0 && peak > 0);
    assert!(suppressed <= all.logs.counters().suppressed());
}

#[test]
fn a_service_that_logs_nothing_still_says_that_it_lives() {
    let all = logged(
        |builder| builder.heartbeat(Duration::from_millis(1)),
        |logs| {
            // Nobody calls the writer: it comes by itself.
            while !ledger::main_log(logs.directory()).iter().any(is_heartbeat) {
                std::thread::yield_now();
            }
        },
    );
    assert!(all.records().is_empty());
}

#[test]
fn there_is_none_before_its_time_or_where_it_is_off() {
    for every in [Some(Duration::from_secs(3_600)), None] {
        let all = logged(|builder| builder.heartbeat(every), |logs| logs.flush().unwrap());
        assert!(!ledger::main_log(all.directory.path()).iter().any(is_heartbeat));
    }
}
