//! What `sample` and `rate` left out is told by the log, too, where no further event of the function tells it.

extern crate nexolog_core as nexolog;

use std::path::Path;
use std::time::{Duration, Instant};

use nexolog::{Console, Nexolog};
use nexolog_macros::logged;
use tracing_subscriber::layer::SubscriberExt;

fn build(directory: &Path, heartbeat: Option<Duration>) -> Nexolog {
    let builder = Nexolog::builder("shop").directory(directory).console(Console::Off);
    builder.heartbeat(heartbeat).build().unwrap()
}

fn within(logs: &Nexolog, calls: impl FnOnce()) {
    tracing::subscriber::with_default(tracing_subscriber::registry().with(logs.layer()), calls);
}

/// The counts that the log tells of an operation.
fn told(directory: &Path, operation: &str) -> Vec<u64> {
    let text = std::fs::read_to_string(directory.join("shop.jsonl")).unwrap();
    let of_it = format!("\"cause\":\"thinned\",\"operation\":\"{operation}\"");
    let lines = text.lines().filter(|line| line.contains("\"message\":\"suppressed\""));
    let count = |line: &str| line.split_once("\"count\":")?.1.split(',').next()?.parse().ok();
    lines.filter(|line| line.contains(&of_it)).map(|line| count(line).unwrap()).collect()
}

#[test]
fn the_end_tells_what_no_further_event_does() {
    #[logged(rate = "2/h")]
    fn tick() {}
    #[logged(rate = "1/h", key = user)]
    fn greet(user: u32) {}
    let (directory, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (logs, elsewhere) = (build(directory.path(), None), build(other.path(), None));
    within(&logs, || {
        (0..10).for_each(|_| tick());
        (0..10).for_each(|number| greet(number % 4));
    });
    // It never heard of them.
    elsewhere.shutdown().unwrap();
    assert!(told(other.path(), "tick").is_empty());
    logs.shutdown().unwrap();
    let sum = |operation| told(directory.path(), operation).iter().sum::<u64>();
    assert_eq!((sum("tick"), sum("greet")), (8, 6));
}

#[test]
fn a_heartbeat_tells_it_while_the_service_runs_and_each_number_is_told_once() {
    #[logged(rate = "1/h")]
    fn poll() {}
    let directory = tempfile::tempdir().unwrap();
    let logs = build(directory.path(), Some(Duration::from_millis(1)));
    let deadline = Instant::now() + Duration::from_secs(30);
    within(&logs, || {
        for wanted in 1..=3 {
            // The first call is logged.
            (0..5).for_each(|_| poll());
            while told(directory.path(), "poll").iter().sum::<u64>() < 5 * wanted - 1 {
                assert!(Instant::now() < deadline, "no heartbeat tells it");
                logs.flush().unwrap();
            }
        }
    });
    logs.shutdown().unwrap();
    assert_eq!(told(directory.path(), "poll").iter().sum::<u64>(), 14);
}
