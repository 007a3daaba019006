use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::houses::{Form, House, build, line, plain_lines};
use super::{all, seqs};
use crate::store::embedded::EmbeddedStore;
use crate::store::embedded::left_out::LeftOut;
use crate::store::embedded::lines::Lines;
use crate::store::embedded::snapshot;
use crate::store::names::FamilyName;
use crate::store::{Directory, DirectoryOptions, Limits, LogStore as _, Order, StatsRequest, Stop};

fn limits(max_file_size: u64) -> Limits {
    Limits { max_file_size, max_backups: None, max_age: None, max_total_size: None }
}

fn read_all(directory: snapshot::Directory) -> (Vec<u64>, LeftOut) {
    let mut lines = Lines::new(
        directory,
        FamilyName::main("shop"),
        Order::OldestFirst,
        std::sync::Arc::default(),
    );
    let mut left_out = LeftOut::default();
    let mut seqs = Vec::new();
    while let Some(found) = lines.next(&Stop::default(), false, &mut left_out) {
        seqs.push(found.seq);
    }
    (seqs, left_out)
}

#[test]
fn what_is_sealed_and_packed_after_the_snapshot_is_still_read() {
    let root = tempfile::tempdir().unwrap();
    let house = House::new("", plain_lines(10)).cut(4, Form::Plain);
    build(&[house], root.path());
    let family = FamilyName::main("shop");
    let snapshot = snapshot::take(root.path(), &family).unwrap().remove(0);
    // Everything changes its form.
    std::fs::rename(root.path().join("shop.jsonl"), root.path().join("shop.000000000005.jsonl"))
        .unwrap();
    if cfg!(feature = "compression") {
        let packed = super::houses::packed(&plain_lines(4), 2);
        std::fs::write(root.path().join("shop.000000000001.jsonl.zst"), packed).unwrap();
        std::fs::remove_file(root.path().join("shop.000000000001.jsonl")).unwrap();
    }
    let (seqs, left_out) = read_all(snapshot);
    assert_eq!(seqs, (1..=10).collect::<Vec<u64>>());
    assert_eq!(left_out, LeftOut::default());
}

#[test]
fn what_was_sealed_between_two_looks_counts_once_and_whole() {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", plain_lines(10)).cut(4, Form::Plain)], root.path());
    // As if the active file had been opened first, and then written to, sealed and listed.
    let sealed = super::houses::text(&plain_lines(12)[4..]);
    std::fs::write(root.path().join("shop.000000000005.jsonl"), sealed).unwrap();
    assert_eq!(seqs(&all(&store, "", Order::OldestFirst)), (1..=12).collect::<Vec<u64>>());
}

#[test]
fn what_retention_takes_after_the_snapshot_is_told() {
    let root = tempfile::tempdir().unwrap();
    build(&[House::new("", plain_lines(10)).cut(4, Form::Plain)], root.path());
    let snapshot = snapshot::take(root.path(), &FamilyName::main("shop")).unwrap().remove(0);
    std::fs::remove_file(root.path().join("shop.000000000001.jsonl")).unwrap();
    let (seqs, left_out) = read_all(snapshot);
    assert_eq!(seqs, (5..=10).collect::<Vec<u64>>());
    assert_eq!(left_out.describe().as_deref(), Some("1 segment removed meanwhile"));
}

#[test]
fn fault_33_a_reader_beside_a_writer_sees_every_record_once() {
    let root = tempfile::tempdir().unwrap();
    let options = DirectoryOptions {
        root: root.path().to_owned(),
        service: "shop".into(),
        main: limits(4_000),
        modules: limits(4_000),
    };
    let (mut directory, _) = Directory::open(options).unwrap();
    let mut main = directory.main().unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let store = EmbeddedStore::new(root.path().to_owned(), "shop");
            let mut seen = 0;
            let mut rounds = 0;
            loop {
                let was_done = is_done.load(Ordering::Acquire);
                for order in [Order::OldestFirst, Order::NewestFirst] {
                    let found = all(&store, "", order);
                    let mut seqs = seqs(&found);
                    if order == Order::NewestFirst {
                        seqs.reverse();
                    }
                    // A moment's answer has no gap and no double, and never goes back behind an earlier one.
                    assert!(seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{seqs:?}");
                    assert!(seqs.len() >= seen);
                    assert_eq!(found.incomplete, None);
                    seen = seqs.len();
                }
                rounds += 1;
                if was_done {
                    return (seen, rounds);
                }
            }
        });
        for _ in 0..3_000 {
            let seq = directory.next_seq();
            let (_, text) =
                line(seq, i64::try_from(seq).unwrap(), "INFO", "auth", ",\"message\":\"hello\"");
            main.append(seq, format!("{text}\n").as_bytes()).unwrap();
            main.write_out().unwrap();
        }
        is_done.store(true, Ordering::Release);
        let (seen, rounds) = reader.join().unwrap();
        assert_eq!(seen, 3_000);
        assert!(rounds > 0);
    });
    directory.close(Instant::now() + Duration::from_secs(10)).ok();
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    let stats = store
        .stats(&StatsRequest { filter: super::filter(""), interval: None }, &Stop::default())
        .unwrap();
    assert_eq!((stats.total, stats.incomplete), (3_000, None));
}
