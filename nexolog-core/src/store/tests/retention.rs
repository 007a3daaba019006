use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::tempdir;

use super::support::{FaultyDisk, line, line_at, logs_in, names_in, options};
use crate::store::report::RemovalCause;
use crate::store::{Directory, DirectoryOptions, Removed, StoreReport};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Plants a sealed plain segment of the main log, `days` old by its records and `file_days` by its file.
pub(super) fn plant(root: &Path, family: &str, first_seq: u64, days: u64, file_days: u64) {
    let time = SystemTime::now() - DAY * u32::try_from(days).unwrap();
    let stamp = jiff::Timestamp::try_from(time).unwrap();
    let text: Vec<u8> = (first_seq..first_seq + 10)
        .flat_map(|seq| {
            let module = if seq % 5 == 0 { "nexolog" } else { "orders" };
            line_at(seq, &format!("{stamp:.6}"), module, 300)
        })
        .collect();
    let (stem, ending) = family.split_once('.').unwrap();
    let path = root.join(format!("{stem}.{first_seq:012}.{ending}"));
    fs::write(&path, text).unwrap();
    let modified = SystemTime::now() - DAY * u32::try_from(file_days).unwrap();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_modified(modified).unwrap();
}

/// What a segment of the main log takes on the disk, its index included.
fn size_of(root: &Path, first_seq: u64) -> u64 {
    let names = names_in(root);
    let own = names.iter().filter(|name| name.starts_with(&format!("shop.{first_seq:012}.")));
    let own = own.filter(|name| !name.contains(".log"));
    own.map(|name| fs::metadata(root.join(name)).unwrap().len()).sum()
}

pub(super) fn opened(options: DirectoryOptions) -> (Directory, Vec<StoreReport>) {
    let (mut directory, _) = Directory::open(options).unwrap();
    directory.wait_for_sealer();
    let reports = directory.take_reports();
    (directory, reports)
}

/// First seqs of the segments that are left of the main log.
pub(super) fn kept(root: &Path) -> Vec<u64> {
    let seq = |name: &String| {
        let name = name.strip_suffix(".zst").unwrap_or(name);
        let digits = name.strip_prefix("shop.")?.strip_suffix(".jsonl")?;
        digits.parse().ok().filter(|_| digits.len() >= 12)
    };
    logs_in(root).iter().filter_map(seq).collect()
}

