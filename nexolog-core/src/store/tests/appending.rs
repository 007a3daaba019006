use std::fs;
use std::time::{Duration, Instant};

use tempfile::tempdir;

use super::support::{line, line_of, logs_in, names_in, open, seqs_in, seqs_of, text_of};
use crate::store::StoreReport;
use crate::store::discarded::Discarded;
use crate::store::report::ReopenCause;

const LIMIT: u64 = 1000;

/// Lengths of the files after writing lines of these lengths, the sealed ones first.
fn lengths_after(lines: &[usize]) -> Vec<usize> {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), LIMIT);
    let mut main = directory.main().unwrap();
    for &len in lines {
        main.append(directory.next_seq(), &line_of(directory.sequence_peek() - 1, len)).unwrap();
    }
    main.write_out().unwrap();
    directory.wait_for_sealer();
    let mut names = logs_in(root.path());
    names.sort_by_key(|name| (name == "shop.jsonl", name.clone()));
    names.iter().map(|name| text_of(&root.path().join(name)).len()).collect()
}

#[test]
fn a_file_grows_to_its_limit_exactly_and_not_past_it() {
    assert_eq!(lengths_after(&[500, 499]), [999]);
    assert_eq!(lengths_after(&[500, 500]), [1000]);
    assert_eq!(lengths_after(&[500, 501]), [500, 501]);
    assert_eq!(lengths_after(&[500, 500, 200]), [1000, 200]);
}

#[test]
fn a_record_of_any_size_is_never_split_and_leaves_no_empty_file() {
    assert_eq!(lengths_after(&[999]), [999]);
    assert_eq!(lengths_after(&[1000]), [1000]);
    assert_eq!(lengths_after(&[1001]), [1001]);
    assert_eq!(lengths_after(&[5000, 5000]), [5000, 5000]);
    assert_eq!(lengths_after(&[200, 5000, 200]), [200, 5000, 200]);
}

#[test]
fn an_empty_file_is_not_rotated() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), LIMIT);
    let mut main = directory.main().unwrap();
    main.rotate().unwrap();
    main.rotate().unwrap();
    assert_eq!(logs_in(root.path()), ["shop.jsonl"]);
}

#[test]
fn a_rotated_file_is_named_by_its_first_seq_also_after_a_restart() {
    let root = tempdir().unwrap();
    {
        let (mut directory, _) = open(root.path(), LIMIT);
        let mut main = directory.main().unwrap();
        for _ in 0..3 {
            let seq = directory.next_seq();
            main.append(seq, &line(seq)).unwrap();
        }
        main.write_out().unwrap();
        directory.close(soon()).unwrap();
    }
    let (mut directory, _) = open(root.path(), LIMIT);
    let mut main = directory.main().unwrap();
    let seq = directory.next_seq();
    assert_eq!(seq, 4);
    main.append(seq, &line(seq)).unwrap();
    main.rotate().unwrap();
    directory.wait_for_sealer();
    let names = logs_in(root.path());
    assert!(names[0].starts_with("shop.000000000001.jsonl"), "{names:?}");
    assert_eq!(seqs_of(&text_of(&root.path().join(&names[0]))), [1, 2, 3, 4]);
}

#[test]
fn nothing_reaches_the_file_before_it_is_written_out() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), LIMIT);
    let mut main = directory.main().unwrap();
    main.append(1, &line(1)).unwrap();
    assert_eq!(main.buffered(), line(1).len());
    assert_eq!(fs::read(root.path().join("shop.jsonl")).unwrap(), b"");
    main.sync().unwrap();
    assert_eq!(main.buffered(), 0);
    assert_eq!(fs::read(root.path().join("shop.jsonl")).unwrap(), line(1));
}

#[test]
fn a_line_without_its_newline_gets_one() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), LIMIT);
    let mut main = directory.main().unwrap();
    for seq in 1..=2 {
        main.append(seq, line(seq).trim_ascii_end()).unwrap();
    }
    main.write_out().unwrap();
    assert_eq!(seqs_in(root.path(), "shop", ".jsonl"), [1, 2]);
}

