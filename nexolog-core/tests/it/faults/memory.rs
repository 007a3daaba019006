//! What a host's memory grows by, in processes of their own: the harness runs other tests beside these.

use std::path::Path;
use std::sync::Arc;

use nexolog_core::{Context, RequestContext};
use serde_json::json;

use crate::content::run_in_full;
use crate::{child, ledger};

/// A number of the system's account of this process, in KiB.
fn memory(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Runs a child, and gives by how many KiB it says that it grew.
fn grown(name: &str, directory: &Path) -> u64 {
    let mut running = child::Running::start(child::command(name, directory));
    let grown = running.hear("GROWN").parse().unwrap();
    assert!(running.process.wait().unwrap().success());
    grown
}

fn unique_ids() -> u64 {
    run_in_full(20_000, 1_000_000)
}

#[test]
#[ignore = "a child of the test below"]
fn logs_unique_ids() {
    if !child::is("faults::memory::logs_unique_ids") {
        return;
    }
    let logs = child::builder().install().unwrap();
    let log = |from: u64, to: u64| {
        for number in from..to {
            let request = RequestContext::new(format!("request-{number}"));
            request.identify(&format!("user-{number}"), None);
            request.add_field(&format!("key-{number}"), number);
            let context = Context::for_request(Arc::new(request));
            context.scope(|| tracing::info!(module = "work", "a line"));
            if number % 1_000 == 0 {
                logs.flush().unwrap();
            }
        }
        logs.flush().unwrap();
    };
    log(0, unique_ids() / 2);
    let before = memory("VmRSS:");
    log(unique_ids() / 2, unique_ids());
    println!("GROWN {}", memory("VmRSS:").saturating_sub(before));
    logs.shutdown().unwrap();
}

#[test]
fn fault_50_unique_ids_leave_nothing_behind_in_memory() {
    let directory = tempfile::tempdir().unwrap();
    let grown = grown("faults::memory::logs_unique_ids", directory.path());
    // Ten thousand ids of three kinds, kept, would be some megabytes.
    assert!(grown < 1_024, "{grown} KiB");
    let records = ledger::main_log(directory.path());
    let present = records.iter().filter(|record| !ledger::is_own(record)).count() as u64;
    assert_eq!(present, unique_ids());
}

const HUGE: usize = 100_000_000;

#[test]
#[ignore = "a child of the test below"]
fn logs_huge_texts() {
    if !child::is("faults::memory::logs_huge_texts") {
        return;
    }
    let logs = child::builder().install().unwrap();
    let huge = "x".repeat(HUGE);
    let before = memory("VmHWM:");
    tracing::info!(module = "work", text = %huge, debug = ?huge, raw = huge, "{huge}");
    let request = RequestContext::new("r1");
    for number in 0..10_000 {
        request.add_field(&format!("field-{number}"), number);
    }
    Context::for_request(Arc::new(request))
        .scope(|| tracing::info!(module = "work", "many fields"));
    let request = RequestContext::new("r2");
    request.identify(&huge[..100_000], Some(&huge[..5_000]));
    request.add_field(&huge[..1_000_000], "under a key of a megabyte");
    Context::for_request(Arc::new(request)).scope(|| tracing::info!(module = "work", "a long key"));
    logs.shutdown().unwrap();
    println!("GROWN {}", memory("VmHWM:") - before);
}

#[test]
fn fault_41_a_hundred_megabytes_and_ten_thousand_fields_are_cut_told_and_take_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    let grown = grown("faults::memory::logs_huge_texts", directory.path());
    assert!(grown < 32 << 10, "{grown} KiB");
    let mut records = ledger::main_log(directory.path());
    records.retain(|record| !ledger::is_own(record));
    let [huge, many, long] = &records[..] else { panic!("{} records", records.len()) };
    assert_eq!(huge["message"].as_str().unwrap().len(), 64 << 10);
    for key in ["text", "debug", "raw"] {
        assert_eq!(huge["fields"][key].as_str().unwrap().len(), 16 << 10, "{key}");
    }
    // `Debug` adds two quotes.
    let told = json!({ "message": HUGE, "text": HUGE, "debug": HUGE + 2, "raw": HUGE });
    assert_eq!(huge["fields"]["truncated"], told);
    let fields = many["fields"].as_object().unwrap();
    assert_eq!(fields.len(), RequestContext::MAX_FIELDS + 1);
    assert_eq!(fields["refused_fields"], 10_000 - RequestContext::MAX_FIELDS);
    let kept = "x".repeat(RequestContext::MAX_TEXT);
    assert_eq!((&long["user_id"], &long["organization_id"]), (&json!(kept), &json!(kept)));
    let told = json!({ "user_id": 100_000, "organization_id": 5_000, &kept: 1_000_000 });
    assert_eq!(long["fields"], json!({ kept: "under a key of a megabyte", "truncated": told }));
}
