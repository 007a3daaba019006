//! Two clocks: the monotonic one that orders events, and the calendar that dates them.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use tracing_core::Metadata;

/// Nanoseconds of the monotonic clock; what it counts from means nothing.
///
/// Every event asks, so the clock is read as it is: `Instant` would take three times as long to subtract one
/// reading from another.
#[cfg(unix)]
#[inline]
#[must_use]
pub fn stamp() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    // Never negative, and 584 years fit.
    let nanos = u64::try_from(now.tv_nsec).unwrap_or(0);
    now.tv_sec.cast_unsigned().wrapping_mul(1_000_000_000).wrapping_add(nanos)
}

/// Nanoseconds of the monotonic clock since the process first asked.
#[cfg(not(unix))]
#[must_use]
pub fn stamp() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;

    static ANCHOR: LazyLock<Instant> = LazyLock::new(Instant::now);
    let since = ANCHOR.elapsed();
    since.as_secs().wrapping_mul(1_000_000_000).wrapping_add(u64::from(since.subsec_nanos()))
}

/// A callsite, and the stamp of its event.
type Stamped = (&'static Metadata<'static>, u64);

thread_local! {
    /// The callsite whose event has a stamp already, and that stamp.
    static STAMPED: Cell<Option<Stamped>> = const { Cell::new(None) };
}

/// Runs `f`, in which an event of `callsite` is stamped with `stamp`: whoever has just read the clock for the
/// event need not read it again.
///
/// Nothing that this thread may have waited for must have happened since `stamp`, or what another thread logged
/// before would seem to be later.
pub(crate) fn with_stamp<R>(
    callsite: &'static Metadata<'static>,
    stamp: u64,
    f: impl FnOnce() -> R,
) -> R {
    struct Restored(Option<Stamped>);
    impl Drop for Restored {
        fn drop(&mut self) {
            let _ = STAMPED.try_with(|stamped| stamped.set(self.0));
        }
    }
    let before = STAMPED.try_with(|stamped| stamped.replace(Some((callsite, stamp))));
    let _restored = Restored(before.unwrap_or_default());
    f()
}

/// The stamp of an event of `callsite` that is sent now.
#[inline]
pub(crate) fn stamp_of(callsite: &'static Metadata<'static>) -> u64 {
    match STAMPED.try_with(Cell::get) {
        Ok(Some((stamped, stamp))) if std::ptr::eq(stamped, callsite) => stamp,
        _ => stamp(),
    }
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

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    macro_rules! metadata {
        ($name:literal) => {
            tracing_core::metadata! {
                name: $name,
                target: "shop",
                level: tracing_core::Level::INFO,
                fields: &[],
                callsite: &NOWHERE,
                kind: tracing_core::Kind::EVENT,
            }
        };
    }

    struct Nowhere;

    static NOWHERE: Nowhere = Nowhere;

    impl tracing_core::Callsite for Nowhere {
        fn set_interest(&self, _interest: tracing_core::Interest) {}

        fn metadata(&self) -> &Metadata<'_> {
            unreachable!("nobody asks")
        }
    }

    #[test]
    fn a_stamp_is_given_to_its_callsite_only_and_no_longer_than_said() {
        static SITE: Metadata<'static> = metadata!("site");
        static OTHER: Metadata<'static> = metadata!("other");
        let (site, other) = (&SITE, &OTHER);
        with_stamp(site, 7, || {
            assert_eq!(stamp_of(site), 7);
            assert_ne!(stamp_of(other), 7);
            with_stamp(other, 9, || assert_eq!((stamp_of(other), stamp_of(site) == 7), (9, false)));
            assert_eq!(stamp_of(site), 7);
        });
        assert_ne!(stamp_of(site), 7);
        let panics = AssertUnwindSafe(|| with_stamp(site, 7, || panic!("in another layer")));
        assert!(catch_unwind(panics).is_err());
        assert_ne!(stamp_of(site), 7);
    }
}
