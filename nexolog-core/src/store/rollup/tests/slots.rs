use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::store::rollup::bytes::{In, Out};
use crate::store::rollup::slots::{Slots, WrittenSlots};

proptest! {
    #[test]
    fn counts_are_kept_in_slots_that_are_few_enough(
        events in prop::collection::vec(
            (prop_oneof![0_i64..50, -100_000_i64..4_000_000_000], 0_usize..20), 0..400,
        ),
    ) {
        let mut slots = Slots::new(16, 40);
        for (second, number) in &events {
            slots.add(*second, *number);
        }
        let mut out = Out::default();
        slots.put(&mut out);
        let (width, counts) = slots.finish();
        let width = i64::try_from(width).unwrap();
        let mut expected: BTreeMap<(i64, usize), u64> = BTreeMap::new();
        for (second, number) in &events {
            *expected.entry((second.div_euclid(width) * width, *number)).or_default() += 1;
        }
        let counts: Vec<_> = counts.collect();
        let found: BTreeMap<(i64, usize), u64> =
            counts.iter().map(|count| ((count.second, count.number), count.count)).collect();
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(counts.len(), expected.len());
        let mut seconds: Vec<i64> = counts.iter().map(|count| count.second).collect();
        seconds.dedup();
        prop_assert!(seconds.len() <= 16);
        prop_assert!(counts.len() <= 40 || seconds.len() == 1);

        let mut read = Vec::new();
        let written = WrittenSlots::new(In::new(&out.bytes)).unwrap();
        prop_assert_eq!(written.width, u64::try_from(width).unwrap());
        prop_assert_eq!(written.each(|count| read.push(count)), Some(()));
        prop_assert_eq!(read, counts);
    }
}

#[test]
fn what_lies_close_together_is_known_to_the_second() {
    let mut slots = Slots::new(16, 40);
    (0..1_000).for_each(|n| slots.add(1_760_000_000 + n / 100, 1));
    let (width, counts) = slots.finish();
    assert_eq!((width, counts.count()), (1, 10));
}
