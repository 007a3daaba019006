use crate::record::Level;

use super::slots::InSlot;
use super::widths::{NARROWEST, signed, wider};

/// Records by level over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct OverTime {
    /// Seconds that are one slot.
    pub(in crate::store) width: u64,
    /// By time; those without records are left out.
    pub(in crate::store) slots: Vec<Slot>,
}

/// Records that came within the seconds from `second` on, which is a multiple of the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Slot {
    pub(in crate::store) second: i64,
    /// In the order of [`Level::ALL`].
    pub(in crate::store) by_level: [u64; 6],
}

impl Default for OverTime {
    fn default() -> OverTime {
        OverTime::new(NARROWEST)
    }
}

impl OverTime {
    pub(super) fn new(width: u64) -> OverTime {
        OverTime { width, slots: Vec::new() }
    }

    /// Adds counts that come by time, where `level` says of which level their number is, if it is to be counted at all.
    pub(super) fn count(&mut self, count: InSlot, level: Option<Level>) {
        let Some(level) = level else { return };
        let is_new = self.slots.last().is_none_or(|slot| slot.second != count.second);
        if is_new {
            self.slots.push(Slot { second: count.second, by_level: [0; 6] });
        }
        let slot = self.slots.last_mut().and_then(|slot| slot.by_level.get_mut(level as usize));
        if let Some(sum) = slot {
            *sum = sum.saturating_add(count.count);
        }
    }

    /// Adds others, whatever their width, and keeps no more than `most` slots.
    pub(in crate::store) fn add_all(&mut self, other: &OverTime, most: usize) {
        while self.width < other.width {
            self.widen();
        }
        self.slots.extend(&other.slots);
        self.join(self.width);
        while self.slots.len() > most {
            self.widen();
        }
    }

    fn widen(&mut self) {
        let wider = wider(self.width);
        self.join(wider);
    }

    fn join(&mut self, width: u64) {
        self.width = width;
        let width = signed(width);
        for slot in &mut self.slots {
            slot.second = slot.second.div_euclid(width).saturating_mul(width);
        }
        // Mostly they are in order.
        self.slots.sort_by_key(|slot| slot.second);
        self.slots.dedup_by(|next, kept| {
            let is_same = next.second == kept.second;
            if is_same {
                for (sum, count) in kept.by_level.iter_mut().zip(next.by_level) {
                    *sum = sum.saturating_add(count);
                }
            }
            is_same
        });
    }
}
