use std::fs;
use std::path::Path;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::child;
use crate::ledger::{self, Ledger};

fn set_limit(resource: Resource, most: u64) {
    setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }).unwrap();
}

fn run(name: &str, directory: &Path, variable: (&str, u64)) {
    let mut command = child::command(name, directory);
    let output = command.env(variable.0, variable.1.to_string()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

fn number(variable: &str) -> u64 {
    std::env::var(variable).unwrap().parse().unwrap()
}

#[test]
#[ignore = "a child of the test below"]
fn may_write_small_files_only() {
    if !child::is("faults::limits::may_write_small_files_only") {
        return;
    }
    set_limit(Resource::Fsize, number("MOST"));
    let logs = child::builder().install().unwrap();
    for number in 0..3_000 {
        let length = if number % 100 == 99 { 6_000 } else { 200 };
        tracing::info!(module = "work", number, padding = "x".repeat(length), "a line");
    }
    logs.shutdown().unwrap();
    std::process::exit(0);
}

#[test]
fn fault_23_a_limit_on_the_size_of_files_kills_nobody_and_loses_nothing_that_fits() {
    for (most, lost) in [(100_000, 0), (5_000, 30)] {
        let directory = tempfile::tempdir().unwrap();
        run("faults::limits::may_write_small_files_only", directory.path(), ("MOST", most));
        let records = ledger::main_log(directory.path());
        let ledger = Ledger::of(&records);
        assert_eq!(
            ledger,
            Ledger { present: 3_000 - lost, lost, removed: 0, suppressed: 0 },
            "limit {most}"
        );
        for name in ledger::names(directory.path()) {
            let length = fs::metadata(directory.path().join(&name)).unwrap().len();
            assert!(length <= most, "{name} has {length} bytes");
        }
    }
}

#[test]
#[ignore = "a child of the test below"]
fn may_write_less_from_now_on() {
    if !child::is("faults::limits::may_write_less_from_now_on") {
        return;
    }
    let logs = child::builder().install().unwrap();
    let log = || {
        for number in 0..1_000 {
            tracing::info!(module = "work", number, padding = "x".repeat(200), "a line");
        }
    };
    log();
    logs.flush().unwrap();
    // The files are larger already; whoever writes on in them is killed.
    set_limit(Resource::Fsize, number("MOST"));
    log();
    logs.shutdown().unwrap();
    std::process::exit(0);
}

#[test]
fn fault_23_a_limit_that_comes_while_files_are_larger_kills_nobody_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    run("faults::limits::may_write_less_from_now_on", directory.path(), ("MOST", 100_000));
    let records = ledger::main_log(directory.path());
    assert_eq!(Ledger::of(&records), Ledger { present: 2_000, lost: 0, removed: 0, suppressed: 0 });
}

#[test]
#[ignore = "a child of the test below"]
fn may_open_few_files() {
    if !child::is("faults::limits::may_open_few_files") {
        return;
    }
    set_limit(Resource::Nofile, 32);
    let logs = child::builder().max_modules(600).install().unwrap();
    for round in 0..3 {
        for module in 0..500 {
            let module = format!("module_{module:03}");
            tracing::info!(module = module.as_str(), round, "a line");
        }
        logs.flush().unwrap();
    }
    logs.shutdown().unwrap();
    std::process::exit(0);
}

#[test]
fn fault_24_five_hundred_modules_are_written_with_thirty_two_files() {
    let directory = tempfile::tempdir().unwrap();
    run("faults::limits::may_open_few_files", directory.path(), ("MOST", 32));
    let records = ledger::main_log(directory.path());
    assert_eq!(Ledger::of(&records), Ledger { present: 1_500, lost: 0, removed: 0, suppressed: 0 });
    let trouble: Vec<_> = records.iter().filter(|r| r["message"] == "trouble").collect();
    assert!(trouble.is_empty(), "{trouble:#?}");
    for module in 0..500 {
        let records = ledger::family(directory.path(), &format!("module_{module:03}"), ".log");
        let rounds: Vec<_> = records.iter().map(|r| r["fields"]["round"].as_u64()).collect();
        assert_eq!(rounds, [Some(0), Some(1), Some(2)], "module {module}");
    }
}

#[test]
#[ignore = "a child of the test below"]
fn has_no_file_left_to_open() {
    if !child::is("faults::limits::has_no_file_left_to_open") {
        return;
    }
    set_limit(Resource::Nofile, 64);
    let logs = child::builder().max_file_size(64 << 10).install().unwrap();
    tracing::info!(module = "first", "a line");
    logs.flush().unwrap();
    let hoard: Vec<_> = std::iter::from_fn(|| fs::File::open("/dev/null").ok()).collect();
    for number in 0..1_000 {
        tracing::info!(module = "work", number, padding = "x".repeat(300), "a line");
        if number % 100 == 0 {
            drop(logs.flush());
        }
    }
    drop(logs.flush());
    drop(hoard);
    tracing::info!(module = "work", "the last line");
    logs.shutdown().unwrap();
    std::process::exit(0);
}

#[test]
fn fault_24_a_host_that_has_every_file_open_loses_no_line() {
    let directory = tempfile::tempdir().unwrap();
    run("faults::limits::has_no_file_left_to_open", directory.path(), ("MOST", 64));
    let records = ledger::main_log(directory.path());
    assert_eq!(Ledger::of(&records), Ledger { present: 1_002, lost: 0, removed: 0, suppressed: 0 });
    assert!(ledger::seqs(&records).is_sorted_by(|a, b| a < b));
}
