use proptest::prelude::*;

use crate::store::rollup::bytes::{In, Out};
use crate::store::rollup::names::{Names, OTHER, Sum};
use crate::store::rollup::people::{self, People};
use crate::store::rollup::times::Times;

fn times(values: impl IntoIterator<Item = f64>) -> Times {
    let mut times = Times::default();
    values.into_iter().for_each(|value| times.add(Some(value)));
    times
}

fn numbers(count: u32) -> impl Iterator<Item = f64> {
    (0..count).map(|n| f64::from(n.wrapping_mul(2_654_435_761) % 1_000_003) / 97.0)
}

#[test]
fn few_durations_are_exact_and_many_one_percent_off() {
    assert!(times(numbers(512)).finish().1);
    let (found, is_exact) = times(numbers(20_000)).finish();
    assert!(!is_exact);
    let mut sorted: Vec<f64> = numbers(20_000).collect();
    sorted.sort_by(f64::total_cmp);
    for (found, rank) in [(found.p50, 10_000), (found.p95, 19_000), (found.p99, 19_800)] {
        let expected = sorted[rank - 1];
        assert!((found - expected).abs() <= expected * 0.01, "{found} for {expected}");
    }
    assert_eq!((found.count, found.max), (20_000, sorted[19_999]));
}

#[test]
fn durations_add_up_to_the_same_buckets_whatever_the_parts() {
    let whole = times(numbers(3_000));
    let values: Vec<f64> = numbers(3_000).collect();
    for size in [1, 7, 600, 2_999] {
        let mut sum = Times::default();
        values.chunks(size).for_each(|part| sum.add_all(&times(part.iter().copied())));
        let (a, b) = (sum.finish(), whole.finish());
        assert_eq!((a.0.p50, a.0.p95, a.0.p99, a.0.max), (b.0.p50, b.0.p95, b.0.p99, b.0.max));
    }
}

#[test]
fn durations_of_any_size_take_bounded_memory() {
    let powers = (-320..308).map(|power| 10_f64.powi(power));
    let mut times = times(powers.clone().chain(powers));
    times.compact();
    let mut out = Out::default();
    times.put(&mut out);
    assert!(out.bytes.len() < 2_500, "{}", out.bytes.len());
    assert_eq!(Times::take(&mut In::new(&out.bytes)), Some(times));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn users_are_counted_exactly_while_they_are_few(
        count in 0_u32..3_000, parts in 1_u32..5, is_written: bool,
    ) {
        let mut sum = People::<12, 512>::default();
        for part in 0..parts {
            let mut people = People::<12, 512>::default();
            // Everybody came in two parts.
            let users = (0..count).filter(|user| user % parts == part || (user + 1) % parts == part);
            users.for_each(|user| people.add(people::hash(&format!("user-{user}"))));
            if is_written {
                let mut out = Out::default();
                people.compact();
                people.put(&mut out);
                people = People::take(&mut In::new(&out.bytes)).unwrap();
            }
            sum.add_all(&people);
        }
        let (found, is_exact) = sum.count();
        prop_assert_eq!(is_exact, count <= 512);
        let off = u64::from(count).abs_diff(found) as f64;
        prop_assert!(off <= if is_exact { 0.0 } else { f64::from(count) * 0.08 }, "{} for {}", found, count);
    }
}

#[test]
fn users_that_were_counted_coarsely_join_the_others() {
    let mut sum = People::<12, 512>::default();
    (0..5_000).for_each(|user| sum.add(people::hash(&format!("user-{user}"))));
    let mut part = People::<10, 32>::default();
    (2_500..10_000).for_each(|user| part.add(people::hash(&format!("user-{user}"))));
    sum.add_part(&part);
    let (found, _) = sum.count();
    assert!((8_350..11_650).contains(&found), "{found}");
}

#[test]
fn the_same_user_has_the_same_hash_in_every_file() {
    // Written to files: it must never change.
    assert_eq!(people::hash("u123"), 120_469_961_843_911);
}

impl Sum for u64 {
    fn add_all(&mut self, other: &u64) {
        *self += other;
    }

    fn put(&self, out: &mut Out) {
        out.number(*self);
    }

    fn take(input: &mut In<'_>) -> Option<u64> {
        input.number()
    }
}

proptest! {
    #[test]
    fn names_beyond_the_bound_are_one_whatever_the_order(
        words in prop::collection::vec(prop_oneof!["[a-c]{0,2}", "é{0,2}"], 0..60), cut in 0_usize..60,
    ) {
        let count = |words: &[String]| {
            let mut names = Names::<u64, 5>::default();
            for word in words {
                *names.of(word) += 1;
            }
            names
        };
        let sorted = |names: &Names<u64, 5>| names.all().map(|(name, n)| (name.to_owned(), *n)).collect::<Vec<_>>();
        let whole = count(&words);
        let (a, b) = words.split_at(cut.min(words.len()));
        for (first, second) in [(a, b), (b, a)] {
            let mut sum = count(first);
            sum.add_all(&count(second));
            prop_assert_eq!(sorted(&sum), sorted(&whole));
        }
        prop_assert_eq!(whole.all().map(|(_, n)| n).sum::<u64>(), words.len() as u64);
        prop_assert_eq!(whole.is_cut(), whole.all().any(|(name, _)| name == OTHER));
        let mut out = Out::default();
        whole.put(&mut out);
        let read = Names::<u64, 5>::take(&mut In::new(&out.bytes)).unwrap();
        prop_assert_eq!(sorted(&read), sorted(&whole));
    }
}
