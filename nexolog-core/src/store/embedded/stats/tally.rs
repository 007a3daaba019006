use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Most names that are told apart. Modules and services are few; who has more has put data into a name.
const MOST_NAMES: usize = 1_000;

/// What all names beyond the bound are counted as.
const OTHER: &str = "other";

/// Something for each name, boundedly many names.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally<T> {
    by_name: HashMap<String, T>,
}

impl<T: Default> Tally<T> {
    /// What belongs to `name`.
    pub(super) fn of(&mut self, name: &str) -> &mut T {
        let is_known = self.by_name.contains_key(name) || self.by_name.len() < MOST_NAMES;
        match self.by_name.entry(if is_known { name } else { OTHER }.to_owned()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(T::default()),
        }
    }

    /// All names, those with the highest `rank` first, and by name where it is equal.
    pub(super) fn ranked(self, rank: impl Fn(&T) -> u64) -> Vec<(String, T)> {
        let mut all: Vec<(String, T)> = self.by_name.into_iter().collect();
        all.sort_by(|(a_name, a), (b_name, b)| rank(b).cmp(&rank(a)).then(a_name.cmp(b_name)));
        all
    }
}
