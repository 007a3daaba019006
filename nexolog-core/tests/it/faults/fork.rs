use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use nexolog_core::{Console, Nexolog};
use rustix::process::{Pid, WaitOptions};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::child;
use crate::ledger::{self, Ledger};

#[allow(unsafe_code, reason = "there is no safe fork")]
mod c {
    use super::c_int;

    // SAFETY: the signature is that of `fork` in POSIX. The child, which has one thread of its parent's, runs only
    // what this test is about, and leaves.
    unsafe extern "C" {
        pub(super) safe fn fork() -> c_int;
    }
}

/// In the forked child; gives its exit status.
fn as_a_child_would(logs: &Nexolog) -> i32 {
    let before = logs.counters().lost();
    for number in 0..10_000 {
        tracing::info!(module = "forked", number, "a line");
        if number % 1_000 == 0 {
            tracing::error!(module = "forked", number, "an error");
        }
    }
    if logs.counters().lost() - before != 10_010 {
        return 1;
    }
    if logs.flush().is_ok() || logs.shutdown().is_ok() {
        return 2;
    }
    let builder = Nexolog::builder("shop").directory(logs.directory()).console(Console::Off);
    let Ok(own) = builder.build() else { return 3 };
    let subscriber = tracing_subscriber::registry().with(own.layer());
    tracing::subscriber::with_default(subscriber, || {
        (0..100).for_each(|number| tracing::info!(module = "own", number, "a line"));
    });
    if own.shutdown().is_err() || own.counters().lost() != 0 { 4 } else { 0 }
}

#[test]
#[ignore = "a child of the test below"]
fn forks_while_it_logs() {
    if !child::is("faults::fork::forks_while_it_logs") {
        return;
    }
    let logs = child::builder().install().unwrap();
    let ending = AtomicBool::new(false);
    let logged = AtomicU64::new(0);
    std::thread::scope(|scope| {
        // So that locks are held when the process forks.
        for _ in 0..2 {
            scope.spawn(|| {
                while !ending.load(Ordering::Relaxed) {
                    tracing::info!(module = "work", "a line");
                    logged.fetch_add(1, Ordering::Relaxed);
                    std::thread::yield_now();
                }
            });
        }
        for _ in 0..10 {
            drop(logs.flush());
            let forked = c::fork();
            if forked == 0 {
                std::process::exit(as_a_child_would(&logs));
            }
            let forked = Pid::from_raw(forked).unwrap();
            let (_, status) =
                rustix::process::waitpid(Some(forked), WaitOptions::empty()).unwrap().unwrap();
            println!("status {:?}", status.exit_status());
        }
        ending.store(true, Ordering::Relaxed);
    });
    logs.shutdown().unwrap();
    println!("logged {}", logged.into_inner());
    std::process::exit(0);
}

#[test]
fn fault_13_a_forked_child_never_touches_its_parents_files_and_may_have_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let name = "faults::fork::forks_while_it_logs";
    let output = child::command(name, directory.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(said.matches("status Some(0)").count(), 10, "{said}");
    let logged = said.lines().find_map(|line| line.strip_prefix("logged ")).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(told.matches("nexolog: this process was forked").count(), 10, "{told}");

    let records = ledger::main_log(directory.path());
    let ledger = Ledger::of(&records);
    assert_eq!(ledger.logged(), logged.parse::<u64>().unwrap());
    // On a busy machine the parent itself may log faster than its writer writes.
    assert_eq!(ledger.lost, ledger::lost_by(&records, "queue_full"));
    let others = records.iter().filter(|r| !ledger::is_own(r) && r["module"] != "work");
    assert_eq!(others.count(), 0);
    let seqs = ledger::seqs(&records);
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    // One after the other, they used the same directory.
    let beneath = ledger::main_log(&directory.path().join("instance-1"));
    assert_eq!(Ledger::of(&beneath), Ledger { present: 1_000, lost: 0, removed: 0, suppressed: 0 });
}
