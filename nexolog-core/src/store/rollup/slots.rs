use super::bytes::{In, Out};
use super::widths::{NARROWEST, signed, wider};

/// Counts over time by some small number, in slots as wide as they need be.
///
/// A slot is a second at first. When there are more slots or more counts than are worth their bytes, slots become wider; so
/// what holds much in a short time is known to the second, and what holds little to the hour.
#[derive(Clone, Debug)]
pub(in crate::store) struct Slots {
    /// How many of them are kept, and how many counts in them.
    most: usize,
    most_counts: usize,
    width: u64,
    /// Sorted and without doubles but for what was added last.
    counts: Vec<Entry>,
    /// The slot that is counted now: its first second, and counts by number.
    start: i64,
    now: Vec<u32>,
    /// Which of them are not 0.
    touched: Vec<usize>,
}

/// How many in one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    /// Number of the slot since the Unix epoch.
    slot: i64,
    number: usize,
    count: u32,
}

/// Some lines within a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct InSlot {
    /// First second of the slot since the Unix epoch.
    pub(in crate::store) second: i64,
    pub(in crate::store) number: usize,
    pub(in crate::store) count: u64,
}

impl Slots {
    /// Keeps so many slots and counts at the most.
    pub(super) fn new(most: usize, most_counts: usize) -> Slots {
        Slots {
            most,
            most_counts,
            width: NARROWEST,
            counts: Vec::new(),
            start: 0,
            now: Vec::new(),
            touched: Vec::new(),
        }
    }

    /// Counts one by `number`; `second` is since the Unix epoch.
    pub(super) fn add(&mut self, second: i64, number: usize) {
        let is_now = second >= self.start && second - self.start < signed(self.width);
        if !is_now || self.touched.is_empty() {
            self.settle();
            self.start = second.div_euclid(signed(self.width)) * signed(self.width);
        }
        if number >= self.now.len() {
            self.now.resize(number + 1, 0);
        }
        if let Some(count) = self.now.get_mut(number) {
            if *count == 0 {
                self.touched.push(number);
            }
            *count = count.saturating_add(1);
        }
    }

    /// Ends the slot that is counted now.
    fn settle(&mut self) {
        let slot = self.start.div_euclid(signed(self.width));
        // What is in order is quickly sorted.
        self.touched.sort_unstable();
        for number in self.touched.drain(..) {
            let count = self.now.get_mut(number).map(std::mem::take).unwrap_or_default();
            self.counts.push(Entry { slot, number, count });
        }
        if self.counts.len() > self.most_counts.saturating_mul(4) {
            self.tidy();
        }
    }

    /// Joins counts of the same slot, and makes slots wider until there are few enough.
    fn tidy(&mut self) {
        // Mostly they are in order.
        self.counts.sort_by_key(|count| count.slot);
        let mut slots = self.slots();
        loop {
            while slots > self.most && slots > 1 {
                self.widen();
                slots = self.slots();
            }
            self.join();
            if self.counts.len() <= self.most_counts || slots <= 1 {
                return;
            }
            self.widen();
            slots = self.slots();
        }
    }

    fn slots(&self) -> usize {
        self.counts.chunk_by(|a, b| a.slot == b.slot).count()
    }

    fn widen(&mut self) {
        let wider = wider(self.width);
        let factor = signed(wider / self.width);
        for count in &mut self.counts {
            count.slot = count.slot.div_euclid(factor);
        }
        self.width = wider;
    }

    /// Puts the counts of each slot in order, one a number.
    fn join(&mut self) {
        for slot in self.counts.chunk_by_mut(|a, b| a.slot == b.slot) {
            slot.sort_unstable_by_key(|count| count.number);
        }
        self.counts.dedup_by(|next, kept| {
            let is_same = (next.slot, next.number) == (kept.slot, kept.number);
            if is_same {
                kept.count = kept.count.saturating_add(next.count);
            }
            is_same
        });
    }

    /// The width of the slots in seconds, and what is in them, by time.
    pub(in crate::store) fn finish(&mut self) -> (u64, impl Iterator<Item = InSlot> + '_) {
        self.settle();
        self.tidy();
        let width = signed(self.width);
        let counts = self.counts.iter().map(move |count| InSlot {
            second: count.slot.saturating_mul(width),
            number: count.number,
            count: u64::from(count.count),
        });
        (self.width, counts)
    }

    /// Finished slots.
    pub(super) fn put(&mut self, out: &mut Out) {
        self.settle();
        self.tidy();
        out.number(self.width);
        let mut before = 0;
        for slot in self.counts.chunk_by(|a, b| a.slot == b.slot) {
            let Some(first) = slot.first() else { continue };
            out.signed(first.slot.wrapping_sub(before));
            before = first.slot;
            out.number(slot.len() as u64);
            let mut next = 0;
            for count in slot {
                // One is the most frequent count by far.
                out.number(((count.number - next) as u64) << 1 | u64::from(count.count > 1));
                if count.count > 1 {
                    out.number(u64::from(count.count));
                }
                next = count.number + 1;
            }
        }
    }
}

/// Slots as they were written, read one count after the other.
#[derive(Clone, Debug)]
pub(in crate::store) struct WrittenSlots<'a> {
    pub(in crate::store) width: u64,
    input: In<'a>,
}

impl<'a> WrittenSlots<'a> {
    pub(super) fn new(mut input: In<'a>) -> Option<WrittenSlots<'a>> {
        let width = input.number().filter(|width| (1..1 << 40).contains(width))?;
        Some(WrittenSlots { width, input })
    }

    /// Calls `visit` with what is in the slots, by time; `None` when they can't be read to their end.
    pub(in crate::store) fn each(mut self, mut visit: impl FnMut(InSlot)) -> Option<()> {
        let mut slot = 0_i64;
        while !self.input.is_empty() {
            slot = slot.checked_add(self.input.signed()?)?;
            let second = slot.checked_mul(signed(self.width))?;
            let mut number = 0_usize;
            for _ in 0..self.input.length()? {
                let step = self.input.number()?;
                number = number.checked_add(usize::try_from(step >> 1).ok()?)?;
                let count = if step & 1 == 0 { 1 } else { self.input.number()? };
                visit(InSlot { second, number, count });
                number = number.checked_add(1)?;
            }
        }
        Some(())
    }
}
