//! Two clocks: the monotonic one that orders events, and the calendar that dates them.

use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

static ANCHOR: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Nanoseconds of the monotonic clock since the process first asked.
pub(crate) fn stamp() -> u64 {
    let since = ANCHOR.elapsed();
    // 584 years fit; 64 bits take half the time of the 128 that `as_nanos` has.
    since.as_secs().wrapping_mul(1_000_000_000).wrapping_add(u64::from(since.subsec_nanos()))
}

/// Microseconds since the Unix epoch, by the calendar.
pub(crate) fn now_micros() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |past| -past),
    }
}

/// Dates stamps. The two clocks are compared once a batch; their distance is taken over only when it
/// really moved, so that times do not jitter within a second's fraction.
#[derive(Debug)]
pub(crate) struct Calendar {
    /// Calendar minus monotonic clock, in microseconds.
    distance: i64,
    /// How far a test has set the calendar.
    #[cfg(test)]
    pub(super) set_by: i64,
}

/// Difference between the clocks that counts as a step of the calendar.
const STEP_MICROS: u64 = 1_000;

/// Steps from here on are told: who reads the log must know why its times jump.
const TOLD_MICROS: u64 = 1_000_000;

impl Calendar {
    pub(crate) fn new() -> Calendar {
        Calendar {
            distance: measure(),
            #[cfg(test)]
            set_by: 0,
        }
    }

    /// Compares the clocks again. Where somebody has set the calendar, gives by how many microseconds.
    pub(crate) fn adjust(&mut self) -> Option<i64> {
        // One reading is enough to see that nothing moved.
        let (_, distance) = reading();
        #[cfg(test)]
        let distance = distance.saturating_add(self.set_by);
        if distance.abs_diff(self.distance) <= STEP_MICROS {
            return None;
        }
        let distance = measure();
        #[cfg(test)]
        let distance = distance.saturating_add(self.set_by);
        if distance.abs_diff(self.distance) <= STEP_MICROS {
            return None;
        }
        let step = distance.saturating_sub(self.distance);
        self.distance = distance;
        (step.unsigned_abs() >= TOLD_MICROS).then_some(step)
    }

    /// The calendar's time of a stamp, in microseconds since the Unix epoch.
    pub(crate) fn date(&self, stamp: u64) -> i64 {
        self.distance.saturating_add(i64::try_from(stamp / 1_000).unwrap_or(i64::MAX))
    }
}

/// The distance between the clocks; of several readings the one that was least disturbed in between.
fn measure() -> i64 {
    let best = (0..3).map(|_| reading()).min_by_key(|(took, _)| *took);
    best.map_or(0, |(_, distance)| distance)
}

/// The distance between the clocks, after the nanoseconds that it took to read them.
fn reading() -> (u64, i64) {
    let before = stamp();
    let calendar = now_micros();
    let took = stamp() - before;
    let monotonic = i64::try_from((before + took / 2) / 1_000).unwrap_or(i64::MAX);
    (took, calendar.saturating_sub(monotonic))
}
