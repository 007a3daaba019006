use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use crate::alarm::Alarm;

/// When a handler has had its time; wakes the task that polls it.
#[derive(Debug)]
pub(super) struct Deadline {
    at: Instant,
    sleeper: Arc<Mutex<Option<Waker>>>,
    _alarm: Alarm,
}

impl Deadline {
    pub(super) fn after(started: Instant, limit: Duration) -> Option<Deadline> {
        // A limit that no clock reaches is none.
        let at = started.checked_add(limit)?;
        let sleeper = Arc::new(Mutex::new(None::<Waker>));
        let woken = Arc::clone(&sleeper);
        let alarm = Alarm::at(at, move || {
            let waker = woken.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(waker) = waker {
                waker.wake();
            }
        });
        Some(Deadline { at, sleeper, _alarm: alarm })
    }

    /// Whether the time is over; if not, `waker` is woken when it is.
    pub(super) fn is_over(&self, waker: &Waker) -> bool {
        // In this order: an alarm that rings between the two is seen by the second.
        let before = {
            let mut sleeper = self.sleeper.lock().unwrap_or_else(PoisonError::into_inner);
            match &*sleeper {
                Some(known) if known.will_wake(waker) => None,
                _ => sleeper.replace(waker.clone()),
            }
        };
        drop(before);
        Instant::now() >= self.at
    }
}
