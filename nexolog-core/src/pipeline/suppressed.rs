use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::clock::Calendar;
use super::own_record::OwnRecord;
use super::program::Programs;
use super::repeats::Run;
use super::reports::{self, SuppressedNews};
use super::view::View;
use crate::capture::{Suppressed, Suppression};
use crate::record::items::{Stored, Value};

/// What was held back at one callsite is told at most this often, in nanoseconds.
const EVERY: u64 = 1_000_000_000;

/// Knows what the log tells already of the events that were kept out of it on purpose.
///
/// Its memory is bounded by the number of callsites, which the program's text bounds.
#[derive(Debug, Default)]
pub(super) struct SuppressedTeller {
    limited: HashMap<u32, Told>,
    /// Sum of what is told of rate limits.
    told_limited: u64,
    repeated: HashMap<Site, Repeated>,
    /// Sum of what is told of repeats.
    told_repeated: u64,
}

/// What is told of one callsite, and the moment it was.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    count: u64,
    at: Option<u64>,
}

/// A plan, and a hash of the place in the code where its events name one of their own.
type Site = (u32, u64);

/// The repeats of one callsite.
#[derive(Debug, Default)]
struct Repeated {
    /// The newest run that is not told, with the counts and times of all; and how many there are.
    untold: Option<(Run, u64)>,
    told_at: Option<u64>,
}

/// When and how much is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occasion<'a> {
    /// The moment, as a stamp.
    pub(super) now: u64,
    pub(super) calendar: &'a Calendar,
    /// Does not wait until a second has passed.
    pub(super) is_urgent: bool,
    /// How many records there is room for.
    pub(super) room: usize,
}

impl SuppressedTeller {
    /// Whether something was suppressed that is not told.
    pub(super) fn has_untold(&self, suppressed: &Suppressed) -> bool {
        suppressed.total(Suppression::RateLimit) != self.told_limited
            || suppressed.total(Suppression::Repeat) != self.told_repeated
    }

    /// Takes a run that is over.
    pub(super) fn note(&mut self, mut run: Run, programs: &Programs) {
        let repeated = self.repeated.entry(site(&run, programs)).or_default();
        repeated.untold = Some(match repeated.untold.take() {
            None => (run, 1),
            Some((before, runs)) => {
                run.count += before.count;
                run.first = run.first.min(before.first);
                run.last = run.last.max(before.last);
                (run, runs + 1)
            }
        });
    }

    /// What is to be told now.
    pub(super) fn due(
        &mut self,
        suppressed: &Suppressed,
        programs: &Programs,
        occasion: Occasion<'_>,
    ) -> Vec<OwnRecord> {
        let mut records = Vec::new();
        if suppressed.total(Suppression::RateLimit) != self.told_limited {
            self.due_limited(programs, occasion, &mut records);
        }
        self.due_repeated(programs, occasion, &mut records);
        records
    }

    fn due_limited(
        &mut self,
        programs: &Programs,
        occasion: Occasion<'_>,
        records: &mut Vec<OwnRecord>,
    ) {
        for plan in programs.plans() {
            let Some(limiter) = &plan.limiter else { continue };
            if records.len() >= occasion.room {
                return;
            }
            let told = self.limited.entry(plan.id).or_default();
            if limiter.count() == told.count || occasion.waits(told.at) {
                continue;
            }
            let held_back = limiter.take();
            let count = held_back.count - told.count;
            *told = Told { count: held_back.count, at: Some(occasion.now) };
            self.told_limited += count;
            records.push(reports::suppressed(&SuppressedNews {
                cause: Suppression::RateLimit,
                count,
                level: plan.level,
                target: plan.target,
                file: plan.file,
                line: plan.line.map(u64::from),
                from: occasion.calendar.date(held_back.first),
                to: occasion.calendar.date(held_back.last),
            }));
        }
    }

    fn due_repeated(
        &mut self,
        programs: &Programs,
        occasion: Occasion<'_>,
        records: &mut Vec<OwnRecord>,
    ) {
        for repeated in self.repeated.values_mut() {
            if records.len() >= occasion.room || occasion.waits(repeated.told_at) {
                continue;
            }
            let Some((run, runs)) = repeated.untold.take() else { continue };
            repeated.told_at = Some(occasion.now);
            self.told_repeated += run.count;
            records.extend(tell_repeats(&run, runs, programs, occasion.calendar));
        }
        // A callsite that is silent again needs no memory.
        self.repeated
            .retain(|_, repeated| repeated.untold.is_some() || occasion.waits(repeated.told_at));
    }
}

