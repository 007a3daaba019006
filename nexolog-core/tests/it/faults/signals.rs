use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use nexolog_core::Backpressure;
use rustix::process::{Pid, Signal, kill_process};

use crate::child::{self, Running};
use crate::ledger::{self, Ledger};

fn send(running: &Running, signal: Signal) {
    kill_process(Pid::from_child(&running.process), signal).unwrap();
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future);
}

#[test]
#[ignore = "a child of the test below"]
fn ends_when_it_is_asked_to() {
    if !child::is("faults::signals::ends_when_it_is_asked_to") {
        return;
    }
    let builder = child::builder().backpressure(Backpressure::DropNewest);
    let logs = builder.queue_bytes(1 << 20).install().unwrap();
    let asked = nexolog_core::terminated();
    let ending = AtomicBool::new(false);
    let logged = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !ending.load(Ordering::Relaxed) {
                    tracing::info!(module = "work", "a line in a queue that overflows");
                    if logged.fetch_add(1, Ordering::Relaxed) == 50_000 {
                        println!("is full");
                    }
                }
            });
        }
        block_on(asked);
        ending.store(true, Ordering::Relaxed);
    });
    logs.shutdown().unwrap();
    println!("logged {}", logged.into_inner());
    std::process::exit(0);
}

#[test]
fn fault_5_sigterm_with_a_full_queue_leaves_no_event_unaccounted_for() {
    let directory = tempfile::tempdir().unwrap();
    let name = "faults::signals::ends_when_it_is_asked_to";
    let mut running = Running::start(child::command(name, directory.path()));
    running.hear("is full");
    send(&running, Signal::TERM);
    let logged: u64 = running.hear("logged").parse().unwrap();
    assert_eq!(running.process.wait().unwrap().code(), Some(0));
    let records = ledger::main_log(directory.path());
    assert_eq!(Ledger::of(&records).logged(), logged);
    assert_eq!(records.last().unwrap()["message"], "stopped");
}

#[test]
#[ignore = "a child of the test below"]
fn never_comes_to_its_end() {
    if !child::is("faults::signals::never_comes_to_its_end") {
        return;
    }
    let _logs = child::builder().install().unwrap();
    let asked = nexolog_core::terminated();
    for number in 0..2_000 {
        tracing::info!(module = "work", number, "a line");
    }
    println!("waits");
    block_on(asked);
    println!("was asked");
    block_on(std::future::pending());
}

#[test]
fn fault_5_a_second_signal_ends_what_does_not_end_and_everything_is_written() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let directory = tempfile::tempdir().unwrap();
        let name = "faults::signals::never_comes_to_its_end";
        let mut running = Running::start(child::command(name, directory.path()));
        running.hear("waits");
        send(&running, signal);
        running.hear("was asked");
        send(&running, signal);
        assert_eq!(running.process.wait().unwrap().code(), Some(status));
        let records = ledger::main_log(directory.path());
        assert_eq!(
            Ledger::of(&records),
            Ledger { present: 2_000, lost: 0, removed: 0, suppressed: 0 }
        );
        assert_eq!(records.last().unwrap()["message"], "stopped");
    }
}
