/// Some of a segment's blocks, by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct BlockSet {
    bits: Vec<u64>,
    /// How many blocks the segment has.
    count: usize,
}

impl BlockSet {
    /// None of `count` blocks.
    pub(in crate::store) fn none(count: usize) -> BlockSet {
        BlockSet { bits: vec![0; count.div_ceil(64)], count }
    }

    /// All of `count` blocks.
    pub(in crate::store) fn all(count: usize) -> BlockSet {
        let mut set = BlockSet { bits: vec![u64::MAX; count.div_ceil(64)], count };
        if let (Some(last), 1..) = (set.bits.last_mut(), count % 64) {
            *last = (1 << (count % 64)) - 1;
        }
        set
    }

    /// Puts a block in; a number that no block has is left out.
    pub(in crate::store) fn insert(&mut self, block: usize) {
        if block < self.count
            && let Some(bits) = self.bits.get_mut(block / 64)
        {
            *bits |= 1 << (block % 64);
        }
    }

    pub(in crate::store) fn has(&self, block: usize) -> bool {
        self.bits.get(block / 64).is_some_and(|bits| bits >> (block % 64) & 1 != 0)
    }

    /// Keeps what `other`, of the same segment, has as well.
    pub(in crate::store) fn and(&mut self, other: &BlockSet) {
        for (bits, more) in self.bits.iter_mut().zip(&other.bits) {
            *bits &= more;
        }
    }

    /// Takes in what `other`, of the same segment, has.
    pub(in crate::store) fn or(&mut self, other: &BlockSet) {
        for (bits, more) in self.bits.iter_mut().zip(&other.bits) {
            *bits |= more;
        }
    }

    pub(in crate::store) fn is_empty(&self) -> bool {
        self.bits.iter().all(|bits| *bits == 0)
    }

    pub(in crate::store) fn is_full(&self) -> bool {
        self.len() == self.count
    }

    /// How many are in it.
    pub(in crate::store) fn len(&self) -> usize {
        self.bits.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// The numbers, ascending; from the other end for descending ones.
    pub(in crate::store) fn iter(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (0..self.count).filter(|block| self.has(*block))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::BlockSet;

    fn set_of(blocks: &BTreeSet<usize>, count: usize) -> BlockSet {
        let mut set = BlockSet::none(count);
        for block in blocks {
            set.insert(*block);
        }
        set
    }

    proptest! {
        #[test]
        fn sets_are_sets(
            count in 0_usize..200,
            a in prop::collection::btree_set(0_usize..200, 0..40),
            b in prop::collection::btree_set(0_usize..200, 0..40),
        ) {
            let known = |set: &BTreeSet<usize>| set.iter().copied().filter(|block| *block < count).collect();
            let (a, b): (BTreeSet<usize>, BTreeSet<usize>) = (known(&a), known(&b));
            let (mut and, mut or) = (set_of(&a, count), set_of(&a, count));
            and.and(&set_of(&b, count));
            or.or(&set_of(&b, count));
            prop_assert!(and.iter().eq(a.intersection(&b).copied()));
            prop_assert!(or.iter().eq(a.union(&b).copied()));
            prop_assert_eq!(or.len(), or.iter().count());
            prop_assert_eq!(or.is_empty(), a.is_empty() && b.is_empty());
            prop_assert!(BlockSet::all(count).iter().eq(0..count));
            prop_assert!(BlockSet::all(count).is_full());
        }
    }
}
