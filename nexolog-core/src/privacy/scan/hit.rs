use std::ops::Range;

/// A part of a text that is to be masked, and the number of the rule that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) range: Range<usize>,
    pub(crate) rule: usize,
}

/// Puts hits in order and joins those that overlap: the first, and of two that begin together the longer,
/// gives its rule to all.
pub(crate) fn merge(hits: &mut Vec<Hit>) {
    hits.sort_unstable_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end), hit.rule));
    hits.dedup_by(|later, kept| {
        let overlaps = later.range.start < kept.range.end;
        if overlaps {
            kept.range.end = kept.range.end.max(later.range.end);
        }
        overlaps
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_hits_become_one_that_covers_both() {
        let hit = |start, end, rule| Hit { range: start..end, rule };
        let mut hits = vec![hit(8, 12, 1), hit(0, 3, 2), hit(2, 5, 3), hit(8, 10, 0), hit(5, 6, 4)];
        merge(&mut hits);
        assert_eq!(hits, [hit(0, 5, 2), hit(5, 6, 4), hit(8, 12, 1)]);
    }
}
