//! What is kept between questions changes no answer.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;

use super::houses::{Form, House, build, line};
use super::indexes::{State, harm, index, state};
use super::{all, filter, seqs};
use crate::store::embedded::EmbeddedStore;
use crate::store::embedded::growing::Growing;
use crate::store::{Order, Stop};

/// Questions of every kind that an index, or what is known of an active file, is asked.
const QUESTIONS: [&str; 9] = [
    "",
    "w7",
    "w3 level:error",
    "module:auth",
    "module:auth level:error",
    "user_id:u5",
    "\"näive\"",
    "after:2026-11-04T13:48:00Z before:2026-11-04T13:49:00Z",
    "nowhere",
];

/// A line of some length; some with escapes, and letters that fold to others.
fn record(seq: u64, length: usize) -> String {
    let (level, module) = match seq % 7 {
        0 => ("ERROR", "auth"),
        3 => ("ERROR", "api"),
        _ => ("INFO", "api"),
    };
    let word = match seq % 11 {
        0 => "n\\u00e4ive",
        1 => "NÄIVE",
        _ => "plain",
    };
    let pad = "x".repeat(length);
    let rest = format!(",\"message\":\"w{} {word} {pad}\",\"user_id\":\"u{}\"", seq % 13, seq % 17);
    line(seq, i64::try_from(seq).unwrap(), level, module, &rest).1
}

/// What each of the lines says to each question, by the filter alone.
fn check(store: &EmbeddedStore, lines: &[String]) -> Result<(), TestCaseError> {
    for text in QUESTIONS {
        let filter = filter(text);
        let matching = (1_u64..).zip(lines).filter(|(_, line)| filter.matches(line.as_bytes()));
        let expected: Vec<u64> = matching.map(|(seq, _)| seq).collect();
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let mut found = seqs(&all(store, text, order));
            if order == Order::NewestFirst {
                found.reverse();
            }
            prop_assert_eq!(found, expected.clone(), "{}", text);
        }
    }
    Ok(())
}

fn append(path: &Path, lines: &[String]) {
    let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn fault_36_answers_are_the_same_when_indexes_change_between_questions(
        states in prop::collection::vec(prop::collection::vec(state(), 1..4), 1..5),
        form in prop_oneof![Just(Form::Plain), Just(Form::Packed(4))],
    ) {
        let root = tempfile::tempdir().unwrap();
        let lines: Vec<String> = (1..=60).map(|seq| record(seq, 20)).collect();
        let house = House::new("", (1..).zip(lines.clone()).collect());
        let house = (0..3).fold(house, |house, _| house.cut(20, form));
        let store = build(&[house], root.path()).keeping();
        for states in states {
            index(root.path(), &[State::Whole]);
            settle(root.path());
            check(&store, &lines)?;
            harm(root.path(), &states);
            settle(root.path());
            check(&store, &lines)?;
        }
    }

    #[test]
    fn an_active_file_is_answered_for_while_it_grows(
        steps in prop::collection::vec((1_usize..60, 0_usize..3_000), 1..5),
    ) {
        let root = tempfile::tempdir().unwrap();
        let active = root.path().join("shop.jsonl");
        let store = EmbeddedStore::new(root.path().to_owned(), "shop");
        let mut lines: Vec<String> = Vec::new();
        for (count, length) in steps {
            let from = lines.len() as u64 + 1;
            lines.extend((from..from + count as u64).map(|seq| record(seq, length)));
            append(&active, &lines[lines.len() - count..]);
            check(&store, &lines)?;
        }
        // Half a line is none.
        OpenOptions::new().append(true).open(&active).unwrap().write_all(b"{\"seq\":").unwrap();
        check(&store, &lines)?;
    }
}

/// Gives every index a time of its own, as if a while had gone by since the last change.
fn settle(root: &Path) {
    static TIMES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "idx") {
            let time = TIMES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let file = File::options().write(true).open(path).unwrap();
            let time = std::time::Duration::from_secs(time);
            file.set_modified(std::time::SystemTime::UNIX_EPOCH + time).unwrap();
        }
    }
}

