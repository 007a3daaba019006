use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::MaskAction;
use super::scan::Hit;

/// Parts that one rule may find in one text; a text with more is withheld.
const MAX_PARTS: usize = 1_000;

/// A rule of the user's own.
#[derive(Clone)]
pub(super) struct OwnRule {
    pub(super) name: String,
    pub(super) action: MaskAction,
    find: Arc<Find>,
}

type Find = dyn Fn(&str) -> Option<Range<usize>> + Send + Sync;

/// A rule did not say what to mask in a way that can be followed.
#[derive(Debug)]
pub(super) struct Unusable;

impl OwnRule {
    pub(super) fn new(
        name: String,
        action: MaskAction,
        find: impl Fn(&str) -> Option<Range<usize>> + Send + Sync + 'static,
    ) -> OwnRule {
        OwnRule { name, action, find: Arc::new(find) }
    }

    /// Appends every part that the rule finds; may panic as the user's code may.
    pub(super) fn find(
        &self,
        text: &str,
        rule: usize,
        hits: &mut Vec<Hit>,
    ) -> Result<(), Unusable> {
        let mut from = 0;
        for _ in 0..MAX_PARTS {
            let rest = text.get(from..).ok_or(Unusable)?;
            let Some(Range { start, end }) = (self.find)(rest) else { return Ok(()) };
            if start >= end || rest.get(start..end).is_none() {
                return Err(Unusable);
            }
            hits.push(Hit { range: from + start..from + end, rule });
            from += end;
        }
        Err(Unusable)
    }
}

impl fmt::Debug for OwnRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnRule")
            .field("name", &self.name)
            .field("action", &self.action)
            .finish_non_exhaustive()
    }
}