#[test]
fn families_do_not_touch_each_other() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), 300);
    let mut families = [
        directory.main().unwrap(),
        directory.module("shop").unwrap(),
        directory.module("error").unwrap(),
        directory.module("shop-auth").unwrap(),
    ];
    for (seq, turn) in (1..=20).zip([1, 2, 3, 0].into_iter().cycle()) {
        families[turn].append(seq, &line(seq)).unwrap();
    }
    for family in &mut families {
        family.write_out().unwrap();
    }
    directory.wait_for_sealer();
    assert_eq!(seqs_in(root.path(), "shop", ".jsonl"), [4, 8, 12, 16, 20]);
    assert_eq!(seqs_in(root.path(), "shop", ".log"), [1, 5, 9, 13, 17]);
    assert_eq!(seqs_in(root.path(), "error", ".log"), [2, 6, 10, 14, 18]);
    assert_eq!(seqs_in(root.path(), "shop-auth", ".log"), [3, 7, 11, 15, 19]);
}

#[test]
fn a_family_is_open_once_at_a_time() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), LIMIT);
    let first = directory.module("auth").unwrap();
    assert!(directory.module("auth").is_err());
    drop(first);
    assert!(directory.module("auth").is_ok());
}

#[test]
fn discarded_lines_are_counted_and_later_ones_are_written() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), LIMIT);
    let mut main = directory.main().unwrap();
    for seq in 1..=3 {
        main.append(seq, &line(seq)).unwrap();
    }
    let bytes = (line(1).len() * 3) as u64;
    assert_eq!(main.discard(), Discarded { lines: 3, bytes, range: Some((1, 3)) });
    assert_eq!(main.discard(), Discarded::default());
    main.append(4, &line(4)).unwrap();
    main.rotate().unwrap();
    directory.wait_for_sealer();
    assert!(logs_in(root.path())[0].starts_with("shop.000000000004."));
}

#[test]
fn fault_27_a_removed_directory_is_made_again_with_all_that_belongs_in_it() {
    let root = tempdir().unwrap();
    let logs = root.path().join("logs");
    let (mut directory, _) = open(&logs, LIMIT);
    let mut main = directory.main().unwrap();
    main.append(1, &line(1)).unwrap();
    main.write_out().unwrap();
    fs::remove_dir_all(&logs).unwrap();
    main.append(2, &line(2)).unwrap();
    main.rotate().unwrap();
    main.append(3, &line(3)).unwrap();
    main.write_out().unwrap();

    let reports = directory.take_reports();
    let [StoreReport::Reopened { cause, .. }] = &reports[..] else { panic!("{reports:?}") };
    assert_eq!(*cause, ReopenCause::Removed);
    assert_eq!(names_in(&logs), ["nexolog.lock", "nexolog.state", "shop.jsonl"]);
    assert_eq!(seqs_in(&logs, "shop", ".jsonl"), [3]);
    let (_, opening) = open(&logs, LIMIT);
    assert_eq!(opening.instance, Some(1), "the new lock guards the new directory");
}

#[test]
fn fault_28_a_file_that_logrotate_moved_or_cut_is_left_to_it() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), LIMIT);
    let mut main = directory.main().unwrap();
    let active = root.path().join("shop.jsonl");
    let mut write = |seq| {
        main.append(seq, &line(seq)).unwrap();
        main.sync().unwrap();
        // Makes the family look after its file with the next write.
        main.look_again();
    };
    write(1);
    fs::rename(&active, root.path().join("moved")).unwrap();
    write(2);
    fs::copy(&active, root.path().join("copied")).unwrap();
    fs::OpenOptions::new().write(true).open(&active).unwrap().set_len(0).unwrap();
    write(3);
    write(4);

    assert_eq!(fs::read(root.path().join("moved")).unwrap(), line(1));
    assert_eq!(fs::read(root.path().join("copied")).unwrap(), line(2));
    assert_eq!(fs::read(&active).unwrap(), [line(3), line(4)].concat());
    let causes: Vec<_> = directory
        .take_reports()
        .into_iter()
        .map(|report| match report {
            StoreReport::Reopened { cause, lines, .. } => (cause, lines),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(causes, [(ReopenCause::Renamed, 1), (ReopenCause::Truncated, 1)]);
}

#[test]
fn text_that_somebody_added_without_a_newline_is_not_glued_to_a_record() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), LIMIT);
    let mut main = directory.main().unwrap();
    main.append(1, &line(1)).unwrap();
    main.write_out().unwrap();
    let active = root.path().join("shop.jsonl");
    fs::write(&active, [line(1), b"oops".to_vec()].concat()).unwrap();
    main.look_again();
    main.append(2, &line(2)).unwrap();
    main.write_out().unwrap();
    assert_eq!(seqs_in(root.path(), "shop", ".jsonl"), [1, 2]);
    assert_eq!(fs::read(root.path().join("shop.jsonl.torn")).unwrap(), b"oops\n");
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}
