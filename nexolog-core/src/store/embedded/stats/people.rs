use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Most users that are told apart.
const MOST_USERS: usize = 1 << 20;

/// Counts distinct users in bounded memory, by a hash of 64 bits each.
#[derive(Debug, Default)]
pub(super) struct People {
    hasher: RandomState,
    seen: HashSet<u64>,
    is_full: bool,
}

impl People {
    pub(super) fn add(&mut self, user: &str) {
        let hash = self.hasher.hash_one(user);
        if self.seen.len() < MOST_USERS {
            self.seen.insert(hash);
        } else if !self.seen.contains(&hash) {
            self.is_full = true;
        }
    }

    /// How many there are; says so in `remarks` when there are more than can be told apart.
    pub(super) fn count(&self, remarks: &mut Vec<String>) -> u64 {
        if self.is_full {
            remarks.push(format!("more than {MOST_USERS} users were active"));
        }
        self.seen.len() as u64
    }
}
