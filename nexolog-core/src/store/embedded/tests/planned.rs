//! That what need not be read is not read.

use super::houses::{Form, House, build, line};
use super::indexes::{State, index};
use super::{all, page, request, seqs};
use crate::store::embedded::EmbeddedStore;
use crate::store::{Cursor, Order};

/// 200 records of 10 users and one rare word, a second apart, in five segments of ten blocks; none is active.
fn store(root: &std::path::Path, form: Form) -> EmbeddedStore {
    let lines = (1..=200_u64).map(|seq| {
        let (level, module) = match seq {
            60 => ("ERROR", "auth"),
            _ if seq % 7 == 0 => ("ERROR", "api"),
            _ => ("INFO", if seq % 2 == 0 { "auth" } else { "api" }),
        };
        let word = if seq == 123 { "Überraschung" } else { "nothing" };
        let rest = format!(
            ",\"message\":\"{word} happened\",\"request_id\":\"r-{seq:04}\",\"fields\":{{\"part\":{}}}",
            seq / 50
        );
        line(seq, i64::try_from(seq).unwrap(), level, module, &rest)
    });
    let house = (0..5).fold(House::new("", lines.collect()), |house, _| house.cut(40, form));
    let store = build(&[house], root);
    index(root, &[State::Whole]);
    // The second time a question is asked, heads are known.
    store.keeping()
}

#[test]
fn only_blocks_that_may_have_it_are_read() {
    let cases: &[(&str, &[u64], u64)] = &[
        ("request_id:r-0077", &[77], 4),
        ("r-0077", &[77], 4),
        ("0077", &[77], 4),
        ("überrasch", &[123], 4),
        ("ÜBER*ung", &[123], 4),
        ("/happen.*ed/ request_id:r-0001,r-0200", &[1, 200], 8),
        ("request_id:r-9999", &[], 0),
        ("nowhere", &[], 0),
        // Only in one block does a line of that level have that module.
        ("module:auth level:error", &[60], 4),
        ("part:4", &[200], 4),
        ("absent:*", &[], 0),
        ("module:celery", &[], 0),
        ("level:critical", &[], 0),
        ("before:2026-11-04T13:46:45Z", &[1, 2, 3, 4], 4),
        ("after:2026-11-04T13:50:00Z", &[200], 4),
    ];
    for form in [Form::Plain, Form::Packed(4)] {
        let root = tempfile::tempdir().unwrap();
        let store = store(root.path(), form);
        for (text, wanted, scanned) in cases {
            for order in [Order::OldestFirst, Order::NewestFirst] {
                let found = all(&store, text, order);
                let mut found_seqs = seqs(&found);
                found_seqs.sort_unstable();
                assert_eq!(found_seqs, *wanted, "{text}");
                // Blocks of plain segments are smaller here.
                let is_packed = matches!(form, Form::Packed(_));
                let is_right = found.scanned == *scanned || !is_packed && found.scanned < *scanned;
                assert!(is_right, "{text}: {}", found.scanned);
                assert_eq!(found.incomplete, None);
            }
        }
    }
}

#[test]
fn a_cursor_goes_on_in_the_block_that_it_is_in() {
    let root = tempfile::tempdir().unwrap();
    let store = store(root.path(), Form::Packed(4));
    let cursor = |seq| Some(Cursor { seq, timestamp: 0, directory: String::new() });
    let older = page(&store, &request("", Order::NewestFirst, 6, cursor(103)));
    assert_eq!(seqs(&older), [102, 101, 100, 99, 98, 97]);
    assert_eq!(older.scanned, 6);
    let newer = page(&store, &request("", Order::OldestFirst, 6, cursor(98)));
    assert_eq!(seqs(&newer), [99, 100, 101, 102, 103, 104]);
    assert_eq!(newer.scanned, 6);
}

#[test]
fn fault_50_among_very_many_ids_each_is_found() {
    let root = tempfile::tempdir().unwrap();
    let id = |seq: u64| format!("{:016x}", seq.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let lines = (1..=20_000_u64).map(|seq| {
        let rest = format!(",\"request_id\":\"{}\",\"user_id\":\"u{seq}\"", id(seq));
        line(seq, i64::try_from(seq).unwrap(), "INFO", "auth", &rest)
    });
    let store =
        build(&[House::new("", lines.collect()).cut(20_000, Form::Packed(500))], root.path());
    index(root.path(), &[State::Whole]);
    for seq in (1..=20_000).step_by(997) {
        for text in [format!("request_id:{}", id(seq)), format!("user_id:u{seq}"), id(seq)] {
            let found = all(&store, &text, Order::NewestFirst);
            assert_eq!(seqs(&found), [seq], "{text}");
            // A filter may err now and then.
            assert!(found.scanned <= 1_500, "{text}: {}", found.scanned);
        }
    }
}

#[test]
fn fault_48_what_is_left_out_unread_may_be_where_another_directory_goes_on() {
    for form in [Form::Plain, Form::Packed(2)] {
        let root = tempfile::tempdir().unwrap();
        // In `instance-1` the clock was ahead for a moment; no index leads there, for nothing is found there.
        let ahead = [(1, 10, "no"), (2, 900, "no"), (3, 20, "wanted"), (4, 21, "no")];
        let lines = |lines: &[(u64, i64, &str)]| {
            let line = |(seq, second, word): &(u64, i64, &str)| {
                line(*seq, *second, "INFO", "auth", &format!(",\"message\":\"{word}\""))
            };
            lines.iter().map(line).collect::<Vec<_>>()
        };
        let houses = [
            House::new("", lines(&[(1, 100, "wanted")])),
            House::new("instance-1", lines(&ahead)).cut(4, form),
        ];
        let store = build(&houses, root.path());
        index(root.path(), &[State::Whole]);
        let first = page(&store, &request("wanted", Order::OldestFirst, 1, None));
        assert_eq!(first.records[0].0.directory, "");
        let second = page(&store, &request("wanted", Order::OldestFirst, 9, first.next_cursor));
        assert_eq!(seqs(&second), [3], "{form:?}");
    }
}
