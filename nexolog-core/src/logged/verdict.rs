use super::carried::ItemFailure;
use super::{Captured, Function, Level, Snapshot};
use crate::pipeline::stamp;
use crate::record::Outcome;

/// What a look at the returned value told; made by [`Look`].
#[derive(Debug)]
pub struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) level: Level,
    pub(super) ended: u64,
    pub(super) failure: Option<Snapshot>,
    pub(super) returned: Captured,
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
    /// What a stream keeps of an item.
    pub(super) fn into_item_failure(self) -> Option<ItemFailure> {
        Some(ItemFailure { level: self.level, snapshot: self.failure? })
    }
}

impl Look {
    /// It failed. `None` when nobody would see it.
    pub fn failed(
        self,
        level: Level,
        failure: impl FnOnce() -> Option<Snapshot>,
    ) -> Option<Verdict> {
        if !self.function.callsites.wants(level) {
            return None;
        }
        // What follows is not the call's time.
        let ended = if self.started.is_some() { stamp() } else { 0 };
        let failure = failure();
        Some(Verdict { outcome: Outcome::Error, level, ended, failure, returned: Captured::Absent })
    }

    /// It succeeded. `None` when nobody would see it.
    #[inline]
    pub fn succeeded(self, returned: impl FnOnce() -> Captured) -> Option<Verdict> {
        let started = self.started?;
        let Function { callsites, success, slow, .. } = self.function;
        let raised = slow.map(|slow| (slow, (*success).max(Level::Warning)));
        if !callsites.wants(*success) && !raised.is_some_and(|(_, level)| callsites.wants(level)) {
            return None;
        }
        let ended = stamp();
        let level = match raised {
            Some((slow, raised))
                if u128::from(ended.saturating_sub(started)) >= slow.as_nanos() =>
            {
                raised
            }
            _ => *success,
        };
        callsites.wants(level).then(|| {
            let returned = returned();
            Verdict { outcome: Outcome::Success, level, ended, failure: None, returned }
        })
    }
}
