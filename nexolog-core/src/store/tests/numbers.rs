use std::fs;
use std::time::{Duration, Instant};

use tempfile::tempdir;

use super::support::{FaultyDisk, line, line_of, open, options, seqs_in};
use crate::store::names::STATE_FILE;
use crate::store::{Directory, Family, Recovered};

fn write(directory: &mut Directory, family: &mut Family, count: u64) -> Vec<u64> {
    let seqs: Vec<u64> = (0..count).map(|_| directory.next_seq()).collect();
    for &seq in &seqs {
        family.append(seq, &line(seq)).unwrap();
    }
    family.write_out().unwrap();
    seqs
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

#[test]
fn clean_ends_leave_no_gap_and_keep_the_id() {
    let root = tempdir().unwrap();
    let mut id = None;
    for run in 0..3_u64 {
        let (mut directory, opening) = open(root.path(), 500);
        assert_eq!(opening.recovered, None);
        let mut main = directory.main().unwrap();
        let first = run * 5 + 1;
        assert_eq!(write(&mut directory, &mut main, 5), (first..first + 5).collect::<Vec<_>>());
        assert_eq!(id.get_or_insert(directory.id().to_owned()), directory.id());
        directory.close(soon()).unwrap();
    }
    assert_eq!(seqs_in(root.path(), "shop", ".jsonl"), (1..=15).collect::<Vec<_>>());
}

#[test]
fn after_a_crash_numbers_skip_ahead_and_the_gap_is_told_exactly() {
    let root = tempdir().unwrap();
    let mut given = Vec::new();
    for run in 0..5 {
        let (mut directory, opening) = open(root.path(), 500);
        let mut main = directory.main().unwrap();
        let seqs = write(&mut directory, &mut main, 7);
        if run > 0 {
            let last = *given.last().unwrap();
            let gap = Some((last + 1, seqs[0] - 1));
            assert_eq!(opening.recovered, Some(Recovered { gap, torn_bytes: 0 }));
        }
        given.extend(seqs);
        // Dropped without `close`: as a crash.
    }
    assert!(given.is_sorted_by(|a, b| a < b), "{given:?}");
    assert_eq!(seqs_in(root.path(), "shop", ".jsonl"), given);
}

#[test]
fn numbers_that_were_given_out_and_not_written_do_not_come_again() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), 500);
    let mut last = 0;
    for _ in 0..2_500_000 {
        last = directory.next_seq();
    }
    drop(directory);
    let (mut directory, _) = open(root.path(), 500);
    assert!(directory.next_seq() > last);
}

#[test]
fn a_lost_or_damaged_state_is_made_up_for_by_the_files() {
    for damage in [None, Some(&b""[..]), Some(b"{\"id\":\"x\",\"reserved\":1"), Some(&[0; 100])] {
        for clean in [true, false] {
            for rotated in [true, false] {
                let root = tempdir().unwrap();
                let (mut directory, _) = open(root.path(), 100_000);
                let mut main = directory.main().unwrap();
                let last = *write(&mut directory, &mut main, 50).last().unwrap();
                if rotated {
                    main.rotate().unwrap();
                    directory.wait_for_sealer();
                }
                if clean {
                    directory.close(soon()).unwrap();
                }
                drop((main, directory));
                let state = root.path().join(STATE_FILE);
                match damage {
                    Some(bytes) => fs::write(&state, bytes).unwrap(),
                    None => fs::remove_file(&state).unwrap(),
                }
                let (mut directory, opening) = open(root.path(), 100_000);
                let next = directory.next_seq();
                assert!(next > last + 500_000, "{next} after {last}");
                // Without compression the sealed file is plain and can be read as well.
                let gap = Some((last + 1, next - 1));
                assert_eq!(opening.recovered, Some(Recovered { gap, torn_bytes: 0 }));
            }
        }
    }
}

#[test]
fn every_flipped_bit_of_the_state_is_noticed_and_no_number_repeats() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), 100_000);
    let mut main = directory.main().unwrap();
    let last = *write(&mut directory, &mut main, 3).last().unwrap();
    directory.close(soon()).unwrap();
    drop((main, directory));
    let state = root.path().join(STATE_FILE);
    let good = fs::read(&state).unwrap();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        fs::write(&state, &bad).unwrap();
        let (mut directory, _) = open(root.path(), 100_000);
        assert!(directory.next_seq() > last + 1, "byte {at}");
    }
}

#[test]
fn an_old_state_put_back_does_not_repeat_numbers() {
    let root = tempdir().unwrap();
    let state = root.path().join(STATE_FILE);
    let (mut directory, _) = open(root.path(), 100_000);
    directory.close(soon()).unwrap();
    drop(directory);
    let old = fs::read(&state).unwrap();
    let (mut directory, _) = open(root.path(), 100_000);
    let mut main = directory.main().unwrap();
    let last = *write(&mut directory, &mut main, 20).last().unwrap();
    directory.close(soon()).unwrap();
    drop((main, directory));
    fs::write(&state, old).unwrap();
    let (mut directory, _) = open(root.path(), 100_000);
    assert!(directory.next_seq() > last);
}

#[test]
fn a_disk_that_takes_no_state_for_long_does_not_stop_the_numbers() {
    let root = tempdir().unwrap();
    let disk = FaultyDisk::new(0);
    let (mut directory, _) =
        Directory::open_on(disk.clone(), options(root.path(), 1_000_000)).unwrap();
    let mut main = directory.main().unwrap();
    directory.wait_for_sealer();
    disk.fail(0, usize::MAX);
    let mut last = 0;
    for _ in 0..1_700_000 {
        let seq = directory.next_seq();
        assert_eq!(seq, last + 1);
        last = seq;
    }
    assert!(!directory.take_reports().is_empty(), "the failure is told");
    disk.heal();
    main.append(last, &line_of(last, 200)).unwrap();
    main.write_out().unwrap();
    drop((main, directory));
    let (mut directory, _) = open(root.path(), 1_000_000);
    assert!(directory.next_seq() > last);
}

#[test]
fn ids_of_directories_differ() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let (one, two) = (open(one.path(), 500).0, open(two.path(), 500).0);
    assert_ne!(one.id(), two.id());
    assert_eq!(one.id().len(), 32);
}
