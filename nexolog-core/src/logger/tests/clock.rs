use serde_json::Value;

use super::ledger;
use super::support::{Fate, Run};

const HOUR: i64 = 3_600_000_000;

/// Back an hour, ten years ahead, to 1970 and home again, with a line after each.
const SETTINGS: [i64; 4] = [-HOUR, 10 * 365 * 24 * HOUR, -56 * 365 * 24 * HOUR, 0];

#[test]
fn fault_48_a_clock_that_is_set_is_told_and_leaves_the_order_alone() {
    let run = Run::start(|builder| builder, |_| Fate::Succeeds);
    let log = |number: usize| run.log(|| tracing::info!(module = "work", number, "a line"));
    log(0);
    run.logs.flush().unwrap();
    for (number, setting) in (1..).zip(SETTINGS) {
        run.logs.inner.parts.pipeline.set_calendar(setting);
        log(number);
        run.logs.flush().unwrap();
    }
    run.logs.shutdown().unwrap();

    let records = ledger::main_log(run.directory.path());
    assert!(ledger::seqs(&records).windows(2).all(|pair| pair[0] + 1 == pair[1]), "{records:#?}");
    let lines = records.iter().filter(|record| !ledger::is_own(record));
    let numbers: Vec<u64> = lines.map(|line| line["fields"]["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);

    let told: Vec<&Value> =
        records.iter().filter(|record| record["message"] == "clock_step").collect();
    let steps: Vec<i64> = told.iter().map(|it| it["fields"]["step_ms"].as_i64().unwrap()).collect();
    let before = [0].into_iter().chain(SETTINGS);
    let expected: Vec<i64> =
        SETTINGS.iter().zip(before).map(|(to, from)| (to - from) / 1_000).collect();
    // The machine's own clock may be slewed meanwhile.
    assert!(
        steps.len() == expected.len()
            && steps.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) < 1_000),
        "{steps:?} {expected:?}"
    );
    for step in told {
        let time = |key: &str| -> jiff::Timestamp {
            step["fields"][key].as_str().unwrap().parse().unwrap()
        };
        let told = time("to").as_millisecond() - time("from").as_millisecond();
        assert!(told.abs_diff(step["fields"]["step_ms"].as_i64().unwrap()) <= 1, "{step}");
    }
}