#[test]
fn fault_34_exactly_so_many_segments_are_kept_and_what_is_removed_is_counted() {
    let root = tempdir().unwrap();
    for first in [10, 20, 30, 40] {
        plant(root.path(), "shop.jsonl", first, 0, 0);
    }
    let mut options = options(root.path(), 10_000);
    options.main.max_backups = Some(2);
    let (_directory, reports) = opened(options);
    assert_eq!(kept(root.path()), [30, 40]);
    let removed: Vec<_> = reports
        .iter()
        .map(|report| match report {
            StoreReport::Removed(removed) => {
                assert!(removed.bytes > 0);
                assert!(!removed.damaged);
                let Removed { first_seq, last_seq, count, own, cause, .. } = *removed;
                (first_seq, last_seq, count, own, cause)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let cause = RemovalCause::Count;
    assert_eq!(removed, [(10, 19, 10, 2, cause), (20, 29, 10, 2, cause)]);
}

#[test]
fn an_index_goes_with_its_segment_and_counts_in_its_size() {
    let root = tempdir().unwrap();
    let index = |first: u64| root.path().join(format!("shop.{first:012}.idx"));
    for first in [10, 20, 30] {
        plant(root.path(), "shop.jsonl", first, 0, 0);
        fs::write(index(first), vec![0; 50_000]).unwrap();
    }
    // A module of the service's name has segments of its own, and no index.
    plant(root.path(), "shop.log", 10, 0, 0);
    let mut options = options(root.path(), 10_000);
    options.modules.max_backups = Some(0);
    drop(opened(options.clone()));
    let sizes = [10, 20, 30].map(|first| size_of(root.path(), first));
    options.main.max_total_size = Some(sizes[1] + sizes[2]);
    let (_directory, reports) = opened(options);
    assert_eq!(kept(root.path()), [20, 30]);
    assert!(!index(10).exists() && index(20).exists() && index(30).exists());
    let freed: Vec<u64> = reports
        .iter()
        .filter_map(|report| match report {
            StoreReport::Removed(removed) => removed.family.is_main().then_some(removed.bytes),
            _ => None,
        })
        .collect();
    assert_eq!(freed, [sizes[0]]);
}

#[test]
fn each_family_keeps_to_its_own_limit_and_the_active_file_stays() {
    let root = tempdir().unwrap();
    for first in [10, 20, 30] {
        plant(root.path(), "shop.jsonl", first, 0, 0);
        plant(root.path(), "auth.log", first, 0, 0);
        plant(root.path(), "shop.log", first, 0, 0);
        plant(root.path(), "other.jsonl", first, 0, 0);
    }
    fs::write(root.path().join("auth.log"), line(40)).unwrap();
    let mut options = options(root.path(), 10_000);
    options.modules.max_backups = Some(1);
    options.main.max_backups = Some(2);
    drop(opened(options));
    let names = logs_in(root.path());
    let count = |beginning: &str, middle: &str| {
        let mut of_family = names.clone();
        of_family.retain(|name| name.starts_with(beginning) && name.contains(middle));
        of_family.len()
    };
    assert_eq!(
        (count("shop.", ".jsonl"), count("auth.0", ".log"), count("shop.", ".log")),
        (2, 1, 1)
    );
    assert_eq!(count("other.", ".jsonl"), 3, "another service's log");
    assert_eq!(fs::read(root.path().join("auth.log")).unwrap(), line(40));
}

#[test]
fn fault_48_only_segments_whose_file_and_records_are_both_old_go() {
    let root = tempdir().unwrap();
    plant(root.path(), "shop.jsonl", 10, 40, 40);
    plant(root.path(), "shop.jsonl", 20, 31, 31);
    plant(root.path(), "shop.jsonl", 30, 5, 40);
    plant(root.path(), "shop.jsonl", 40, 40, 40);
    let mut options = options(root.path(), 10_000);
    options.main.max_age = Some(30 * DAY);
    let (_directory, reports) = opened(options);
    assert_eq!(kept(root.path()), [30, 40], "what follows a segment that stays is at least as new");
    assert_eq!(reports.len(), 2);
}

#[test]
fn a_segment_whose_file_is_new_stays_whatever_its_records_say() {
    let root = tempdir().unwrap();
    plant(root.path(), "shop.jsonl", 10, 40, 5);
    let mut options = options(root.path(), 10_000);
    options.main.max_age = Some(30 * DAY);
    drop(opened(options));
    assert_eq!(kept(root.path()), [10]);
}

#[test]
fn fault_48_a_clock_ten_years_ahead_of_the_newest_record_removes_nothing() {
    let root = tempdir().unwrap();
    plant(root.path(), "shop.jsonl", 10, 3650, 3650);
    let time = jiff::Timestamp::try_from(SystemTime::now() - 3649 * DAY).unwrap();
    fs::write(root.path().join("shop.jsonl"), line_at(20, &format!("{time:.6}"), "orders", 0))
        .unwrap();
    let mut options = options(root.path(), 10_000);
    options.main.max_age = Some(30 * DAY);
    let (_directory, reports) = opened(options);
    assert_eq!(kept(root.path()), [10]);
    assert!(reports.is_empty());
}

#[test]
fn the_oldest_go_until_the_family_is_small_enough() {
    let root = tempdir().unwrap();
    for first in [10, 20, 30, 40] {
        plant(root.path(), "shop.jsonl", first, 0, 0);
    }
    drop(opened(options(root.path(), 10_000)));
    let sizes = [10, 20, 30, 40].map(|first| size_of(root.path(), first));
    let mut options = options(root.path(), 10_000);
    options.main.max_total_size = Some(sizes[2] + sizes[3]);
    drop(opened(options.clone()));
    assert_eq!(kept(root.path()), [30, 40]);
    options.main.max_total_size = Some(sizes[2] + sizes[3] - 1);
    drop(opened(options));
    assert_eq!(kept(root.path()), [40]);
}

#[test]
fn the_main_log_gives_way_on_a_disk_that_fills_but_keeps_its_newest_segments() {
    let root = tempdir().unwrap();
    for first in 1..=9 {
        plant(root.path(), "shop.jsonl", first * 10, 0, 0);
        plant(root.path(), "auth.log", first * 10, 0, 0);
    }
    let disk = FaultyDisk::new(0);
    disk.set_free(0);
    let (directory, _) = Directory::open_on(disk, options(root.path(), 10_000)).unwrap();
    directory.wait_for_sealer();
    assert_eq!(kept(root.path()), [50, 60, 70, 80, 90]);
    assert_eq!(logs_in(root.path()).iter().filter(|name| name.starts_with("auth")).count(), 9);
}

#[test]
fn a_damaged_segment_is_removed_when_it_is_due_and_said_to_be_damaged() {
    let root = tempdir().unwrap();
    fs::write(root.path().join("shop.000000000001.jsonl.zst"), b"no frame").unwrap();
    plant(root.path(), "shop.jsonl", 10, 0, 0);
    let mut options = options(root.path(), 10_000);
    options.main.max_backups = Some(1);
    let (_directory, reports) = opened(options);
    assert_eq!(kept(root.path()), [10]);
    assert!(
        matches!(&reports[..], [StoreReport::Removed(Removed { damaged: true, count: 0, .. })]),
        "{reports:?}"
    );
}

#[test]
fn what_an_instance_left_is_sealed_and_kept_within_the_limits_by_who_has_the_log_directory() {
    let root = tempdir().unwrap();
    let beneath = root.path().join("instance-1");
    let busy = root.path().join("instance-2");
    let holder = Directory::open(options(root.path(), 10_000)).unwrap();
    let mut left = Directory::open(options(root.path(), 10_000)).unwrap().0;
    let running = Directory::open(options(root.path(), 10_000)).unwrap();
    let mut main = left.main().unwrap();
    main.append(50, &line(50)).unwrap();
    main.write_out().unwrap();
    drop((holder, left, main));
    for first in [10, 20, 30] {
        plant(&beneath, "shop.jsonl", first, 0, 0);
        plant(&busy, "shop.jsonl", first, 0, 0);
    }

    let mut options = options(root.path(), 10_000);
    options.main.max_backups = Some(2);
    let (_directory, reports) = opened(options);
    assert_eq!(kept(&beneath), [30, 50]);
    assert_eq!(kept(&busy), [10, 20, 30], "a directory that is written is left alone");
    let removed: Vec<_> = reports
        .iter()
        .map(|report| match report {
            StoreReport::Removed(removed) => (removed.instance, removed.first_seq),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(removed, [(Some(1), 10), (Some(1), 20)]);
    drop(running);
}

#[test]
fn fault_34_restarts_and_a_clock_that_goes_astray_leave_exactly_five_segments_and_all_foreign_files()
 {
    let root = tempdir().unwrap();
    let foreign = [
        "shop.eu.000000000001.jsonl",
        "shop.000000000001.jsonl.bak",
        "shop-eu.000000000001.jsonl",
        "shop.1.jsonl",
        "shop.jsonl.1",
        "other.jsonl",
    ];
    for name in foreign {
        fs::write(root.path().join(name), line(1)).unwrap();
    }
    let mut options = options(root.path(), 1_000);
    options.main.max_backups = Some(5);
    options.main.max_age = Some(30 * DAY);
    let times = ["1970-01-01T00:00:00", "2036-03-01T10:00:00", "2026-03-01T10:00:00"];
    let mut sealed = Vec::new();
    for run in 0..4 {
        let (mut directory, _) = Directory::open(options.clone()).unwrap();
        let mut main = directory.main().unwrap();
        for time in times {
            let seq = directory.next_seq();
            sealed.push(seq);
            main.append(seq, &line_at(seq, &format!("{time}.000000Z"), "orders", 300)).unwrap();
            main.rotate().unwrap();
        }
        let seq = directory.next_seq();
        main.append(seq, &line(seq)).unwrap();
        main.write_out().unwrap();
        directory.wait_for_sealer();
        let newest = &sealed[sealed.len().saturating_sub(5)..];
        assert_eq!(kept(root.path()), newest, "run {run}");
        assert_eq!(fs::read(root.path().join("shop.jsonl")).unwrap(), line(seq));
        drop((main, directory));
        // What was active is sealed by the next run, under the number of its first record.
        let (mut directory, _) = Directory::open(options.clone()).unwrap();
        directory.main().unwrap().rotate().unwrap();
        sealed.push(seq);
        directory.wait_for_sealer();
        assert_eq!(kept(root.path()), sealed[sealed.len().saturating_sub(5)..], "run {run}");
    }
    for name in foreign {
        assert_eq!(fs::read(root.path().join(name)).unwrap(), line(1), "{name}");
    }
}

/// So many compressed segments of a line each.
#[cfg(feature = "compression")]
fn plant_many(root: &Path, count: u64) {
    let text = zstd::bulk::compress(&line(1), 1).unwrap();
    for first in 1..=count {
        fs::write(root.join(format!("shop.{first:012}.jsonl.zst")), &text).unwrap();
    }
}

#[cfg(feature = "compression")]
#[test]
fn a_rotation_beside_thousands_of_segments_looks_at_the_new_ones_only() {
    let root = tempdir().unwrap();
    // More by hand, under a tool that counts what is asked of the system.
    let count =
        std::env::var("SEGMENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000);
    plant_many(root.path(), count);
    let disk = FaultyDisk::new(0);
    let mut options = options(root.path(), 1_000);
    options.main.max_backups = Some(u32::try_from(count).unwrap());
    options.main.max_age = Some(30 * DAY);
    let (mut directory, _) = Directory::open_on(disk.clone(), options).unwrap();
    let mut main = directory.main().unwrap();
    directory.wait_for_sealer();
    let rotations = 20;
    let before = disk.operations();
    for _ in 0..rotations {
        let seq = directory.next_seq();
        main.append(seq, &line(seq)).unwrap();
        main.rotate().unwrap();
        directory.wait_for_sealer();
    }
    let each = (disk.operations() - before) / rotations;
    // A listing, what compressing the new segment takes, and what removing the oldest takes.
    assert!(each <= 20, "{each} operations");
    assert_eq!(kept(root.path()).len() as u64, count);
}
