//! Which families the sealer has to tend, and when.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::names::FamilyName;
use super::retention::Limits;

/// How often a family is tended without being asked: records grow old in families where nothing is written.
const ROUTINE: Duration = Duration::from_secs(3600);

const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(300);

/// The sealer's tasks. Asking never waits for the work itself.
#[derive(Debug, Default)]
pub(super) struct Work {
    tasks: Mutex<Tasks>,
    changed: Condvar,
    /// Shared with the work on directories beneath.
    stop: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Tasks {
    by_family: BTreeMap<FamilyName, Task>,
    /// Set when the thread has ended, or never began.
    ended: bool,
    #[cfg(test)]
    busy: bool,
}

#[derive(Debug)]
struct Task {
    limits: Limits,
    /// When to tend the family.
    due: Instant,
    /// Whether it was asked for since it was last begun.
    asked: bool,
    failures: u32,
}

impl Work {
    /// Work on another directory that stops together with this.
    pub(super) fn beneath(&self) -> Work {
        Work { stop: Arc::clone(&self.stop), ..Work::default() }
    }

    /// Makes a family known; it is tended at once.
    pub(super) fn register(&self, family: &FamilyName, limits: Limits) {
        let task = Task { limits, due: Instant::now(), asked: true, failures: 0 };
        self.tasks().by_family.insert(family.clone(), task);
        self.changed.notify_all();
    }

    /// Asks for a family to be tended soon.
    pub(super) fn ask_for(&self, family: &FamilyName) {
        if let Some(task) = self.tasks().by_family.get_mut(family) {
            task.asked = true;
            task.due = Instant::now();
        }
        self.changed.notify_all();
    }

    /// Waits for the next family that is due; `None` when the thread is to end.
    pub(super) fn next(&self) -> Option<(FamilyName, Limits)> {
        let mut tasks = self.tasks();
        loop {
            if self.must_stop() {
                return None;
            }
            let now = Instant::now();
            let first = tasks.by_family.iter_mut().min_by_key(|(_, task)| task.due);
            let wait = match first {
                Some((family, task)) if task.due <= now => {
                    task.asked = false;
                    let next = (family.clone(), task.limits.clone());
                    #[cfg(test)]
                    {
                        tasks.busy = true;
                    }
                    return Some(next);
                }
                Some((_, task)) => task.due - now,
                None => ROUTINE,
            };
            tasks =
                self.changed.wait_timeout(tasks, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether something waits that should not wait for what can be done later: other families, or this one again.
    #[cfg(feature = "api")]
    pub(super) fn is_wanted_beside(&self, family: &FamilyName) -> bool {
        let now = Instant::now();
        let waits =
            |(of, task): (&FamilyName, &Task)| task.asked || of != family && task.due <= now;
        self.tasks().by_family.iter().any(waits)
    }

    /// Tells how tending `family` went, and so when it is due again.
    pub(super) fn done(&self, family: &FamilyName, succeeded: bool) {
        let mut tasks = self.tasks();
        if let Some(task) = tasks.by_family.get_mut(family) {
            let wait = if succeeded {
                task.failures = 0;
                ROUTINE
            } else {
                let doubled = FIRST_RETRY.saturating_mul(1 << task.failures.min(10));
                task.failures += 1;
                doubled.min(LAST_RETRY)
            };
            // Asked for meanwhile: at once, unless it fails, when every rotation would ask in vain.
            if !(task.asked && succeeded) {
                task.due = Instant::now() + wait;
            }
        }
        #[cfg(test)]
        {
            tasks.busy = false;
        }
        drop(tasks);
        self.changed.notify_all();
    }

    /// Whether the thread is to leave what it is at; it is resumed at the next start.
    pub(super) fn must_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The flag behind [`must_stop`](Work::must_stop).
    pub(super) fn stop_flag(&self) -> &AtomicBool {
        &self.stop
    }

    pub(super) fn stop(&self) {
        // Under the lock, so that the thread is either before its look at the flag or waiting.
        let _tasks = self.tasks();
        self.stop.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    pub(super) fn set_ended(&self) {
        self.tasks().ended = true;
        self.changed.notify_all();
    }

    /// Waits until the thread has ended; `false` when `deadline` came first.
    pub(super) fn wait_until_ended(&self, deadline: Instant) -> bool {
        let mut tasks = self.tasks();
        while !tasks.ended {
            let now = Instant::now();
            if now >= deadline {
                return false;
            }
            tasks = self
                .changed
                .wait_timeout(tasks, deadline - now)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }

    /// How long until `family` is due, now at the earliest.
    #[cfg(test)]
    pub(super) fn due_in(&self, family: &FamilyName) -> Option<Duration> {
        let due = self.tasks().by_family.get(family)?.due;
        Some(due.saturating_duration_since(Instant::now()))
    }

    /// Waits until nothing is due or being done, failed tasks aside.
    #[cfg(test)]
    pub(super) fn wait_until_idle(&self) {
        let mut tasks = self.tasks();
        while tasks.busy || tasks.by_family.values().any(|task| task.due <= Instant::now()) {
            tasks = self
                .changed
                .wait_timeout(tasks, Duration::from_millis(50))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
