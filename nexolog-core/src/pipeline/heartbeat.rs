use std::time::Duration;

use crate::config::Settings;

/// Says at intervals that the logger is alive and what it has done, so that silence means that it is not.
#[derive(Debug)]
pub(super) struct Heartbeat {
    /// Nanoseconds between two; `None` for none.
    every: Option<u64>,
    /// Stamp of the last, or of the start.
    told_at: u64,
    told: Totals,
    queue_peak: usize,
    queue_capacity: usize,
}

/// What a logger has done since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) written: u64,
    pub(super) lost: u64,
    pub(super) suppressed: u64,
}

/// What it has done since the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beat {
    pub(super) since: Totals,
    /// Bytes of events that waited for the writer at most.
    pub(super) queue_peak: usize,
    pub(super) queue_capacity: usize,
    /// The time since the last one.
    pub(super) after: Duration,
    /// The time within which the next one comes.
    pub(super) every: Duration,
}

impl Heartbeat {
    /// `now` is the stamp of the start.
    pub(super) fn new(settings: &Settings, now: u64) -> Heartbeat {
        Heartbeat {
            every: settings
                .heartbeat
                .map(|every| u64::try_from(every.as_nanos()).unwrap_or(u64::MAX)),
            told_at: now,
            told: Totals::default(),
            queue_peak: 0,
            queue_capacity: settings.queue_bytes,
        }
    }

    /// Takes note of what waits when the writer comes for it. Between two of its rounds that only grows.
    pub(super) fn note_queue(&mut self, bytes: usize) {
        self.queue_peak = self.queue_peak.max(bytes);
    }

    /// What is to be told at the moment `now`, if it is time.
    pub(super) fn due(&mut self, now: u64, totals: impl FnOnce() -> Totals) -> Option<Beat> {
        let every = self.every?;
        let after = now.saturating_sub(self.told_at);
        if after < every {
            return None;
        }
        self.told_at = now;
        let totals = totals();
        let told = std::mem::replace(&mut self.told, totals);
        Some(Beat {
            since: Totals {
                written: totals.written - told.written,
                lost: totals.lost - told.lost,
                suppressed: totals.suppressed - told.suppressed,
            },
            queue_peak: std::mem::take(&mut self.queue_peak),
            queue_capacity: self.queue_capacity,
            after: Duration::from_nanos(after),
            every: Duration::from_nanos(every),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Builder;

    const SECOND: u64 = 1_000_000_000;

    fn heartbeat(every: Option<Duration>) -> Heartbeat {
        Heartbeat::new(&Builder::new("shop").heartbeat(every).settings().unwrap(), SECOND)
    }

    #[test]
    fn it_comes_when_its_time_is_over_and_tells_what_happened_since_the_last() {
        let mut heartbeat = heartbeat(Some(Duration::from_secs(60)));
        let totals = |written, lost, suppressed| move || Totals { written, lost, suppressed };
        heartbeat.note_queue(10);
        heartbeat.note_queue(500);
        heartbeat.note_queue(20);
        assert_eq!(heartbeat.due(60 * SECOND, totals(9, 9, 9)), None);
        let beat = heartbeat.due(61 * SECOND, totals(10, 2, 3)).unwrap();
        assert_eq!(beat.since, Totals { written: 10, lost: 2, suppressed: 3 });
        assert_eq!((beat.queue_peak, beat.queue_capacity), (500, Builder::DEFAULT_QUEUE_BYTES));
        assert_eq!(heartbeat.due(120 * SECOND, totals(11, 2, 3)), None);
        // A writer that was stuck is late; the next one counts from there.
        let beat = heartbeat.due(200 * SECOND, totals(25, 2, 4)).unwrap();
        assert_eq!(beat.since, Totals { written: 15, lost: 0, suppressed: 1 });
        assert_eq!((beat.queue_peak, beat.after), (0, Duration::from_secs(139)));
        assert_eq!(heartbeat.due(259 * SECOND, totals(30, 2, 4)), None);
        assert!(heartbeat.due(260 * SECOND, totals(30, 2, 4)).is_some());
    }

    #[test]
    fn there_is_none_where_it_is_off() {
        let mut heartbeat = heartbeat(None);
        assert_eq!(heartbeat.due(u64::MAX, || unreachable!("nobody counts")), None);
    }
}
