use super::bytes::{In, Out};
use super::facts::{Event, Facts};
use super::names::Sum;
use super::times::Times;

/// What the lines of one module and one level add up to.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Cell {
    pub(super) records: u64,
    /// `duration_ms`.
    pub(super) times: Times,
    /// Most cells have no such lines.
    pub(super) events: Option<Box<Events>>,
}

/// Requests, sign-ins and sign-outs.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Events {
    pub(super) requests: u64,
    pub(super) failed_requests: u64,
    /// Requests by the first digit of their status, from 1.
    pub(super) by_status: [u64; 5],
    /// `time_to_headers_ms` of requests.
    pub(super) api_times: Times,
    pub(super) logins: u64,
    pub(super) failed_logins: u64,
    pub(super) logouts: u64,
}

impl Cell {
    pub(super) fn add(&mut self, facts: &Facts<'_>) {
        self.records += 1;
        self.times.add(facts.duration_ms);
        match facts.event {
            Event::Request { status, time_to_headers_ms, has_failed } => {
                let events = self.events.get_or_insert_default();
                events.requests += 1;
                events.failed_requests += u64::from(has_failed);
                let class = status.and_then(|status| usize::try_from(status / 100).ok());
                let class = class.and_then(|class| class.checked_sub(1));
                if let Some(count) = class.and_then(|class| events.by_status.get_mut(class)) {
                    *count += 1;
                }
                events.api_times.add(time_to_headers_ms);
            }
            Event::Login => match facts.outcome.as_deref() {
                Some("success") => self.events.get_or_insert_default().logins += 1,
                Some(_) => self.events.get_or_insert_default().failed_logins += 1,
                None => {}
            },
            Event::Logout => self.events.get_or_insert_default().logouts += 1,
            Event::Call { .. } | Event::Other => {}
        }
    }

    pub(super) fn compact(&mut self) {
        self.times.compact();
        if let Some(events) = &mut self.events {
            events.api_times.compact();
        }
    }
}

impl Sum for Cell {
    fn add_all(&mut self, other: &Cell) {
        self.records = self.records.saturating_add(other.records);
        self.times.add_all(&other.times);
        if let Some(events) = &other.events {
            self.events.get_or_insert_default().add_all(events);
        }
    }

    fn put(&self, out: &mut Out) {
        out.number(self.records << 1 | u64::from(self.events.is_some()));
        self.times.put(out);
        if let Some(events) = &self.events {
            events.put(out);
        }
    }

    fn take(input: &mut In<'_>) -> Option<Cell> {
        let number = input.number()?;
        let times = Times::take(input)?;
        let events = if number & 1 == 1 { Some(Box::new(Events::take(input)?)) } else { None };
        Some(Cell { records: number >> 1, times, events })
    }
}

impl Events {
    fn counts(&self) -> [u64; 10] {
        let Events { requests, failed_requests, logins, failed_logins, logouts, .. } = *self;
        let [s1, s2, s3, s4, s5] = self.by_status;
        [requests, failed_requests, logins, failed_logins, logouts, s1, s2, s3, s4, s5]
    }

    fn with_counts(counts: [u64; 10], api_times: Times) -> Events {
        let [requests, failed_requests, logins, failed_logins, logouts, by_status @ ..] = counts;
        Events { requests, failed_requests, by_status, api_times, logins, failed_logins, logouts }
    }
}

impl Sum for Events {
    fn add_all(&mut self, other: &Events) {
        let mut counts = self.counts();
        for (sum, more) in counts.iter_mut().zip(other.counts()) {
            *sum = sum.saturating_add(more);
        }
        let mut api_times = std::mem::take(&mut self.api_times);
        api_times.add_all(&other.api_times);
        *self = Events::with_counts(counts, api_times);
    }

    fn put(&self, out: &mut Out) {
        self.counts().into_iter().for_each(|count| out.number(count));
        self.api_times.put(out);
    }

    fn take(input: &mut In<'_>) -> Option<Events> {
        let mut counts = [0; 10];
        for count in &mut counts {
            *count = input.number()?;
        }
        Some(Events::with_counts(counts, Times::take(input)?))
    }
}
