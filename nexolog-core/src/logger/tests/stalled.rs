use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::ledger::{self, Ledger};
use super::support::{Fate, Operation, Run};
use crate::config::Backpressure;

/// Holds up every write while it is shut.
#[derive(Default)]
struct Gate {
    state: Mutex<(bool, usize)>,
    changed: Condvar,
}

impl Gate {
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        self.changed.notify_all();
        state = self.changed.wait_while(state, |(shut, _)| *shut).unwrap();
        state.1 -= 1;
    }

    fn set_shut(&self, shut: bool) {
        self.state.lock().unwrap().0 = shut;
        self.changed.notify_all();
    }

    /// Returns when somebody stands before the gate.
    fn wait_for_arrival(&self) {
        let state = self.state.lock().unwrap();
        let patience = Duration::from_secs(30);
        let (_state, timeout) =
            self.changed.wait_timeout_while(state, patience, |(_, before)| *before == 0).unwrap();
        assert!(!timeout.timed_out(), "nobody writes");
    }
}

/// A logger whose writer is stuck in a write.
fn stuck(up_to: Duration) -> (Run, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let at_disk = Arc::clone(&gate);
    let run = Run::start(
        |builder| builder.queue_bytes(1 << 20).backpressure(Backpressure::Block { up_to }),
        move |operation| {
            if operation == Operation::Write {
                at_disk.pass();
            }
            Fate::Succeeds
        },
    );
    run.logs.flush().unwrap();
    gate.set_shut(true);
    run.log(|| tracing::info!(module = "work", "the line that it is stuck at"));
    gate.wait_for_arrival();
    (run, gate)
}

#[test]
fn fault_7_callers_wait_for_a_stalled_writer_once_and_what_is_dropped_is_counted() {
    // Waited for at each of the thousands of events that find no room, this would be most of an hour.
    let (run, gate) = stuck(Duration::from_millis(200));
    run.log(|| {
        for number in 0..20_000 {
            tracing::info!(module = "work", number, "a line that is about a hundred bytes long");
        }
        for number in 0..100 {
            tracing::error!(module = "work", number, "an error that waits once for the file");
        }
    });
    let state = run.logs.inner.parts.pipeline.state();
    assert!(!state.writing, "health tells it, and does not wait for the disk");
    gate.set_shut(false);
    run.logs.shutdown().unwrap();

    let records = ledger::main_log(run.directory.path());
    let ledger = Ledger::of(&records);
    assert_eq!(ledger.logged(), 20_101);
    assert!(ledger.lost > 1_000, "{ledger:?}");
    assert_eq!(ledger.lost, ledger::lost_by(&records, "queue_full"));
    let errors = records.iter().filter(|r| r["level"] == "ERROR" && r["module"] == "work");
    assert_eq!(errors.count(), 100, "there is room for errors");
}

#[test]
fn fault_39_a_slow_disk_holds_nobody_up_while_there_is_room() {
    // Any wait for the writer would be longer than any test runner's patience.
    let (run, gate) = stuck(Duration::from_secs(3_600));
    run.log(|| (0..2_000).for_each(|number| tracing::info!(module = "work", number, "a line")));
    gate.set_shut(false);
    run.logs.shutdown().unwrap();
    let ledger = Ledger::of(&ledger::main_log(run.directory.path()));
    assert_eq!(ledger, Ledger { present: 2_001, lost: 0, removed: 0, suppressed: 0 });
}
