//! One thread that does things at their time, whatever runtime the service has.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

static CLOCK: Clock = Clock {
    state: Mutex::new(State { due: BTreeMap::new(), next: 0, runs: false, wakes_at: None }),
    changed: Condvar::new(),
};

struct Clock {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    due: BTreeMap<Key, Act>,
    next: u64,
    runs: bool,
    /// When the thread will look by itself; `None` while it waits for the first alarm.
    wakes_at: Option<Instant>,
}

type Key = (Instant, u64);
type Act = Box<dyn FnOnce() + Send>;

/// Something that will be done unless this is dropped before.
pub(crate) struct Alarm(Key);

impl Alarm {
    /// Does `act` at `at`, on a thread that others share: it must be quick, and may panic.
    pub(crate) fn at(at: Instant, act: impl FnOnce() + Send + 'static) -> Alarm {
        let mut state = CLOCK.lock();
        let key = (at, state.next);
        state.next += 1;
        state.due.insert(key, Box::new(act));
        if !state.runs {
            state.runs = start();
        }
        // The thread is called only when it would come too late, which with one limit is once a limit.
        if state.wakes_at.is_none_or(|wakes_at| at < wakes_at) {
            CLOCK.changed.notify_one();
        }
        Alarm(key)
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        // Dropped after the lock: what it holds may be anything.
        let act = CLOCK.lock().due.remove(&self.0);
        drop(act);
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Alarm").field(&self.0.0).finish()
    }
}

impl Clock {
    /// Nothing that can panic runs under the lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut state = self.lock();
        loop {
            let first = state.due.first_entry().filter(|entry| entry.key().0 <= Instant::now());
            if let Some(act) = first.map(std::collections::btree_map::OccupiedEntry::remove) {
                drop(state);
                // Its own panic hook has spoken; the others' alarms must still ring.
                drop(catch_unwind(AssertUnwindSafe(act)));
                state = self.lock();
                continue;
            }
            state.wakes_at = state.due.first_key_value().map(|(key, _)| key.0);
            state = match state.wakes_at {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(at) => {
                    let left = at.saturating_duration_since(Instant::now());
                    let waited = self.changed.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

/// Whether the thread could be started; the next alarm tries again if not.
fn start() -> bool {
    let thread = thread::Builder::new().name("nexolog-alarms".to_owned());
    thread.spawn(|| CLOCK.run()).is_ok()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    #[test]
    fn alarms_ring_in_the_order_of_their_times() {
        let (sender, rung) = channel();
        let now = Instant::now();
        let telling = |name: &'static str| {
            let sender = sender.clone();
            move || sender.send((name, Instant::now())).unwrap()
        };
        let late = now + Duration::from_millis(20);
        let _late = Alarm::at(late, telling("late"));
        let _panics = Alarm::at(now, || panic!("an alarm's own fault"));
        let _early = Alarm::at(now, telling("early"));
        drop(Alarm::at(now + Duration::from_millis(1), telling("cancelled")));
        drop(sender);
        assert_eq!(rung.recv().unwrap().0, "early");
        let (name, at) = rung.recv().unwrap();
        assert!(name == "late" && at >= late);
        assert!(rung.recv().is_err(), "the cancelled one is gone with what it held");
    }
}
