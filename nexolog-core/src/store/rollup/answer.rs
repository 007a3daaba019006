//! From sums to what an answer says.

use crate::record::Level;
use crate::store::{
    ACTIVE_USERS, API_TIMES, DATABASE_TIMES, Durations, EXTERNAL_TIMES, ExternalService,
    MODULE_TIMES, MOST_OPERATIONS, ModuleCount, OPERATION_TIMES, OperationTimes, Stats,
    UserActivity,
};

use super::cell::{Cell, Events};
use super::deeds::{Deeds, unscoped};
use super::module::Module;
use super::names::{Names, OTHER, Sum};
use super::times::Times;
use super::totals::Totals;

/// The module whose durations are those of the database.
const DATABASE: &str = "database";

impl Totals {
    /// The statistics but for what is over time.
    pub(in crate::store) fn stats(&self) -> Stats {
        let mut stats = Stats::default();
        self.count_records(&mut stats);
        self.count_events(&mut stats);
        self.time_modules(&mut stats);
        self.list_operations(&mut stats);
        self.list_services(&mut stats);
        let (active_users, is_exact) = self.everybody.count();
        stats.users.active_users = active_users;
        mark(&mut stats, is_exact, ACTIVE_USERS);
        stats
    }

    fn all_modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.all().map(|(_, module)| module).chain([&self.unnamed])
    }

    fn count_records(&self, stats: &mut Stats) {
        let mut by_level = [0_u64; 6];
        for (level, cell) in self.all_modules().flat_map(Module::cells) {
            stats.total = stats.total.saturating_add(cell.records);
            if let Some(count) = by_level.get_mut(level) {
                *count = count.saturating_add(cell.records);
            }
        }
        stats.by_level = Level::ALL.into_iter().zip(by_level).collect();
        let errors = stats.by_level.iter().filter(|(level, _)| *level >= Level::Error);
        stats.errors = errors.fold(0, |sum: u64, (_, count)| sum.saturating_add(*count));
        let modules = merged(self.modules.all());
        stats.by_module = modules.all().map(|(name, module)| count_module(name, module)).collect();
        stats.by_module.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.module.cmp(&b.module)));
    }

    fn count_events(&self, stats: &mut Stats) {
        let mut sum = Events::default();
        let cells = self.all_modules().flat_map(Module::cells);
        cells.filter_map(|(_, cell)| cell.events.as_ref()).for_each(|events| sum.add_all(events));
        stats.requests = sum.requests;
        stats.failed_requests = sum.failed_requests;
        stats.by_status = sum.by_status;
        stats.api_times = times(stats, &sum.api_times, API_TIMES);
        stats.users = UserActivity {
            logins: sum.logins,
            failed_logins: sum.failed_logins,
            logouts: sum.logouts,
            active_users: 0,
        };
    }

    fn time_modules(&self, stats: &mut Stats) {
        let modules = merged(self.modules.all());
        for counted in stats.by_module.clone() {
            let cell = modules.get(&counted.module).map(Module::together).unwrap_or_default();
            if counted.module == DATABASE {
                stats.database_times = times(stats, &cell.times, DATABASE_TIMES);
            }
            let found = times(stats, &cell.times, MODULE_TIMES);
            if found.count > 0 {
                stats.module_times.push((counted.module, found));
            }
        }
    }

    fn list_operations(&self, stats: &mut Stats) {
        let by_name = merged(self.operations.all().map(|(key, deeds)| (named(key), deeds)));
        let mut ranked: Vec<(&str, &Deeds)> = by_name.all().collect();
        ranked.sort_by(|(a_name, a), (b_name, b)| b.count.cmp(&a.count).then(a_name.cmp(b_name)));
        for (operation, deeds) in ranked.into_iter().take(MOST_OPERATIONS) {
            let times = times(stats, &deeds.times, OPERATION_TIMES);
            let operation = operation.to_owned();
            let Deeds { count, failures, .. } = *deeds;
            stats.operations.push(OperationTimes { operation, count, failures, times });
        }
    }

    fn list_services(&self, stats: &mut Stats) {
        let by_name = merged(self.services.all().map(|(key, calls)| (named(key), calls)));
        for (service, calls) in by_name.all() {
            let times = times(stats, &calls.deeds.times, EXTERNAL_TIMES);
            let Deeds { count, failures, .. } = calls.deeds;
            let last_outcome = calls.last_outcome.clone();
            let service = service.to_owned();
            stats.external.push(ExternalService {
                service,
                calls: count,
                failures,
                times,
                last_outcome,
            });
        }
        let of =
            |service: &ExternalService| (std::cmp::Reverse(service.calls), service.service.clone());
        stats.external.sort_by_cached_key(of);
    }
}

/// All of the same name as one; who has used our word for the rest joins it.
fn merged<'a, T: Sum + 'a>(
    all: impl Iterator<Item = (&'a str, &'a T)>,
) -> Names<T, { usize::MAX }> {
    let mut merged: Names<T, { usize::MAX }> = Names::default();
    for (name, value) in all {
        merged.of(name).add_all(value);
    }
    merged
}

/// The name in a key that says level and module as well.
fn named(key: &str) -> &str {
    unscoped(key).map_or(OTHER, |(_, _, name)| name)
}

fn count_module(name: &str, module: &Module) -> ModuleCount {
    let mut counted = ModuleCount { module: name.to_owned(), ..ModuleCount::default() };
    for (level, Cell { records, .. }) in module.cells() {
        counted.count = counted.count.saturating_add(*records);
        if let Some(count) = counted.by_level.get_mut(level) {
            *count = *records;
        }
    }
    counted
}

/// What `times` say, with a mark when their percentiles are estimates.
fn times(stats: &mut Stats, times: &Times, part: &'static str) -> Durations {
    let (durations, is_exact) = times.finish();
    mark(stats, is_exact, part);
    durations
}

fn mark(stats: &mut Stats, is_exact: bool, part: &'static str) {
    if !is_exact && !stats.approximate.contains(&part) {
        stats.approximate.push(part);
    }
}
