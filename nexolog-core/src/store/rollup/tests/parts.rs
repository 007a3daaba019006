use proptest::prelude::*;

use super::records::lines;
use super::{oracle, rollup, totals};
use crate::store::rollup::{Totals, Unpacker, read_totals};

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn sums_are_those_of_a_naive_count(lines in lines(120)) {
        oracle::check(&totals(&lines).stats(), lines.iter().map(String::as_str));
    }

    #[test]
    fn parts_add_up_in_any_order(
        lines in lines(200), cuts in prop::collection::vec(0_usize..200, 0..4), turn in 0_usize..5,
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(lines.len())).collect();
        cuts.extend([0, lines.len()]);
        cuts.sort_unstable();
        let mut parts: Vec<Totals> = cuts.windows(2).map(|cut| totals(&lines[cut[0]..cut[1]])).collect();
        let turn = turn % parts.len().max(1);
        parts.rotate_left(turn);
        // From the left, and from the right.
        let mut left = Totals::default();
        for part in &parts {
            left.add_all(part);
        }
        let right = parts.into_iter().rev().fold(Totals::default(), |sum, mut part| {
            part.add_all(&sum);
            part
        });
        for sum in [&left, &right] {
            oracle::check(&sum.stats(), lines.iter().map(String::as_str));
        }
    }

    #[test]
    fn what_is_written_and_read_adds_up(lines in lines(400), cut in 0_usize..400) {
        let (a, b) = lines.split_at(cut.min(lines.len()));
        let mut sum = Totals::default();
        for part in [a, b] {
            let (section, _) = rollup(part).encode().unwrap();
            sum.add_all(&read_totals(&section, true, &mut Unpacker::default()).unwrap());
        }
        oracle::check(&sum.stats(), lines.iter().map(String::as_str));
    }
}
