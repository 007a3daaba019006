use std::time::Instant;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::houses::{Form, House, build, houses, line, plain_lines};
use super::{all, filter, page, request, seqs};
use crate::store::embedded::EmbeddedStore;
use crate::store::{Cursor, LogStore as _, Order, Stop};

const FILTERS: [&str; 6] =
    ["", "timeout", "level:>=warning", "module:auth OR duration_ms:>900", "-has:fields", "zzz"];
const ORDERS: [Order; 2] = [Order::NewestFirst, Order::OldestFirst];

type Identity = (String, u64);

fn identities(records: &[(Cursor, String)]) -> Vec<Identity> {
    records.iter().map(|(cursor, _)| (cursor.directory.clone(), cursor.seq)).collect()
}

/// Every record that matches, oldest first, by a sort of everything.
fn naive(houses: &[House], text: &str) -> Vec<(Identity, String)> {
    let filter = filter(text);
    let mut found = Vec::new();
    for house in houses {
        for (seq, line) in &house.lines {
            if filter.matches(line.as_bytes()) {
                let tree: Value = serde_json::from_str(line).unwrap();
                let time: jiff::Timestamp = tree["timestamp"].as_str().unwrap().parse().unwrap();
                found.push((time, (house.directory.to_owned(), *seq), line.clone()));
            }
        }
    }
    found.sort();
    found.into_iter().map(|(_, identity, line)| (identity, line)).collect()
}

