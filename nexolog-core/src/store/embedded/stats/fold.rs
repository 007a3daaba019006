use std::borrow::Cow;

use crate::record::{ErrorPart, Key, Level, Line, Raw, RawText};
use crate::store::{ExternalService, Stats, UserActivity};

use super::people::People;
use super::tally::Tally;
use super::timeline::Timeline;
use super::times::Times;

/// Statistics in the making.
#[derive(Debug)]
pub(super) struct Fold {
    total: u64,
    by_level: [u64; 6],
    modules: Tally<ModuleFold>,
    requests: u64,
    failed_requests: u64,
    timeline: Timeline,
    api_times: Times,
    database_times: Times,
    users: UserActivity,
    active_users: People,
    external: Tally<ServiceFold>,
}

#[derive(Clone, Debug, Default)]
struct ModuleFold {
    records: u64,
    times: Times,
}

#[derive(Clone, Debug, Default)]
struct ServiceFold {
    calls: u64,
    failures: u64,
    times: Times,
    /// Time and `seq` of the newest call, and its outcome.
    newest: Option<(i64, u64)>,
    last_outcome: String,
}

impl Fold {
    /// `interval` is the width that the timeline's bars should have, in seconds.
    pub(super) fn new(interval: Option<u64>) -> Fold {
        Fold {
            total: 0,
            by_level: [0; 6],
            modules: Tally::default(),
            requests: 0,
            failed_requests: 0,
            timeline: Timeline::new(interval),
            api_times: Times::default(),
            database_times: Times::default(),
            users: UserActivity::default(),
            active_users: People::default(),
            external: Tally::default(),
        }
    }

    pub(super) fn add(&mut self, line: &Line<'_>, seq: u64, timestamp: i64) {
        self.total += 1;
        if let Some(level) = line.level() {
            self.by_level[level as usize] += 1;
            self.timeline.add(timestamp, level);
        }
        if let Some(module) = line.module() {
            let fold = self.modules.of(&module);
            fold.records += 1;
            fold.times.add(line.duration_ms());
            if module == "database" {
                self.database_times.add(line.duration_ms());
            }
        }
        if let Some(user) = line.text(Key::UserId) {
            self.active_users.add(&user);
        }
        match field_text(line, "event.name").as_deref() {
            Some("request") => self.add_request(line),
            Some("user_login") => match line.outcome().as_deref() {
                Some("success") => self.users.logins += 1,
                Some(_) => self.users.failed_logins += 1,
                None => {}
            },
            Some("user_logout") => self.users.logouts += 1,
            Some("external_call") => self.add_call(line, seq, timestamp),
            _ => {}
        }
    }

    fn add_request(&mut self, line: &Line<'_>) {
        self.requests += 1;
        self.failed_requests += u64::from(is_failed_request(line));
        self.api_times.add(line.field("time_to_headers_ms").and_then(Raw::f64));
    }

    fn add_call(&mut self, line: &Line<'_>, seq: u64, timestamp: i64) {
        let service = field_text(line, "service").unwrap_or_default();
        let fold = self.external.of(&service);
        let outcome = line.outcome().unwrap_or_default();
        fold.calls += 1;
        fold.failures += u64::from(!outcome.is_empty() && outcome != "success");
        fold.times.add(line.duration_ms());
        if fold.newest.is_none_or(|newest| newest <= (timestamp, seq)) {
            fold.newest = Some((timestamp, seq));
            fold.last_outcome = outcome.into_owned();
        }
    }

    /// The statistics; `remarks` gets what they leave out.
    pub(super) fn finish(self, remarks: &mut Vec<String>) -> Stats {
        let (interval, timeline) = self.timeline.finish(remarks);
        let modules = self.modules.ranked(|fold| fold.records);
        let by_module = modules.iter().map(|(name, fold)| (name.clone(), fold.records)).collect();
        let timed = modules.into_iter().filter(|(_, fold)| fold.times.count() > 0);
        let module_times = timed.map(|(name, fold)| (name, fold.times.finish())).collect();
        let by_level = Level::ALL.into_iter().zip(self.by_level);
        Stats {
            total: self.total,
            by_level: by_level.clone().collect(),
            by_module,
            errors: by_level.filter(|(level, _)| *level >= Level::Error).map(|(_, n)| n).sum(),
            requests: self.requests,
            failed_requests: self.failed_requests,
            timeline,
            interval,
            api_times: self.api_times.finish(),
            database_times: self.database_times.finish(),
            module_times,
            users: UserActivity { active_users: self.active_users.count(remarks), ..self.users },
            external: services(self.external),
            incomplete: None,
            scanned: 0,
        }
    }
}

fn services(folds: Tally<ServiceFold>) -> Vec<ExternalService> {
    let ranked = folds.ranked(|fold| fold.calls).into_iter();
    let services = ranked.map(|(service, fold)| ExternalService {
        service,
        calls: fold.calls,
        failures: fold.failures,
        times: fold.times.finish(),
        last_outcome: fold.last_outcome,
    });
    services.collect()
}

/// A request that ended in 5xx, a panic or a body error.
fn is_failed_request(line: &Line<'_>) -> bool {
    let status = line.field("status").and_then(Raw::u64);
    let is_body_error =
        || line.error().and_then(ErrorPart::kind).is_some_and(|kind| kind == "body");
    status.is_some_and(|status| (500..600).contains(&status))
        || match line.outcome().as_deref() {
            Some("panic") => true,
            Some("error") => is_body_error(),
            _ => false,
        }
}

fn field_text<'a>(line: &Line<'a>, key: &str) -> Option<Cow<'a, str>> {
    line.field(key)?.string().map(RawText::decoded)
}
