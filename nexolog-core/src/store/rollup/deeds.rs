//! What is counted by a name of its own beside the module: operations, and calls to other services.

use super::bytes::{In, Out};
use super::names::Sum;
use super::times::Times;

/// Most operations that are told apart, each for a module and a level of its own.
pub(super) const MOST_OPERATIONS: usize = 2_000;

/// Most services likewise.
pub(super) const MOST_SERVICES: usize = 1_000;

/// How often something was done, how often it failed, how long it took.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Deeds {
    pub(super) count: u64,
    /// Those with an outcome other than `success`.
    pub(super) failures: u64,
    /// `duration_ms`.
    pub(super) times: Times,
}

/// Calls to a service, and how the newest one ended.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Calls {
    pub(super) deeds: Deeds,
    /// Time and `seq` of the newest one.
    pub(super) newest: Option<(i64, u64)>,
    pub(super) last_outcome: String,
}

impl Deeds {
    pub(super) fn add(&mut self, outcome: &str, duration_ms: Option<f64>) {
        self.count += 1;
        self.failures += u64::from(!outcome.is_empty() && outcome != "success");
        self.times.add(duration_ms);
    }
}

impl Sum for Deeds {
    fn add_all(&mut self, other: &Deeds) {
        self.count = self.count.saturating_add(other.count);
        self.failures = self.failures.saturating_add(other.failures);
        self.times.add_all(&other.times);
    }

    fn put(&self, out: &mut Out) {
        out.number(self.count);
        out.number(self.failures);
        self.times.put(out);
    }

    fn take(input: &mut In<'_>) -> Option<Deeds> {
        let (count, failures) = (input.number()?, input.number()?);
        Some(Deeds { count, failures, times: Times::take(input)? })
    }
}

impl Calls {
    pub(super) fn add(&mut self, outcome: &str, duration_ms: Option<f64>, at: (i64, u64)) {
        self.deeds.add(outcome, duration_ms);
        self.see(Some(at), outcome);
    }

    /// Two that came at once in two directories are told apart by what they say, so that the order of counting never matters.
    fn see(&mut self, at: Option<(i64, u64)>, outcome: &str) {
        if (at, outcome) >= (self.newest, self.last_outcome.as_str()) {
            self.newest = at;
            outcome.clone_into(&mut self.last_outcome);
        }
    }
}

impl Sum for Calls {
    fn add_all(&mut self, other: &Calls) {
        self.deeds.add_all(&other.deeds);
        self.see(other.newest, &other.last_outcome);
    }

    fn put(&self, out: &mut Out) {
        self.deeds.put(out);
        let (timestamp, seq) = self.newest.unwrap_or_default();
        out.signed(timestamp);
        out.number(seq);
        out.text(&self.last_outcome);
    }

    fn take(input: &mut In<'_>) -> Option<Calls> {
        let deeds = Deeds::take(input)?;
        let newest = Some((input.signed()?, input.number()?));
        Some(Calls { deeds, newest, last_outcome: input.text()?.to_owned() })
    }
}

/// Writes into `key` the name of something that is counted for each module and level by itself.
///
/// A character for the level and one for the length of the module come first, so that no two are the same whatever is in a name.
pub(super) fn scope(key: &mut String, level: usize, module: &str, name: &str) {
    key.clear();
    key.extend([level, module.len()].map(as_char));
    key.push_str(module);
    key.push_str(name);
}

/// Level, module and name of such a key.
pub(super) fn unscoped(key: &str) -> Option<(usize, &str, &str)> {
    let mut chars = key.chars();
    let (level, length) = (chars.next()?, chars.next()?);
    let (module, name) = chars.as_str().split_at_checked(length as usize)?;
    Some((level as usize, module, name))
}

/// A small number as the character of that number.
fn as_char(number: usize) -> char {
    u32::try_from(number).ok().and_then(char::from_u32).unwrap_or_default()
}
