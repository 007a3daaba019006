use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;

use nexolog_core::Nexolog;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde_json::Value;

use crate::child;

/// The records of a file that others wrote to as well.
fn records_among_junk(text: &[u8]) -> Vec<Value> {
    let lines = text.split(|byte| *byte == b'\n');
    lines.filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

#[test]
fn fault_37_whatever_is_in_the_file_a_new_line_begins_on_its_own() {
    let junk: [&[u8]; 6] = [
        b"",
        b"half a line",
        b"{\"seq\":7,\"timestamp\":\"2026-03-01T10:00:00.000000Z\",\"level\":\"IN",
        b"\xff\xfe\x00\x01\n\xc3\x28",
        b"\n\n\n",
        &[0; 10_000],
    ];
    for junk in junk {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("shop.jsonl");
        fs::write(&path, junk).unwrap();
        fs::write(directory.path().join("work.log"), junk).unwrap();
        let logs = Nexolog::builder("shop").directory(directory.path()).build().unwrap();
        logs.shutdown().unwrap();
        let text = fs::read(&path).unwrap();
        let records = records_among_junk(&text);
        assert_eq!(records.first().unwrap()["message"], "started", "after {junk:?}");
        assert_eq!(records.last().unwrap()["message"], "stopped", "after {junk:?}");
        assert_eq!(text.last(), Some(&b'\n'));
        let whole = junk.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        assert!(text.starts_with(&junk[..whole]), "whole lines are others' and stay");
        let torn = fs::metadata(directory.path().join("shop.jsonl.torn"));
        assert_eq!(torn.is_ok(), whole < junk.len(), "what is cut off is kept aside");
    }
}

#[test]
#[ignore = "a child of the test below"]
fn starts_with_little_memory() {
    if !child::is("faults::left::starts_with_little_memory") {
        return;
    }
    let most = Rlimit { current: Some(700 << 20), maximum: Some(700 << 20) };
    setrlimit(Resource::As, most).unwrap();
    let logs = child::builder().install().unwrap();
    tracing::info!(module = "work", "a line");
    logs.shutdown().unwrap();
    std::process::exit(0);
}

#[test]
fn fault_37_a_gigabyte_of_nuls_is_opened_in_bounded_memory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.jsonl");
    let logs = Nexolog::builder("shop").directory(directory.path()).build().unwrap();
    logs.shutdown().unwrap();
    drop(logs);
    let before = fs::read(&path).unwrap();
    for is_torn in [true, false] {
        let mut file = File::create(&path).unwrap();
        file.write_all(&before).unwrap();
        file.set_len(1 << 30).unwrap();
        if !is_torn {
            file.write_all_at(b"\n", (1 << 30) - 1).unwrap();
        }
        let name = "faults::left::starts_with_little_memory";
        let output = child::command(name, directory.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "torn: {is_torn}: {output:?}");
    }
}
