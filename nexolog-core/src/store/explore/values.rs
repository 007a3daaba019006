use std::collections::HashMap;

use crate::store::rollup::{Everybody, hash};

/// Values that are told apart at any time; twice as many while counting.
const MOST: usize = 5_000;

/// Longest value in bytes that is listed.
pub(super) const LONGEST: usize = 256;

/// How often each of many values came, in bounded memory.
///
/// Exactly while no more than ten thousand are different. Beyond, the rarest half is let go each time they are: those that came often all
/// along stay, with counts that may be too low.
#[derive(Debug, Default)]
pub(super) struct Values {
    counts: HashMap<Box<str>, u64>,
    /// Everything that was added.
    total: u64,
    /// What was ever told apart, once that is more than `counts` knows.
    ever: Option<Box<Everybody>>,
    /// Whether something was let go.
    is_rough: bool,
}

/// What the values were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// The most frequent first, then by value.
    pub(super) values: Vec<(String, u64)>,
    /// How many different ones there were, and whether that is exact.
    pub(super) distinct: (u64, bool),
    /// How often came what is not listed.
    pub(super) other: u64,
    /// Whether the counts are exact.
    pub(super) is_exact: bool,
}

impl Values {
    pub(super) fn add(&mut self, value: &str) {
        self.total += 1;
        if let Some(count) = self.counts.get_mut(value) {
            *count += 1;
            return;
        }
        if let Some(ever) = &mut self.ever {
            ever.add(hash(value));
        }
        if value.len() > LONGEST {
            // Nobody lists it, but it is one more.
            self.ever().add(hash(value));
            return;
        }
        self.counts.insert(value.into(), 1);
        if self.counts.len() > 2 * MOST {
            self.let_go();
        }
    }

    /// The `limit` most frequent, and what else there is to say.
    pub(super) fn finish(self, limit: usize) -> Counted {
        let distinct = match &self.ever {
            Some(ever) => ever.count(),
            None => (self.counts.len() as u64, true),
        };
        let mut values: Vec<(String, u64)> =
            self.counts.into_iter().map(|(value, count)| (value.into(), count)).collect();
        values.sort_unstable_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
        values.truncate(limit);
        let listed: u64 = values.iter().map(|(_, count)| count).sum();
        let other = self.total.saturating_sub(listed);
        Counted { values, distinct, other, is_exact: !self.is_rough }
    }

    fn ever(&mut self) -> &mut Everybody {
        let counts = &self.counts;
        self.ever.get_or_insert_with(|| {
            let mut ever = Box::<Everybody>::default();
            for value in counts.keys() {
                ever.add(hash(value));
            }
            ever
        })
    }

    fn let_go(&mut self) {
        self.ever();
        self.is_rough = true;
        let mut counts: Vec<u64> = self.counts.values().copied().collect();
        let (_, median, _) = counts.select_nth_unstable(MOST);
        let median = *median;
        self.counts.retain(|_, count| *count > median);
    }
}
