use std::time::{Duration, Instant, SystemTime};

/// A clock this far ahead is only running a little fast.
const TOLERANCE: Duration = Duration::from_secs(300);

/// How far ahead of the newest record a clock may be at the start and be believed at once.
const ORDINARY_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// A clock that was ahead for this long, and that nobody set back, is right.
const PROBATION: Duration = Duration::from_secs(24 * 3600);

/// The time that retention goes by: never later than the wall clock, nor than what can be believed of it.
///
/// A clock that jumps ten years ahead makes every record old. So a jump forward is believed only after a
/// day; until then time goes on from before it by the monotonic clock. The price is that after a long stop
/// old records stay a day longer.
#[derive(Debug)]
pub(super) struct AgeClock {
    /// A pair of times that belong together.
    trusted: (SystemTime, Instant),
    /// When the wall clock was first seen ahead, if it is.
    ahead_since: Option<(Duration, Instant)>,
}

impl AgeClock {
    /// Starts at the wall clock's `now`, or a day past the time of the newest record on the disk if that is earlier.
    pub(super) fn start(now: SystemTime, at: Instant, newest: Option<SystemTime>) -> AgeClock {
        let latest = newest.and_then(|newest| newest.checked_add(ORDINARY_PAUSE));
        AgeClock { trusted: (latest.map_or(now, |latest| latest.min(now)), at), ahead_since: None }
    }

    pub(super) fn now(&mut self) -> SystemTime {
        self.at(SystemTime::now(), Instant::now())
    }

    /// As [`now`](AgeClock::now), for what the two clocks show.
    pub(super) fn at(&mut self, wall: SystemTime, at: Instant) -> SystemTime {
        let elapsed = at.saturating_duration_since(self.trusted.1);
        let expected = self.trusted.0 + elapsed;
        let ahead = wall.duration_since(expected).unwrap_or_default();
        if ahead <= TOLERANCE {
            self.trusted = (wall.max(expected), at);
            self.ahead_since = None;
            return wall.min(expected);
        }
        match self.ahead_since {
            Some((before, since)) if ahead.abs_diff(before) <= TOLERANCE => {
                if at.saturating_duration_since(since) >= PROBATION {
                    self.trusted = (wall, at);
                    self.ahead_since = None;
                    return wall;
                }
            }
            _ => self.ahead_since = Some((ahead, at)),
        }
        expected
    }
}