#[test]
fn fault_28_an_active_file_that_was_cut_or_replaced_is_searched_anew() {
    let root = tempfile::tempdir().unwrap();
    let active = root.path().join("shop.jsonl");
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    let ask = |text: &str| seqs(&all(&store, text, Order::OldestFirst)).len();
    let lines = |from: u64, to: u64, length| -> Vec<String> {
        (from..to).map(|seq| record(seq, length)).collect()
    };
    append(&active, &lines(1, 400, 900));
    assert_eq!((ask(""), ask("w7")), (399, 31));
    // Cut, and written anew beyond where it was.
    File::options().write(true).open(&active).unwrap().set_len(0).unwrap();
    assert_eq!(ask(""), 0);
    append(&active, &lines(1_000, 1_600, 800));
    assert_eq!((ask(""), ask("w7")), (600, 46));
    // Another file of that name.
    append(&root.path().join("other"), &lines(1, 800, 900));
    fs::rename(root.path().join("other"), &active).unwrap();
    assert_eq!((ask(""), ask("w7")), (799, 61));
}

#[test]
fn lines_that_are_too_long_or_none_are_told_of_whether_or_not_they_are_read() {
    let root = tempfile::tempdir().unwrap();
    let active = root.path().join("shop.jsonl");
    let long = "y".repeat(super::super::LONGEST_LINE + 1);
    let mut lines: Vec<String> = (1..300).map(|seq| record(seq, 900)).collect();
    lines.insert(150, long);
    lines.insert(50, "nonsense".to_owned());
    append(&active, &lines);
    for text in ["", "level:error", "nowhere", "module:nobody"] {
        let store = EmbeddedStore::new(root.path().to_owned(), "shop");
        for order in [Order::OldestFirst, Order::NewestFirst, Order::OldestFirst] {
            let page = all(&store, text, order);
            let told = page.incomplete.as_deref();
            assert_eq!(told, Some("1 line too long; 1 line damaged"), "{text}");
        }
    }
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    assert_eq!(all(&store, "", Order::NewestFirst).records.len(), 299);
}

#[test]
fn what_is_known_of_an_active_file_spares_blocks_and_serves_who_saw_less_of_it() {
    let root = tempfile::tempdir().unwrap();
    let active = root.path().join("shop.jsonl");
    append(&active, &(1..400).map(|seq| record(seq, 900)).collect::<Vec<_>>());
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    let late = all(&store, "after:2026-11-04T13:53:15Z", Order::OldestFirst);
    assert!(!late.records.is_empty() && late.scanned < 150, "{}", late.scanned);

    let growing = Growing::default();
    let file = File::open(&active).unwrap();
    let ask = |length| growing.index(root.path(), &file, length, &Stop::default());
    let length = file.metadata().unwrap().len();
    let whole = ask(length).unwrap();
    let block = *whole.blocks().first().unwrap();
    assert!(whole.blocks().len() > 4 && block.records > 0);
    // Who has an older snapshot has no use for blocks that go beyond it.
    assert!(ask(u64::from(block.length)).is_none());
    let last = whole.blocks().last().unwrap();
    assert_eq!(last.start + u64::from(last.length), length);
}

#[test]
fn only_so_many_active_files_are_kept_in_mind() {
    let root = tempfile::tempdir().unwrap();
    let lines: Vec<String> = (1..=20).map(|seq| record(seq, 9_000)).collect();
    for number in 0..12 {
        let path = root.path().join(format!("instance-{}", number + 1));
        fs::create_dir(&path).unwrap();
        append(&path.join("shop.jsonl"), &lines);
    }
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    for _ in 0..3 {
        assert_eq!(all(&store, "w7", Order::NewestFirst).records.len(), 24);
    }
}
