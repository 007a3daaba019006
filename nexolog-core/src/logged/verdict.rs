use super::call::Ending;
use super::carried::ItemFailure;
use super::{Captured, Function, Level, Snapshot};
use crate::pipeline::stamp;
use crate::record::Outcome;

/// What a look at the returned value told; made by [`Look`].
#[derive(Debug)]
pub struct Verdict {
    pub(super) ending: Ending,
    pub(super) ended: u64,
}

/// What is asked when a call has returned: the macro's code says whether it failed, and gives what is
/// recorded of it only if somebody wants to know.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub(super) function: &'static Function,
    /// `None` while a stream goes on: nothing but its failures matter then.
    pub(super) started: Option<u64>,
}

impl Verdict {
    #[inline]
    fn of_success(level: Level, ended: u64) -> Verdict {
        let ending = Ending { stamp: Some(ended), ..Ending::of(Outcome::Success, level) };
        Verdict { ending, ended }
    }

    /// What a stream keeps of an item.
    pub(super) fn into_item_failure(self) -> Option<ItemFailure> {
        let Ending { level, failure, .. } = self.ending;
        Some(ItemFailure { level, snapshot: failure? })
    }
}

impl Look {
    /// It failed. `None` when nobody would see it.
    pub fn failed(
        self,
        level: Level,
        failure: impl FnOnce() -> Option<Snapshot>,
    ) -> Option<Verdict> {
        if !self.wants(level) {
            return None;
        }
        // What follows is not the call's time.
        let ended = if self.started.is_some() { stamp() } else { 0 };
        let ending = Ending { failure: failure(), ..Ending::of(Outcome::Error, level) };
        Some(Verdict { ending, ended })
    }

    /// Whether somebody would see that it ended at this level.
    #[inline]
    fn wants(self, level: Level) -> bool {
        self.function.callsites.wants(level) || self.function.audited
    }

    /// It succeeded, and nothing is recorded of what it returned. `None` when nobody would see it.
    #[inline]
    #[must_use]
    pub fn succeeded(self) -> Option<Verdict> {
        let started = self.started?;
        let Function { success, slow, .. } = self.function;
        let Some(slow) = slow else {
            return self.wants(*success).then(|| Verdict::of_success(*success, stamp()));
        };
        let raised = (*success).max(Level::Warning);
        if !self.wants(*success) && !self.wants(raised) {
            return None;
        }
        let ended = stamp();
        let is_slow = u128::from(ended.saturating_sub(started)) >= slow.as_nanos();
        let level = if is_slow { raised } else { *success };
        self.wants(level).then(|| Verdict::of_success(level, ended))
    }

    /// It succeeded, and what it returned is recorded. `None` when nobody would see it.
    #[inline]
    pub fn succeeded_with(self, returned: impl FnOnce() -> Captured) -> Option<Verdict> {
        let mut verdict = self.succeeded()?;
        verdict.ending.returned = returned();
        // The user's own code has run since the clock was read.
        verdict.ending.stamp = None;
        Some(verdict)
    }
}