impl Occasion<'_> {
    /// Whether what was told at a moment is too new to be told again.
    fn waits(&self, told_at: Option<u64>) -> bool {
        !self.is_urgent && told_at.is_some_and(|at| self.now.saturating_sub(at) < EVERY)
    }
}

fn tell_repeats(
    run: &Run,
    runs: u64,
    programs: &Programs,
    calendar: &Calendar,
) -> Option<OwnRecord> {
    let mut fields = Vec::new();
    let program = programs.get(run.plan)?;
    let view = View::read(run.level, program, run.body(), programs, &mut fields);
    let plan = &program.plan;
    let moves = plan.moves;
    let record = reports::suppressed(&SuppressedNews {
        cause: Suppression::Repeat,
        count: run.count,
        level: run.level,
        target: view.target.unwrap_or(plan.target),
        file: if moves { view.file } else { plan.file },
        line: if moves { view.line } else { plan.line.map(u64::from) },
        from: calendar.date(run.first),
        to: calendar.date(run.last),
    });
    if runs > 1 {
        return Some(record.number("runs", runs));
    }
    let record = record.number("of_seq", run.seq);
    Some(match view.request_id.map(Stored::value) {
        Some(Value::Str(id)) => record.request(id.as_str()),
        _ => record,
    })
}

fn site(run: &Run, programs: &Programs) -> Site {
    let program = programs.get(run.plan).filter(|program| program.plan.moves);
    let own_place = program.map_or(0, |program| {
        let view = View::read(run.level, program, run.body(), programs, &mut Vec::new());
        let mut hasher = DefaultHasher::new();
        (view.target, view.file, view.line).hash(&mut hasher);
        hasher.finish()
    });
    (run.plan, own_place)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::capture::{Limiter, Plan};
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
        let programs = Programs::of(plans.clone());
        let mut teller = SuppressedTeller::default();
        let mut due = |now, is_urgent| {
            let told = teller.due(
                &suppressed,
                &programs,
                Occasion { now, calendar: &calendar, is_urgent, room: 100 },
            );
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
        let programs = Programs::of(plans.clone());
        let mut teller = SuppressedTeller::default();
        for plan in &plans {
            log(plan, &suppressed, 2, 0);
        }
        let mut rooms = [0, 4, 4, 4, 4].into_iter();
        let told: Vec<usize> = rooms
            .by_ref()
            .map(|room| {
                let occasion = Occasion { now: 1, calendar: &calendar, is_urgent: true, room };
                teller.due(&suppressed, &programs, occasion).len()
            })
            .collect();
        assert_eq!(told, [0, 4, 4, 2, 0]);
        assert!(!teller.has_untold(&suppressed));
    }

    #[test]
    fn runs_of_one_callsite_that_end_within_a_second_are_told_together() {
        let (plans, suppressed, calendar) = (plans(2), Suppressed::default(), Calendar::new());
        let programs = Programs::of(plans.clone());
        let mut teller = SuppressedTeller::default();
        let told = |teller: &mut SuppressedTeller, now| {
            let occasion = Occasion { now, calendar: &calendar, is_urgent: false, room: 100 };
            let records = teller.due(&suppressed, &programs, occasion);
            (records.len(), teller.has_untold(&suppressed), teller.repeated.len())
        };
        let end = |teller: &mut SuppressedTeller, plan| {
            (0..3).for_each(|_| suppressed.add(Suppression::Repeat));
            teller.note(Run::of_test(plan, 3), &programs);
        };
        end(&mut teller, 0);
        assert_eq!(told(&mut teller, 10), (1, false, 1));
        end(&mut teller, 0);
        end(&mut teller, 0);
        end(&mut teller, 1);
        assert_eq!(told(&mut teller, 20), (1, true, 2));
        assert_eq!(told(&mut teller, EVERY + 10), (1, false, 2));
        assert_eq!(told(&mut teller, 3 * EVERY), (0, false, 0), "silent callsites are forgotten");
    }
}
