use std::ffi::c_int;
use std::process::Output;
use std::sync::OnceLock;

use nexolog_core::{Nexolog, StartError};
use serde_json::Value;

use crate::child;
use crate::ledger::{self, Ledger};

#[allow(unsafe_code, reason = "only C can say what runs last")]
mod c {
    use super::c_int;

    // SAFETY: the signature is that of `atexit` in C99: it keeps the function, which lives as long as the process.
    unsafe extern "C" {
        pub(super) safe fn atexit(callback: extern "C" fn()) -> c_int;
    }
}

fn run(child: &str, directory: &std::path::Path) -> Output {
    child::command(child, directory).output().unwrap()
}

struct LogsWhenItGoes(&'static str);

impl Drop for LogsWhenItGoes {
    fn drop(&mut self) {
        tracing::info!(module = "work", "from {}", self.0);
        tracing::error!(module = "work", "from {}, at once", self.0);
    }
}

thread_local! {
    static EARLY: LogsWhenItGoes = const { LogsWhenItGoes("storage made before the first event") };
    static LATE: LogsWhenItGoes = const { LogsWhenItGoes("storage made after the first event") };
}

static LOGS: OnceLock<Nexolog> = OnceLock::new();

extern "C" fn before_the_exit_hook() {
    tracing::info!(module = "work", "before the exit hook");
}

extern "C" fn after_the_exit_hook() {
    tracing::error!(module = "work", "after the exit hook");
    eprintln!("lost {}", LOGS.get().unwrap().counters().lost());
}

#[test]
#[ignore = "a child of the test below"]
fn logs_from_the_last_corners() {
    if !child::is("faults::ending::logs_from_the_last_corners") {
        return;
    }
    c::atexit(after_the_exit_hook);
    LOGS.set(child::builder().install().unwrap()).unwrap();
    c::atexit(before_the_exit_hook);
    let thread = std::thread::spawn(|| {
        EARLY.with(|_| ());
        tracing::info!(module = "work", "first");
        LATE.with(|_| ());
    });
    thread.join().unwrap();
    std::process::exit(0);
}

#[test]
fn fault_15_thread_local_destructors_and_exit_handlers_may_log() {
    let directory = tempfile::tempdir().unwrap();
    let output = run("faults::ending::logs_from_the_last_corners", directory.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let records = ledger::main_log(directory.path());
    let mut messages: Vec<&str> = records
        .iter()
        .filter(|record| !ledger::is_own(record))
        .map(|record| record["message"].as_str().unwrap())
        .collect();
    messages.sort_unstable();
    let expected = [
        "before the exit hook",
        "first",
        "from storage made after the first event",
        "from storage made after the first event, at once",
        "from storage made before the first event",
        "from storage made before the first event, at once",
    ];
    assert_eq!(messages, expected);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("lost 1\n"), "what came after the end is counted: {said}");
}

#[test]
#[ignore = "a child of the test below"]
fn logs_after_shutdown() {
    if child::is("faults::ending::logs_after_shutdown") {
        let logs = child::builder().install().unwrap();
        tracing::info!(module = "work", "a line");
        logs.shutdown().unwrap();
        for _ in 0..3 {
            tracing::error!(module = "work", "late");
        }
        std::process::exit(0);
    }
}

#[test]
fn fault_15_what_is_logged_after_shutdown_is_told_at_exit() {
    let directory = tempfile::tempdir().unwrap();
    let output = run("faults::ending::logs_after_shutdown", directory.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let records = ledger::main_log(directory.path());
    assert_eq!(Ledger::of(&records), Ledger { present: 1, lost: 3, removed: 0, suppressed: 0 });
    assert_eq!(ledger::lost_by(&records, "late"), 3);
    let again = Nexolog::builder("shop").directory(directory.path()).build().unwrap();
    again.shutdown().unwrap();
    let records = ledger::main_log(directory.path());
    let is_unclean = |record: &Value| record["message"] == "recovered";
    assert!(!records.iter().any(is_unclean), "{records:#?}");
    let seqs = ledger::seqs(&records);
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
}

#[test]
#[ignore = "a child of the test below"]
fn installs_twice() {
    if !child::is("faults::ending::installs_twice") {
        return;
    }
    tracing::error!(module = "work", "before there is a logger: nobody hears it, nothing breaks");
    let logs = child::builder().install().unwrap();
    tracing::info!(module = "work", "one");
    let elsewhere = logs.directory().join("elsewhere");
    let again = child::builder().directory(&elsewhere).install().unwrap_err();
    assert!(matches!(again, StartError::AlreadyInstalled), "{again}");
    assert!(!elsewhere.exists(), "refused before anything is made");
    tracing::info!(module = "work", "two");
    logs.shutdown().unwrap();
    std::process::exit(0);
}

#[test]
fn fault_16_a_second_install_is_an_error_value_and_the_first_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let output = run("faults::ending::installs_twice", directory.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let records = ledger::main_log(directory.path());
    assert_eq!(Ledger::of(&records), Ledger { present: 2, lost: 0, removed: 0, suppressed: 0 });
}

#[test]
#[ignore = "a child of the test below"]
fn has_a_logger_of_the_log_crate() {
    if !child::is("faults::ending::has_a_logger_of_the_log_crate") {
        return;
    }
    tracing_log::LogTracer::init().unwrap();
    let refused = child::builder().install().unwrap_err();
    assert!(matches!(refused, StartError::AlreadyInstalled), "{refused}");
    assert!(!tracing::dispatcher::has_been_set(), "not half installed either");
    std::process::exit(0);
}

#[test]
fn fault_16_a_logger_that_is_there_already_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let output = run("faults::ending::has_a_logger_of_the_log_crate", directory.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
