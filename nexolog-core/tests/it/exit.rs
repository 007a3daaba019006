//! Ends of a process, each in a process of its own.

use std::path::Path;
use std::process::{Command, ExitStatus};

use nexolog_core::{Console, Nexolog};
use serde_json::Value;

use crate::support;

const LINES: u64 = 2_000;

/// Runs one of the children below in a process of its own, logging to `directory`.
fn run(child: &str, directory: &Path) -> ExitStatus {
    let name = format!("exit::{child}");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--include-ignored", "--nocapture"])
        .env("LOG_DIR", directory)
        .env("NEXOLOG_TEST_CHILD", child)
        .output()
        .unwrap();
    output.status
}

/// In the child: a logger for the process with 2,000 lines on the way. `None` in an ordinary run of the tests.
fn start(child: &str) -> Option<Nexolog> {
    if std::env::var("NEXOLOG_TEST_CHILD").ok()? != child {
        return None;
    }
    let logs = Nexolog::from_env("shop").unwrap().console(Console::Off).install().unwrap();
    for number in 0..LINES {
        tracing::info!(module = "work", number, "line");
    }
    Some(logs)
}

fn lines(records: &[Value]) -> usize {
    records.iter().filter(|record| record["module"] == "work").count()
}

#[test]
#[ignore = "a child of the test below"]
fn exits_from_a_thread_with_the_handle_forgotten() {
    if let Some(logs) = start("exits_from_a_thread_with_the_handle_forgotten") {
        std::mem::forget(logs);
        let _ = std::thread::spawn(|| std::process::exit(3)).join();
    }
}

#[test]
fn fault_3_leaving_without_the_handle_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let status = run("exits_from_a_thread_with_the_handle_forgotten", directory.path());
    assert_eq!(status.code(), Some(3));
    let records = support::records(&directory.path().join("shop.jsonl"));
    assert_eq!(lines(&records), usize::try_from(LINES).unwrap());
    assert_eq!(records.last().unwrap()["message"], "stopped");
}

#[test]
#[ignore = "a child of the test below"]
fn panics_and_aborts() {
    if start("panics_and_aborts").is_some() {
        let _ = std::panic::catch_unwind(|| panic!("out of {}", "cheese"));
        std::process::abort();
    }
}

#[test]
fn fault_4_a_panic_is_written_with_its_place_before_the_process_aborts() {
    let directory = tempfile::tempdir().unwrap();
    let status = run("panics_and_aborts", directory.path());
    assert!(!status.success());
    let records = support::records(&directory.path().join("shop.jsonl"));
    assert_eq!(lines(&records), usize::try_from(LINES).unwrap());
    let panic = records.iter().find(|record| record["module"] == "panic").unwrap();
    assert_eq!(panic["level"], "CRITICAL");
    assert_eq!(panic["message"], "panicked: out of cheese");
    assert!(panic["file"].as_str().unwrap().ends_with("exit.rs"));
    assert!(panic["line"].is_u64());
}

#[test]
#[ignore = "a child of the test below"]
fn waits_to_be_killed() {
    if let Some(logs) = start("waits_to_be_killed") {
        logs.flush().unwrap();
        println!("flushed");
        loop {
            tracing::info!(module = "after", "line");
        }
    }
}

#[test]
fn fault_1_sigkill_loses_nothing_that_a_flush_had_confirmed() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    let directory = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "exit::waits_to_be_killed", "--include-ignored", "--nocapture"])
        .env("LOG_DIR", directory.path())
        .env("NEXOLOG_TEST_CHILD", "waits_to_be_killed")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let flushed = stdout.lines().map_while(Result::ok).any(|line| line.ends_with("flushed"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(flushed);

    let again = Nexolog::builder("shop").directory(directory.path()).build().unwrap();
    again.shutdown().unwrap();
    let mut records = Vec::new();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with("shop.") && path.extension().is_some_and(|end| end == "jsonl") {
            records.extend(support::records(&path));
        } else if name.starts_with("shop.") && path.extension().is_some_and(|end| end == "zst") {
            let output = Command::new("zstdcat").arg(&path).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            records.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
    }
    assert_eq!(lines(&records), usize::try_from(LINES).unwrap());
    let mut seqs: Vec<u64> = records.iter().map(|record| record["seq"].as_u64().unwrap()).collect();
    seqs.sort_unstable();
    assert!(seqs.windows(2).all(|two| two[0] < two[1]), "a number is never given twice");
    let recovered = records.iter().find(|record| record["message"] == "recovered").unwrap();
    let (from, to) = (&recovered["fields"]["from"], &recovered["fields"]["to"]);
    let gap = seqs.windows(2).find(|two| two[1] != two[0] + 1).unwrap();
    assert_eq!((from.as_u64(), to.as_u64()), (Some(gap[0] + 1), Some(gap[1] - 1)));
}
