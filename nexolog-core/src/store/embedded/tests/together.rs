//! Two threads that read one segment.

use std::fs;
use std::sync::Arc;

use proptest::prelude::*;

use super::houses::{Form, House, build, plain_lines};
use super::{filter, page, request, seqs};
use crate::store::embedded::left_out::LeftOut;
use crate::store::embedded::lines::Lines;
use crate::store::embedded::position::Position;
use crate::store::embedded::question::Question;
use crate::store::embedded::snapshot;
use crate::store::names::FamilyName;
use crate::store::{Order, Stop};

/// What is found beneath `root`, by one thread or by two.
fn read(
    root: &std::path::Path,
    text: &str,
    order: Order,
    with_help: bool,
) -> (Vec<u64>, u64, LeftOut) {
    let directory = snapshot::take(root, &FamilyName::main("shop")).unwrap().remove(0);
    let question = Arc::new(Question::new(filter(text), order));
    let start = Position::start(order, false);
    let mut lines =
        Lines::matching(directory, FamilyName::main("shop"), question, start, Arc::default());
    if with_help {
        lines = lines.with_help();
    }
    let mut left_out = LeftOut::default();
    let mut seqs = Vec::new();
    while let Some(found) = lines.next(&Stop::default(), true, &mut left_out) {
        seqs.push(found.seq);
    }
    (seqs, lines.scanned(), left_out)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn two_threads_find_what_one_finds_whatever_is_damaged(
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..8), 0..6), cut in 1_usize..300,
        text in prop::sample::select(vec!["", "hello", "-hello", "nobody", "timestamp:<2026-11-04T13:48:00Z"]),
    ) {
        let root = tempfile::tempdir().unwrap();
        let house = House::new("", plain_lines(300)).cut(cut, Form::Packed(2)).cut(300, Form::Packed(3));
        build(&[house], root.path());
        let path = root.path().join("shop.000000000001.jsonl.zst");
        let mut bytes = fs::read(&path).unwrap();
        for (at, bit) in damage {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        fs::write(&path, bytes).unwrap();
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let alone = read(root.path(), text, order, false);
            prop_assert_eq!(read(root.path(), text, order, true), alone);
        }
    }
}

#[test]
fn a_page_that_is_full_ends_the_second_thread() {
    let root = tempfile::tempdir().unwrap();
    let store =
        build(&[House::new("", plain_lines(2_000)).cut(2_000, Form::Packed(1))], root.path());
    let mut cursor = None;
    let mut found = Vec::new();
    loop {
        let page = page(&store, &request("hello", Order::NewestFirst, 100, cursor));
        found.extend(seqs(&page));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert!(found.into_iter().eq((1..=2_000).rev()));
}