/// All pages, joined.
fn paged(
    store: &EmbeddedStore,
    text: &str,
    order: Order,
    limits: &[usize],
) -> Vec<(Cursor, String)> {
    let mut found = Vec::new();
    let mut cursor = None;
    for round in 0.. {
        assert!(round < 1_000, "pages without end");
        let limit = limits[round % limits.len()];
        let page = page(store, &request(text, order, limit, cursor));
        assert_eq!(page.incomplete, None);
        assert!(page.records.len() <= limit);
        found.extend(page.records);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_a_naive_scan_finds_in_both_orders(
        houses in houses(true), limits in vec(1_usize..7, 1..4), text in prop::sample::select(FILTERS.to_vec()),
    ) {
        let root = tempfile::tempdir().unwrap();
        let store = build(&houses, root.path());
        let mut expected = naive(&houses, text);
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let found = all(&store, text, order);
            prop_assert_eq!(&found.incomplete, &None);
            prop_assert_eq!(&found.next_cursor, &None);
            // All that has no index, and of the active files what can't be told to have nothing.
            let whole: usize = houses.iter().map(|house| house.lines.len()).sum();
            let sealed: usize = houses.iter().map(House::sealed).sum();
            prop_assert!((sealed as u64..=whole as u64).contains(&found.scanned));
            prop_assert!(!text.is_empty() || found.scanned == whole as u64);
            let pairs: Vec<(Identity, String)> =
                identities(&found.records).into_iter().zip(found.records.into_iter().map(|(_, line)| line)).collect();
            prop_assert_eq!(&pairs, &expected);
            let pages = identities(&paged(&store, text, order, &limits));
            let wanted: Vec<Identity> = pairs.into_iter().map(|(identity, _)| identity).collect();
            prop_assert_eq!(pages, wanted);
            expected.reverse();
        }
    }

    #[test]
    fn fault_48_paging_gives_each_record_once_whatever_the_clocks_did(
        houses in houses(false), limits in vec(1_usize..7, 1..4),
    ) {
        let root = tempfile::tempdir().unwrap();
        let store = build(&houses, root.path());
        for order in ORDERS {
            let whole = all(&store, "", order).records;
            let pages = paged(&store, "", order, &limits);
            prop_assert_eq!(&pages, &whole);
            for house in &houses {
                let mut seqs: Vec<u64> = house.lines.iter().map(|(seq, _)| *seq).collect();
                if order == Order::NewestFirst {
                    seqs.reverse();
                }
                let found: Vec<u64> =
                    whole.iter().filter(|(c, _)| c.directory == house.directory).map(|(c, _)| c.seq).collect();
                prop_assert_eq!(found, seqs);
            }
        }
    }

    #[test]
    fn a_search_that_is_stopped_at_once_every_time_still_comes_to_its_end(houses in houses(false)) {
        let root = tempfile::tempdir().unwrap();
        let store = build(&houses, root.path());
        let stop = Stop::at(Instant::now());
        for order in ORDERS {
            let whole = all(&store, "timeout", order).records;
            let mut found = Vec::new();
            let mut cursor = None;
            for round in 0.. {
                assert!(round < 1_000, "pages without end");
                let page = store.search(&request("timeout", order, 3, cursor), &stop).unwrap();
                found.extend(page.records);
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            prop_assert_eq!(&found, &whole);
        }
    }
}

#[test]
fn a_stopped_search_says_so_and_where_to_go_on() {
    let root = tempfile::tempdir().unwrap();
    let house = House::new("", plain_lines(20)).cut(5, Form::Packed(2)).cut(5, Form::Plain);
    let store = build(&[house], root.path());
    let stop = Stop::default();
    stop.ask();
    let page = store.search(&request("nothing", Order::NewestFirst, 5, None), &stop).unwrap();
    assert!(page.records.is_empty());
    assert_eq!(page.incomplete.as_deref(), Some("stopped before everything was looked at"));
    assert_eq!(page.next_cursor.map(|cursor| cursor.seq), Some(11));
    assert_eq!(page.scanned, 10);
}

#[test]
fn a_page_that_ends_with_the_log_has_no_successor() {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", plain_lines(4))], root.path());
    let last = page(&store, &request("", Order::NewestFirst, 4, None));
    assert_eq!((last.records.len(), last.next_cursor), (4, None));
    let first = page(&store, &request("", Order::NewestFirst, 3, None));
    assert_eq!(first.next_cursor.map(|cursor| cursor.seq), Some(2));
}

#[test]
fn a_page_of_long_lines_ends_before_it_gets_too_big() {
    let root = tempfile::tempdir().unwrap();
    let long = format!(",\"message\":\"{}\"", "x".repeat(900 << 10));
    let lines = (1..=25).map(|seq| line(seq, 0, "INFO", "a", &long)).collect();
    let store = build(&[House::new("", lines)], root.path());
    let page = page(&store, &request("", Order::NewestFirst, 1_000, None));
    assert_eq!(page.records.len(), 10);
    let pages = paged(&store, "", Order::NewestFirst, &[1_000]);
    assert_eq!(pages.len(), 25);
}

#[test]
fn an_empty_or_missing_log_has_no_records() {
    let root = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    assert_eq!(all(&store, "", Order::NewestFirst).records, []);
    let missing = EmbeddedStore::new(root.path().join("gone"), "shop");
    let error =
        missing.search(&request("", Order::NewestFirst, 1, None), &Stop::default()).unwrap_err();
    assert_eq!(error.to_string(), "listing the segments failed");
}

#[test]
fn only_the_main_log_of_the_service_is_searched() {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", plain_lines(2))], root.path());
    let other = line(9, 9, "INFO", "auth", "").1 + "\n";
    for name in [
        "shop-auth.jsonl",
        "auth.log",
        "shop.jsonl.bak",
        "audit.jsonl",
        "shop.9.jsonl",
        "error.log",
    ] {
        std::fs::write(root.path().join(name), &other).unwrap();
    }
    std::fs::create_dir(root.path().join("instance-x")).unwrap();
    std::fs::write(root.path().join("instance-x/shop.jsonl"), &other).unwrap();
    assert_eq!(seqs(&all(&store, "", Order::OldestFirst)), [1, 2]);
}

#[test]
fn cursors_skip_segments_that_hold_nothing_beyond_them() {
    let root = tempfile::tempdir().unwrap();
    let house = House::new("", plain_lines(30)).cut(10, Form::Plain).cut(10, Form::Plain);
    let store = build(&[house], root.path());
    let cursor = |seq| Some(Cursor { seq, timestamp: 0, directory: String::new() });
    let older = page(&store, &request("", Order::NewestFirst, 100, cursor(11)));
    assert_eq!((older.scanned, seqs(&older)[0]), (10, 10));
    let newer = page(&store, &request("", Order::OldestFirst, 100, cursor(20)));
    assert_eq!((newer.scanned, seqs(&newer)[0]), (10, 21));
}
