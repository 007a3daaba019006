//! The whole store against a scan that knows nothing of segments, indexes and bytes.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::houses::{House, build, houses};
use super::indexes::{self, index, state};
use super::{filter, page, request};
use crate::query::tests::differential::ask;
use crate::query::tests::oracle::Ask;
use crate::store::embedded::EmbeddedStore;
use crate::store::{Cursor, LogStore as _, Order, StatsRequest, Stop};

/// Where a record is, and its line.
type Record = ((String, u64), String);

/// What matches, oldest first.
fn naive(houses: &[House], ask: &Ask) -> Vec<Record> {
    let mut found = Vec::new();
    for house in houses {
        for (seq, line) in &house.lines {
            let tree: Value = serde_json::from_str(line).unwrap();
            if ask.says_yes_to(&tree) {
                let time: jiff::Timestamp = tree["timestamp"].as_str().unwrap().parse().unwrap();
                found.push((time, (house.directory.to_owned(), *seq), line.clone()));
            }
        }
    }
    found.sort();
    found.into_iter().map(|(_, place, line)| (place, line)).collect()
}

fn records(found: Vec<(Cursor, String)>) -> Vec<Record> {
    found.into_iter().map(|(cursor, line)| ((cursor.directory, cursor.seq), line)).collect()
}

/// All pages, joined.
fn paged(store: &EmbeddedStore, text: &str, order: Order, limits: &[usize]) -> Vec<Record> {
    let (mut found, mut cursor) = (Vec::new(), None);
    for round in 0.. {
        assert!(round < 1_000, "pages without end");
        let page = page(store, &request(text, order, limits[round % limits.len()], cursor));
        assert_eq!(page.incomplete, None);
        found.extend(records(page.records));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    found
}

/// Asks in both orders, and page by page.
fn check(store: &EmbeddedStore, ask: &Ask, mut wanted: Vec<Record>, limits: &[usize]) {
    let text = ask.write();
    let stats = StatsRequest { filter: filter(&text), interval: None };
    let stats = store.stats(&stats, &Stop::default()).unwrap();
    assert_eq!((stats.total, stats.incomplete), (wanted.len() as u64, None), "{text}");
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let whole = super::all(store, &text, order);
        assert_eq!(whole.incomplete, None);
        assert_eq!(records(whole.records), wanted, "{text}, {order:?}");
        assert_eq!(paged(store, &text, order, limits), wanted, "{text}, {order:?}");
        wanted.reverse();
    }
}

fn with_indexes(houses: &[House], root: &Path, states: &[indexes::State]) -> EmbeddedStore {
    let store = build(houses, root);
    index(root, states);
    store
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn fault_36_whatever_the_indexes_are_like_a_search_finds_what_a_naive_scan_finds(
        houses in houses(true), ask in ask(), states in vec(state(), 1..6), limits in vec(1_usize..7, 1..4),
    ) {
        let root = tempfile::tempdir().unwrap();
        let store = with_indexes(&houses, root.path(), &states);
        check(&store, &ask, naive(&houses, &ask), &limits);
    }

    #[test]
    fn fault_48_with_indexes_too_paging_gives_each_record_once_whatever_the_clocks_did(
        houses in houses(false), ask in ask(), limits in vec(1_usize..7, 1..4),
    ) {
        let (plain, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let without = build(&houses, plain.path());
        let store = with_indexes(&houses, root.path(), &[indexes::State::Whole]);
        let text = ask.write();
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let whole = super::all(&without, &text, order).records;
            prop_assert_eq!(&super::all(&store, &text, order).records, &whole);
            let whole = records(whole);
            prop_assert_eq!(&paged(&store, &text, order, &limits), &whole, "{}", text);
            prop_assert_eq!(&paged(&without, &text, order, &limits), &whole, "{}", text);
            prop_assert_eq!(whole.len(), naive(&houses, &ask).len());
        }
    }

    #[test]
    fn a_search_that_is_stopped_at_once_comes_to_its_end_with_indexes_too(
        houses in houses(false), ask in ask(), states in vec(state(), 1..4),
    ) {
        let root = tempfile::tempdir().unwrap();
        let store = with_indexes(&houses, root.path(), &states);
        let text = ask.write();
        let stop = Stop::default();
        stop.ask();
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let (mut found, mut cursor) = (Vec::new(), None);
            for round in 0.. {
                assert!(round < 1_000, "pages without end");
                let page = store.search(&request(&text, order, 3, cursor), &stop).unwrap();
                found.extend(records(page.records));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            prop_assert_eq!(found, records(super::all(&store, &text, order).records));
        }
    }
}
