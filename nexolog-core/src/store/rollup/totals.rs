use std::borrow::Cow;

use crate::record::{Level, Line};

use super::bytes::{In, Out};
use super::deeds::{Calls, Deeds, MOST_OPERATIONS, MOST_SERVICES, scope};
use super::facts::{Event, Facts};
use super::module::{LEVELS, Module};
use super::names::{Names, Sum};
use super::people::{self, People};

/// Most modules that are told apart. Modules are few; who has more has put data into a name.
const MOST_MODULES: usize = 1_000;

/// A name longer than this is no name; what is counted by it is bounded, too.
pub(in crate::store) const LONGEST_NAME: usize = 256;

/// All users: a standard error of 1.6 % beyond 512.
pub(in crate::store) type Everybody = People<12, 512>;

/// The users of one module, or of one level: a standard error of 3.3 %.
pub(super) type Part = People<10, 32>;

/// Which lines are asked for, by level and module.
pub(in crate::store) trait Chooses {
    /// Whether lines of this level and module are among them.
    fn has(&self, level: Option<Level>, module: Option<&str>) -> bool;
}

/// What lines add up to. Two of them add up to that of all their lines, whatever the order.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Totals {
    pub(super) modules: Names<Module, MOST_MODULES>,
    /// Lines that name no module.
    pub(super) unnamed: Module,
    /// By level, module and name; see [`scope`].
    pub(super) operations: Names<Deeds, MOST_OPERATIONS>,
    pub(super) services: Names<Calls, MOST_SERVICES>,
    pub(super) everybody: Everybody,
    /// Who is asked for only some levels or some modules; both are empty in what is read for a question about all.
    pub(super) people_of_modules: Names<Part, MOST_MODULES>,
    pub(super) people_of_levels: [Part; LEVELS],
    /// For the names above, to spare allocations.
    key: String,
}

impl Totals {
    /// Adds a record.
    pub(in crate::store) fn add_line(&mut self, line: &Line<'_>, seq: u64, timestamp: i64) {
        self.add(&Facts::of(line), seq, timestamp);
    }

    pub(super) fn add(&mut self, facts: &Facts<'_>, seq: u64, timestamp: i64) {
        let level = facts.level.map_or(LEVELS - 1, |level| level as usize);
        let name = facts.module.as_deref();
        let module = match name {
            Some(name) => self.modules.of(&bounded(name)),
            None => &mut self.unnamed,
        };
        if let Some(cell) = module.cell(level) {
            cell.add(facts);
        }
        if let Some(user) = &facts.user {
            self.add_user(user, level, name);
        }
        let module = bounded(name.unwrap_or_default());
        let outcome = facts.outcome.as_deref();
        if let Some(operation) = &facts.operation {
            scope(&mut self.key, level, &module, &bounded(operation));
            self.operations.of(&self.key).add(outcome.unwrap_or_default(), facts.duration_ms);
        }
        if let Event::Call { service } = &facts.event {
            scope(&mut self.key, level, &module, &bounded(service));
            let outcome = bounded(outcome.unwrap_or_default());
            self.services.of(&self.key).add(&outcome, facts.duration_ms, (timestamp, seq));
        }
    }

    fn add_user(&mut self, user: &str, level: usize, module: Option<&str>) {
        let hash = people::hash(user);
        self.everybody.add(hash);
        if let Some(people) = self.people_of_levels.get_mut(level) {
            people.add(hash);
        }
        if let Some(module) = module {
            self.people_of_modules.of(&bounded(module)).add(hash);
        }
    }

    pub(in crate::store) fn add_all(&mut self, other: &Totals) {
        if self.is_empty() {
            self.clone_from(other);
            return;
        }
        self.modules.add_all(&other.modules);
        self.unnamed.add_all(&other.unnamed);
        self.operations.add_all(&other.operations);
        self.services.add_all(&other.services);
        self.everybody.add_all(&other.everybody);
        self.people_of_modules.add_all(&other.people_of_modules);
        for (sum, more) in self.people_of_levels.iter_mut().zip(&other.people_of_levels) {
            sum.add_all(more);
        }
    }

    /// Whether nothing was counted: what is counted has a module, or none.
    fn is_empty(&self) -> bool {
        self.modules.all().next().is_none() && self.unnamed.cells().next().is_none()
    }

    /// Keeps no more than is worth its bytes in a file.
    pub(super) fn compact(&mut self) {
        let modules = self.modules.values_mut().chain([&mut self.unnamed]);
        modules.flat_map(Module::cells_mut).for_each(super::cell::Cell::compact);
        self.operations.values_mut().for_each(|deeds| deeds.times.compact());
        self.services.values_mut().for_each(|calls| calls.deeds.times.compact());
        self.everybody.compact();
        self.people_of_modules.values_mut().for_each(People::compact);
        self.people_of_levels.iter_mut().for_each(People::compact);
    }

    /// What every question asks for; [`put_people`](Totals::put_people) writes the rest.
    pub(super) fn put(&self, out: &mut Out) {
        self.modules.put(out);
        self.unnamed.put(out);
        self.operations.put(out);
        self.services.put(out);
        self.everybody.put(out);
    }

    pub(super) fn put_people(&self, out: &mut Out) {
        self.people_of_modules.put(out);
        self.people_of_levels.iter().for_each(|people| people.put(out));
    }

    pub(super) fn take(input: &mut In<'_>) -> Option<Totals> {
        Some(Totals {
            modules: Names::take(input)?,
            unnamed: Module::take(input)?,
            operations: Names::take(input)?,
            services: Names::take(input)?,
            everybody: Everybody::take(input)?,
            ..Totals::default()
        })
    }

    pub(super) fn take_people(&mut self, input: &mut In<'_>) -> Option<()> {
        self.people_of_modules = Names::take(input)?;
        for people in &mut self.people_of_levels {
            *people = Part::take(input)?;
        }
        Some(())
    }
}

/// A name in bounded length.
pub(super) fn bounded(name: &str) -> Cow<'_, str> {
    if name.len() <= LONGEST_NAME {
        return Cow::Borrowed(name);
    }
    let end = (0..=LONGEST_NAME).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    Cow::Owned(format!("{}…", name.get(..end).unwrap_or_default()))
}

/// Level, or `None` for the one that can't be read.
pub(super) fn level_of(number: usize) -> Option<Level> {
    Level::ALL.get(number).copied()
}
