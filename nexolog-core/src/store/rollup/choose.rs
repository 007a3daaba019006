use crate::record::Level;

use super::module::{LEVELS, Module};
use super::totals::{Chooses, LONGEST_NAME, Totals, level_of};

/// How the chosen cells lie among those that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    All,
    /// Each module is chosen with all its levels or not at all.
    Modules,
    /// Each level is chosen with all its modules or not at all.
    Levels,
}

impl Totals {
    /// Adds what `chooses` has of `other`; `false`, and nothing added, when only its lines can tell.
    ///
    /// `names_modules` says that the choice looks at modules.
    pub(in crate::store) fn add_chosen(
        &mut self,
        other: &Totals,
        chooses: &dyn Chooses,
        names_modules: bool,
    ) -> bool {
        if names_modules && !other.tells_modules_apart() {
            return false;
        }
        let has = |level: usize, module: Option<&str>| chooses.has(level_of(level), module);
        let Some(shape) = other.shape(&has) else { return false };
        if shape == Shape::All {
            self.add_all(other);
            return true;
        }
        if other.operations.is_cut() || other.services.is_cut() {
            return false;
        }
        let scoped = |key: &str| {
            super::deeds::unscoped(key).is_some_and(|(level, module, _)| has(level, Some(module)))
        };
        for (name, module) in other.modules.all() {
            if module.cells().any(|(level, _)| has(level, Some(name))) {
                self.modules.of(name).add_where(module, |level| has(level, Some(name)));
            }
        }
        self.unnamed.add_where(&other.unnamed, |level| has(level, None));
        self.operations.add_where(&other.operations, scoped);
        self.services.add_where(&other.services, scoped);
        self.add_chosen_people(other, shape, &has);
        true
    }

    fn add_chosen_people(
        &mut self,
        other: &Totals,
        shape: Shape,
        has: &dyn Fn(usize, Option<&str>) -> bool,
    ) {
        if shape == Shape::Modules {
            for (name, people) in other.people_of_modules.all() {
                let mut cells = other.modules.get(name).into_iter().flat_map(Module::cells);
                if cells.any(|(level, _)| has(level, Some(name))) {
                    self.everybody.add_part(people);
                }
            }
        } else {
            for (level, people) in other.people_of_levels.iter().enumerate() {
                if other.cells().any(|(of, name)| of == level && has(of, name)) {
                    self.everybody.add_part(people);
                }
            }
        }
    }

    /// Whether every line is counted under the name of its module.
    fn tells_modules_apart(&self) -> bool {
        let are_whole = self.modules.all().all(|(name, _)| name.len() <= LONGEST_NAME);
        are_whole && !self.modules.is_cut() && self.unnamed.cells().next().is_none()
    }

    /// Level and module of every cell.
    fn cells(&self) -> impl Iterator<Item = (usize, Option<&str>)> {
        let named = self.modules.all().map(|(name, module)| (Some(name), module));
        let modules = named.chain([(None, &self.unnamed)]);
        modules.flat_map(|(name, module)| module.cells().map(move |(level, _)| (level, name)))
    }

    /// `None` when it lies in no such way: then nobody knows how many users there are.
    fn shape(&self, has: &dyn Fn(usize, Option<&str>) -> bool) -> Option<Shape> {
        let mut modules_are_whole = true;
        let mut of_level: [Option<bool>; LEVELS] = [None; LEVELS];
        let mut levels_are_whole = true;
        let mut is_all = true;
        let mut before: Option<(Option<&str>, bool)> = None;
        for (level, name) in self.cells() {
            let is_chosen = has(level, name);
            is_all &= is_chosen;
            modules_are_whole &= before.is_none_or(|(of, was)| of != name || was == is_chosen);
            before = Some((name, is_chosen));
            let known = of_level.get_mut(level)?.get_or_insert(is_chosen);
            levels_are_whole &= *known == is_chosen;
        }
        let tells_modules_apart = !self.modules.is_cut();
        match (levels_are_whole, modules_are_whole && tells_modules_apart) {
            _ if is_all => Some(Shape::All),
            (true, _) => Some(Shape::Levels),
            (_, true) => Some(Shape::Modules),
            _ => None,
        }
    }
}

/// Chooses by a function.
impl<F: Fn(Option<Level>, Option<&str>) -> bool> Chooses for F {
    fn has(&self, level: Option<Level>, module: Option<&str>) -> bool {
        self(level, module)
    }
}
