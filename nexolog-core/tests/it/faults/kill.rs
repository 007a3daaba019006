use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Duration;

use nexolog_core::{Backpressure, Console, Durability, Nexolog};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::child::{self, Running};
use crate::ledger;

const INFOS_BETWEEN: u64 = 20;

#[test]
#[ignore = "a child of the tests below"]
fn logs_until_it_is_killed() {
    if !child::is("faults::kill::logs_until_it_is_killed") {
        return;
    }
    // An error's call returns when it is in the file, however long that takes.
    let patient = Backpressure::Block { up_to: Duration::from_secs(3_600) };
    let mut builder = child::builder().backpressure(patient);
    let writes = std::env::var_os("WRITTEN").is_some();
    if writes {
        builder = builder.durability(Durability::Written);
    }
    let _logs = builder.install().unwrap();
    let run: u64 = std::env::var("RUN").unwrap().parse().unwrap();
    let acks = File::options().write(true).open(std::env::var("ACKS").unwrap()).unwrap();
    println!("begins");
    for number in 0_u64.. {
        if writes {
            tracing::info!(module = "work", run, number, "a line");
            acks.write_all_at(&(number + 1).to_le_bytes(), 0).unwrap();
            continue;
        }
        for info in 0..INFOS_BETWEEN {
            tracing::info!(module = "work", run, number = number * INFOS_BETWEEN + info, "a line");
        }
        tracing::error!(module = "work", run, number, "an error");
        // In the kernel's hands when this returns, so it outlives the process.
        acks.write_all_at(&(number + 1).to_le_bytes(), 0).unwrap();
    }
}

fn acknowledged(acks: &File) -> u64 {
    let mut bytes = [0; 8];
    acks.read_exact_at(&mut bytes, 0).map_or(0, |()| u64::from_le_bytes(bytes))
}

/// Runs a child and kills it when about so many calls have returned that wrote; says how many had.
fn run_and_kill(run: u64, calls: u64, writes: bool, directory: &Path, acks: &Path) -> u64 {
    let file = File::create(acks).unwrap();
    let mut command = child::command("faults::kill::logs_until_it_is_killed", directory);
    command.env("RUN", run.to_string()).env("ACKS", acks);
    if writes {
        command.env("WRITTEN", "");
    }
    let mut running = Running::start(command);
    running.hear("begins");
    let file_read = File::open(acks).unwrap();
    drop(file);
    child::until("calls have returned", || acknowledged(&file_read) >= calls);
    running.process.kill().unwrap();
    running.process.wait().unwrap();
    acknowledged(&file_read)
}

#[test]
fn fault_1_fifty_kills_lose_no_error_whose_call_returned() {
    let root = tempfile::tempdir().unwrap();
    let (directory, acks) = (root.path().join("logs"), root.path().join("acks"));
    let seed = RandomState::new().hash_one(0);
    println!("seed {seed}");
    let mut random = seed | 1;
    let acknowledged: Vec<u64> = (0..50)
        .map(|run| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            run_and_kill(run, random % 40, false, &directory, &acks)
        })
        .collect();
    Nexolog::builder("shop").directory(&directory).build().unwrap().shutdown().unwrap();

    let records = ledger::main_log(&directory);
    let number = |record: &Value, key: &str| record["fields"][key].as_u64().unwrap();
    let of = |level: &str| -> HashSet<(u64, u64)> {
        let records = records.iter().filter(|r| r["module"] == "work" && r["level"] == level);
        records.map(|record| (number(record, "run"), number(record, "number"))).collect()
    };
    let (errors, infos) = (of("ERROR"), of("INFO"));
    for (run, acknowledged) in (0..).zip(acknowledged) {
        let missing = (0..acknowledged).filter(|&number| !errors.contains(&(run, number))).count();
        assert_eq!(missing, 0, "errors of run {run}");
        // What was logged before an error that is in the file is there, too.
        let before = acknowledged * INFOS_BETWEEN;
        let missing = (0..before).filter(|&number| !infos.contains(&(run, number))).count();
        assert_eq!(missing, 0, "lines of run {run}");
    }
    assert!(ledger::seqs(&records).is_sorted_by(|a, b| a < b), "no number comes twice");
    let recovered = records.iter().filter(|record| record["message"] == "recovered").count();
    assert_eq!(recovered, 50, "each start after a kill says so");
}

#[test]
fn fault_1_kills_lose_no_line_of_any_level_where_each_call_writes() {
    let root = tempfile::tempdir().unwrap();
    let (directory, acks) = (root.path().join("logs"), root.path().join("acks"));
    let acknowledged: Vec<u64> =
        (0..10).map(|run| run_and_kill(run, 700 * run, true, &directory, &acks)).collect();
    Nexolog::builder("shop").directory(&directory).build().unwrap().shutdown().unwrap();
    let records = ledger::main_log(&directory);
    for (run, acknowledged) in (0..).zip(acknowledged) {
        let of_run = records.iter().filter(|record| record["fields"]["run"] == run);
        let numbers: Vec<u64> =
            of_run.map(|record| record["fields"]["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>(), "run {run}");
        assert!(numbers.len() as u64 >= acknowledged, "run {run}: {acknowledged} calls returned");
    }
}

#[test]
fn fault_14_a_second_process_writes_beneath_until_the_first_is_killed() {
    let root = tempfile::tempdir().unwrap();
    let (directory, acks) = (root.path().join("logs"), root.path().join("acks"));
    File::create(&acks).unwrap();
    let mut command = child::command("faults::kill::logs_until_it_is_killed", &directory);
    command.env("RUN", "0").env("ACKS", &acks);
    let mut first = Running::start(command);
    first.hear("begins");

    let build = || Nexolog::builder("shop").directory(&directory).console(Console::Off).build();
    let second = build().unwrap();
    assert_eq!(second.directory(), directory.join("instance-1"));
    let subscriber = tracing_subscriber::registry().with(second.layer());
    tracing::subscriber::with_default(subscriber, || tracing::info!(module = "second", "a line"));
    second.shutdown().unwrap();
    first.process.kill().unwrap();
    first.process.wait().unwrap();

    let third = build().unwrap();
    assert_eq!(third.directory(), directory, "the lock went with the process");
    third.shutdown().unwrap();
    let beneath = ledger::main_log(&directory.join("instance-1"));
    assert!(beneath.iter().any(|record| record["module"] == "second"));
    let told = |record: &Value| record["message"].as_str().unwrap().contains("another process");
    assert!(beneath.iter().any(told), "{beneath:#?}");
    let above = ledger::main_log(&directory);
    assert!(above.iter().all(|record| record["module"] != "second"));
}
