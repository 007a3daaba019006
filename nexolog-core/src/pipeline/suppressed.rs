use std::collections::HashMap;
use std::sync::Arc;

use super::clock::Calendar;
use super::own_record::OwnRecord;
use super::reports::{self, SuppressedNews};
use crate::capture::{Plan, Suppressed, Suppression};

/// What was held back at one callsite is told at most this often, in nanoseconds.
const EVERY: u64 = 1_000_000_000;

/// Knows what the log tells already of the events that callsites held back.
///
/// Its memory is bounded by the number of callsites, which the program's text bounds.
#[derive(Debug, Default)]
pub(super) struct SuppressedTeller {
    limited: HashMap<u32, Told>,
    /// Sum of what is told of rate limits.
    told_limited: u64,
}

/// What is told of one callsite, and the moment it was.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    count: u64,
    at: Option<u64>,
}

impl SuppressedTeller {
    /// Whether something was suppressed that is not told.
    pub(super) fn has_untold(&self, suppressed: &Suppressed) -> bool {
        suppressed.total(Suppression::RateLimit) != self.told_limited
    }

    /// What is to be told at the moment `now`, at most `most` records. What `is_urgent` does not wait until a
    /// second has passed.
    pub(super) fn due(
        &mut self,
        suppressed: &Suppressed,
        plans: &[Arc<Plan>],
        (now, calendar): (u64, &Calendar),
        is_urgent: bool,
        most: usize,
    ) -> Vec<OwnRecord> {
        let mut records = Vec::new();
        if most == 0 || !self.has_untold(suppressed) {
            return records;
        }
        for plan in plans {
            let Some(limiter) = &plan.limiter else { continue };
            if records.len() == most {
                break;
            }
            let told = self.limited.entry(plan.id).or_default();
            let waits = !is_urgent && told.at.is_some_and(|at| now.saturating_sub(at) < EVERY);
            if waits || limiter.count() == told.count {
                continue;
            }
            let held_back = limiter.take();
            let count = held_back.count - told.count;
            *told = Told { count: held_back.count, at: Some(now) };
            self.told_limited += count;
            records.push(reports::suppressed(&SuppressedNews {
                cause: Suppression::RateLimit,
                count,
                level: plan.level,
                target: plan.target,
                file: plan.file,
                line: plan.line,
                from: calendar.date(held_back.first),
                to: calendar.date(held_back.last),
            }));
        }
        records
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::capture::Limiter;
    use crate::config::Rate;

    /// Callsites that may log once an hour.
    fn plans(count: u32) -> Vec<Arc<Plan>> {
        let limiter = || Limiter::new(Rate { count: 1, per: Duration::from_secs(3_600) });
        (0..count).map(|id| Arc::new(Plan::of_test(id, Some(limiter())))).collect()
    }

    fn log(plan: &Plan, suppressed: &Suppressed, events: usize, now: u64) {
        for _ in 0..events {
            if !plan.limiter.as_ref().unwrap().admits(now) {
                suppressed.add(Suppression::RateLimit);
            }
        }
    }

    #[test]
    fn a_callsite_is_told_once_a_second_unless_it_is_urgent() {
        let (plans, suppressed, calendar) = (plans(2), Suppressed::default(), Calendar::new());
        let mut teller = SuppressedTeller::default();
        let mut due = |now, is_urgent| {
            let told = teller.due(&suppressed, &plans, (now, &calendar), is_urgent, 100);
            (told.len(), teller.has_untold(&suppressed))
        };
        assert_eq!(due(0, true), (0, false));
        log(&plans[0], &suppressed, 10, 5);
        assert_eq!(due(10, false), (1, false));
        log(&plans[0], &suppressed, 1, 20);
        log(&plans[1], &suppressed, 2, 20);
        assert_eq!(due(30, false), (1, true), "the other callsite only");
        assert_eq!(due(EVERY + 9, false), (0, true));
        assert_eq!(due(EVERY + 10, false), (1, false));
        log(&plans[1], &suppressed, 1, EVERY + 11);
        assert_eq!(due(EVERY + 12, true), (1, false));
    }

    #[test]
    fn what_finds_no_room_is_told_later() {
        let (plans, suppressed, calendar) = (plans(10), Suppressed::default(), Calendar::new());
        let mut teller = SuppressedTeller::default();
        for plan in &plans {
            log(plan, &suppressed, 2, 0);
        }
        let mut rooms = [0, 4, 4, 4, 4].into_iter();
        let told: Vec<usize> = rooms
            .by_ref()
            .map(|room| teller.due(&suppressed, &plans, (1, &calendar), true, room).len())
            .collect();
        assert_eq!(told, [0, 4, 4, 2, 0]);
        assert!(!teller.has_untold(&suppressed));
    }
}
