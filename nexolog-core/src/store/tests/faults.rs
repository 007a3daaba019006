use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use tempfile::tempdir;

use super::support::{FaultyDisk, line_of, open, options, seqs_in};
use crate::store::{Directory, Family};

/// What became of the numbers that were given to a family.
#[derive(Default)]
struct Ledger {
    refused: BTreeSet<u64>,
    taken: BTreeSet<u64>,
    discarded: u64,
}

impl Ledger {
    fn append(&mut self, family: &mut Family, seq: u64) {
        let line = line_of(seq, 100 + (seq as usize * 13) % 150);
        match family.append(seq, &line) {
            Ok(()) => self.taken.insert(seq),
            Err(_) => self.refused.insert(seq),
        };
    }
}

/// Fails operations `after..after + count` while 120 lines are logged, heals, logs on, and checks the files.
fn storm(after: usize, count: usize, short: usize, discard: bool) {
    let root = tempdir().unwrap();
    let disk = FaultyDisk::new(short);
    let (mut directory, _) = Directory::open_on(disk.clone(), options(root.path(), 2000)).unwrap();
    let mut main = directory.main().unwrap();
    directory.wait_for_sealer();
    let mut ledger = Ledger::default();
    disk.fail(after, count);
    for batch in 0..30 {
        if batch == 25 {
            disk.heal();
        }
        for _ in 0..4 {
            ledger.append(&mut main, directory.next_seq());
        }
        if main.write_out().is_err() && discard {
            ledger.discarded += main.discard().lines;
        }
    }
    main.write_out().unwrap();
    assert_eq!(main.buffered(), 0);
    directory.close(Instant::now() + Duration::from_secs(30)).unwrap();
    drop((main, directory));

    let present = seqs_in(root.path(), "shop", ".jsonl");
    let context = format!("after {after}, count {count}, short {short}, discard {discard}");
    assert!(present.is_sorted_by(|a, b| a < b), "no line twice, none out of order: {context}");
    let present: BTreeSet<u64> = present.into_iter().collect();
    assert!(present.is_subset(&ledger.taken), "{context}");
    assert_eq!(present.len() as u64 + ledger.discarded, ledger.taken.len() as u64, "{context}");
    assert_eq!(ledger.taken.len() + ledger.refused.len(), 120);
    let torn = fs::exists(root.path().join("shop.jsonl.torn")).unwrap();
    assert!(!torn, "nothing was left torn: {context}");
}

#[test]
fn fault_21_any_operation_may_fail_once_and_every_line_is_accounted_for() {
    for after in 0..60 {
        for short in [0, 1, 77, 400] {
            storm(after, 1, short, false);
        }
    }
}

#[test]
fn fault_18_a_disk_that_is_full_for_a_while_takes_lines_again_when_it_is_freed() {
    for after in 0..40 {
        for count in [2, 7, usize::MAX] {
            storm(after, count, 33, false);
            storm(after, count, 33, true);
        }
    }
}

#[test]
fn fault_21_opening_may_fail_at_any_operation_and_works_afterwards() {
    let mut succeeded = false;
    for after in 0..40 {
        let root = tempdir().unwrap();
        fs::write(root.path().join("shop.jsonl"), [line_of(1, 0), b"torn".to_vec()].concat())
            .unwrap();
        fs::write(root.path().join("auth.log"), [line_of(1, 0), b"torn".to_vec()].concat())
            .unwrap();
        let disk = FaultyDisk::new(2);
        disk.fail(after, 1);
        match Directory::open_on(disk.clone(), options(root.path(), 2000)) {
            Ok(_) => succeeded = true,
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains(&*root.path().to_string_lossy()), "{text}");
            }
        }
        let (mut directory, _) = open(root.path(), 2000);
        let mut main = directory.main().unwrap();
        let seq = directory.next_seq();
        main.append(seq, &line_of(seq, 0)).unwrap();
        main.write_out().unwrap();
        assert_eq!(seqs_in(root.path(), "shop", ".jsonl"), [1, seq]);
    }
    assert!(succeeded);
}

#[test]
fn fault_21_after_a_failed_sync_the_file_is_left_and_a_new_one_begun() {
    let root = tempdir().unwrap();
    let disk = FaultyDisk::new(0);
    let (mut directory, _) =
        Directory::open_on(disk.clone(), options(root.path(), 100_000)).unwrap();
    let mut main = directory.main().unwrap();
    directory.wait_for_sealer();
    main.append(1, &line_of(1, 0)).unwrap();
    main.write_out().unwrap();
    disk.fail(0, 1);
    main.sync().unwrap_err();
    disk.heal();
    main.append(2, &line_of(2, 0)).unwrap();
    main.sync().unwrap();
    assert_eq!(fs::read(root.path().join("shop.jsonl")).unwrap(), line_of(2, 0));
    directory.wait_for_sealer();
    assert_eq!(seqs_in(root.path(), "shop", ".jsonl"), [1, 2]);
}

#[test]
fn a_buffer_stays_bounded_while_the_disk_takes_nothing() {
    let root = tempdir().unwrap();
    let disk = FaultyDisk::new(0);
    let (mut directory, _) =
        Directory::open_on(disk.clone(), options(root.path(), 1 << 30)).unwrap();
    let mut main = directory.main().unwrap();
    disk.fail(0, usize::MAX);
    let refused = (1..=20_000).filter(|&seq| main.append(seq, &line_of(seq, 200)).is_err()).count();
    assert!(main.buffered() <= 1 << 20);
    assert_eq!(main.buffered() / 200 + refused, 20_000);
}
