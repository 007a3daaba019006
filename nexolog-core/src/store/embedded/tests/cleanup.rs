use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::houses::{Form, House, build, line, text};
use crate::store::embedded::EmbeddedStore;
use crate::store::{CleanupReport, CleanupRequest, Hold, LogStore as _, Removed};

/// A line stamped so many days ago.
fn aged(seq: u64, days: i64) -> (u64, String) {
    let (_, template) = line(seq, 0, "INFO", "auth", "");
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    let stamp = template.split('"').nth(5).unwrap().to_owned();
    (seq, template.replace(&stamp, &format!("{then:.6}")))
}

/// Main log: segments 40 and 20 days old, active with old lines; the same in `instance-1`; module files; foreign files.
fn old_house(root: &Path) -> EmbeddedStore {
    let lines = || vec![aged(1, 50), aged(2, 40), aged(3, 21), aged(4, 20), aged(5, 60)];
    let houses = ["", "instance-1"]
        .map(|name| House::new(name, lines()).cut(2, Form::Both).cut(2, Form::Plain));
    let store = build(&houses, root);
    fs::write(root.join("auth.000000000001.log"), text(&[aged(1, 45)])).unwrap();
    fs::write(root.join("auth.log"), text(&[aged(2, 45)])).unwrap();
    fs::write(root.join("error.000000000002.log"), text(&[aged(2, 45)])).unwrap();
    for foreign in [
        "other.000000000001.jsonl",
        "shop.000000000001.jsonl.bak",
        "shop.1.jsonl",
        "audit.jsonl",
        "notes.txt",
    ] {
        fs::write(root.join(foreign), text(&[aged(1, 99)])).unwrap();
    }
    store
}

fn clean(store: &EmbeddedStore, days: u32, module: Option<&str>, dry_run: bool) -> CleanupReport {
    let older_than_days = Some(days);
    let module = module.map(Into::into);
    run(store, &CleanupRequest { older_than_days, max_bytes: None, module, dry_run }).0
}

/// What a clean-up says, and what it tells of segments that went.
fn run(store: &EmbeddedStore, request: &CleanupRequest) -> (CleanupReport, Vec<Removed>) {
    let mut told = Vec::new();
    let report = store.cleanup(request, &mut |removed| told.push(removed)).unwrap();
    (report, told)
}

fn list(root: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for (prefix, directory) in [("", root.to_owned()), ("instance-1/", root.join("instance-1"))] {
        for entry in fs::read_dir(directory).unwrap() {
            names.push(format!("{prefix}{}", entry.unwrap().file_name().to_str().unwrap()));
        }
    }
    names.sort();
    names
}

#[test]
fn old_sealed_segments_of_all_families_go_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let store = old_house(root.path());
    let before = list(root.path());
    let planned = clean(&store, 30, None, true);
    assert_eq!(list(root.path()), before, "a dry run removes nothing");
    let sizes: u64 =
        planned.files.iter().map(|file| fs::metadata(root.path().join(file)).unwrap().len()).sum();
    assert_eq!(planned.bytes, sizes);
    let done = clean(&store, 30, None, false);
    assert_eq!(done, planned);
    let mut removed = done.files;
    removed.sort();
    let expected: Vec<&str> = [
        "auth.000000000001.log",
        "error.000000000002.log",
        "instance-1/shop.000000000001.jsonl",
        "instance-1/shop.000000000001.jsonl.zst",
        "shop.000000000001.jsonl",
        "shop.000000000001.jsonl.zst",
    ]
    .into_iter()
    .filter(|name| cfg!(feature = "compression") || !name.contains(".zst"))
    .collect();
    assert_eq!(removed, expected);
    assert_eq!(done.range, Some((1, 2)));
    let left: Vec<String> =
        before.into_iter().filter(|name| !expected.contains(&name.as_str())).collect();
    assert_eq!(list(root.path()), left);
    assert_eq!(clean(&store, 30, None, false), CleanupReport::default());
}

#[test]
fn a_module_named_alone_loses_its_own_files_only() {
    let root = tempfile::tempdir().unwrap();
    let store = old_house(root.path());
    assert_eq!(clean(&store, 30, Some("auth"), false).files, ["auth.000000000001.log"]);
    assert_eq!(clean(&store, 30, Some("error"), false).files, ["error.000000000002.log"]);
    for unknown in ["aut", "shop", "../shop", "", "nothing"] {
        assert_eq!(clean(&store, 0, Some(unknown), false), CleanupReport::default(), "{unknown}");
    }
}

#[test]
fn zero_days_takes_every_sealed_segment_but_no_active_file() {
    let root = tempfile::tempdir().unwrap();
    let store = old_house(root.path());
    let report = clean(&store, 0, None, false);
    assert_eq!(report.range, Some((1, 4)));
    let left = list(root.path());
    assert!(
        ["shop.jsonl", "auth.log", "instance-1/shop.jsonl"]
            .iter()
            .all(|name| left.contains(&(*name).into()))
    );
    assert!(!left.iter().any(|name| name.contains("shop.0000") && !name.contains("bak")));
}

#[cfg(unix)]
#[test]
fn fault_29_links_are_neither_followed_nor_removed() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let victim = outside.path().join("shop.000000000001.jsonl");
    fs::write(&victim, text(&[aged(1, 99)])).unwrap();
    let root = tempfile::tempdir().unwrap();
    symlink(&victim, root.path().join("shop.000000000001.jsonl")).unwrap();
    symlink(outside.path(), root.path().join("instance-1")).unwrap();
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    assert_eq!(clean(&store, 0, None, false), CleanupReport::default());
    assert!(victim.exists() && root.path().join("shop.000000000001.jsonl").exists());
}

#[test]
fn a_segment_that_can_not_be_read_goes_by_the_time_of_its_file() {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", Vec::new())], root.path());
    let path = root.path().join("shop.000000000007.jsonl");
    fs::write(&path, "junk\n").unwrap();
    assert_eq!(clean(&store, 1, None, false).files.len(), 0);
    let file = fs::File::options().write(true).open(&path).unwrap();
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(3 * 86_400);
    file.set_modified(then).unwrap();
    let report = clean(&store, 2, None, false);
    assert_eq!((report.files.len(), report.range), (1, Some((7, 7))));
}

#[test]
fn storage_counts_every_file_and_finds_the_oldest_record() {
    let root = tempfile::tempdir().unwrap();
    let store = old_house(root.path());
    let storage = store.storage().unwrap();
    // Foreign names do not count, those of another service's log beside ours do.
    let ours = list(root.path()).into_iter().filter(|name| {
        !["bak", "shop.1.", "audit", "notes"].iter().any(|part| name.contains(part))
            && name != "instance-1"
    });
    let (files, bytes) = ours.fold((0, 0), |(files, bytes), name| {
        (files + 1, bytes + fs::metadata(root.path().join(name)).unwrap().len())
    });
    assert_eq!((storage.files, storage.bytes), (files, bytes));
    let (_, oldest) = aged(1, 50);
    let stamp: jiff::Timestamp = oldest.split('"').nth(5).unwrap().parse().unwrap();
    assert!((storage.oldest.unwrap() - stamp.as_microsecond()).abs() < 60_000_000);
    assert!(storage.free.is_none_or(|free| free > 0));
}

fn limited(max_bytes: u64) -> CleanupRequest {
    CleanupRequest { max_bytes: Some(max_bytes), ..CleanupRequest::default() }
}

fn older_than_a_month() -> CleanupRequest {
    CleanupRequest { older_than_days: Some(30), ..CleanupRequest::default() }
}

/// Segments of two families in turns, each newer than the one before.
fn house_of_turns(root: &Path) -> EmbeddedStore {
    let store = build(&["", "instance-1"].map(|name| House::new(name, Vec::new())), root);
    for number in 1..=6_u64 {
        let family = if number % 2 == 0 { "auth.00000000000" } else { "shop.00000000000" };
        let ending = if number % 2 == 0 { ".log" } else { ".jsonl" };
        let path = root.join(format!("{family}{number}{ending}"));
        fs::write(&path, text(&[aged(number, 0)])).unwrap();
        let then = SystemTime::now() - Duration::from_secs(100 - number);
        fs::File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
    }
    store
}

#[test]
fn the_oldest_of_all_families_together_go_until_the_rest_is_small_enough() {
    let root = tempfile::tempdir().unwrap();
    let store = house_of_turns(root.path());
    let size = |name: &str| fs::metadata(root.path().join(name)).unwrap().len();
    fs::write(root.path().join("shop.000000000005.idx"), vec![0; 1_000]).unwrap();
    let newest = size("shop.000000000005.jsonl") + 1_000 + size("auth.000000000006.log");
    let before = list(root.path());
    let (planned, told) = run(&store, &CleanupRequest { dry_run: true, ..limited(newest) });
    assert!(told.is_empty());
    assert_eq!(list(root.path()), before);
    let (done, told) = run(&store, &limited(newest));
    assert_eq!(done, planned);
    let names = [
        "shop.000000000001.jsonl",
        "auth.000000000002.log",
        "shop.000000000003.jsonl",
        "auth.000000000004.log",
    ];
    assert_eq!(done.files, names);
    assert_eq!((done.range, done.records), (Some((1, 3)), 2));
    let told: Vec<_> =
        told.iter().map(|gone| (gone.first_seq, gone.count, gone.instance)).collect();
    assert_eq!(told, [(1, 1, Some(0)), (2, 0, Some(0)), (3, 1, Some(0)), (4, 0, Some(0))]);
    let bytes = newest - size("auth.000000000006.log");
    let (done, _) = run(&store, &limited(newest - 1));
    assert_eq!(done.files, ["shop.000000000005.idx", "shop.000000000005.jsonl"]);
    assert_eq!(done.bytes, bytes);
}

#[test]
fn a_hold_keeps_a_segment_from_cleaning_up_and_the_report_says_so() {
    let root = tempfile::tempdir().unwrap();
    let store = old_house(root.path());
    store.hold(Hold::query("case-17", "a letter", "seq:2 module:auth")).unwrap();
    let request = older_than_a_month();
    let (planned, _) = run(&store, &CleanupRequest { dry_run: true, ..request.clone() });
    let (done, told) = run(&store, &request);
    assert_eq!(done, planned);
    // The auth file's own sealed segment has the first record only.
    assert_eq!(done.files, ["auth.000000000001.log"]);
    assert_eq!(told.len(), 1);
    let held: Vec<_> = done.held.iter().map(|held| (&*held.file, &*held.hold)).collect();
    let files =
        ["shop.000000000001.jsonl", "error.000000000002.log", "instance-1/shop.000000000001.jsonl"];
    assert_eq!(held.len(), files.len());
    assert!(files.iter().all(|file| held.contains(&(file, "case-17"))), "{held:?}");
    store.release("case-17").unwrap();
    assert_eq!(run(&store, &request).0.held, []);
    assert!(!root.path().join("shop.000000000001.jsonl").exists());
}

#[test]
fn what_goes_is_counted_exactly_for_each_segment() {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", Vec::new())], root.path());
    // Numbers with gaps, a record of Nexolog's own, and junk.
    let own = aged(9, 40).1.replace("\"auth\"", "\"nexolog\"");
    let lines = [aged(5, 40).1, own, "junk".to_owned(), aged(12, 40).1];
    fs::write(root.path().join("shop.000000000005.jsonl"), lines.join("\n") + "\n").unwrap();
    fs::write(root.path().join("shop.000000000100.jsonl"), text(&[aged(100, 40)])).unwrap();
    let (report, told) = run(&store, &older_than_a_month());
    let told: Vec<_> =
        told.iter().map(|gone| (gone.first_seq, gone.last_seq, gone.count, gone.own)).collect();
    assert_eq!(told, [(5, 12, 3, 1), (100, 100, 1, 0)]);
    assert_eq!((report.range, report.records), (Some((5, 100)), 3));
}

#[test]
fn fault_80_the_audit_trail_is_nothing_that_a_cleanup_touches() {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", Vec::new())], root.path());
    let trail = ["audit.jsonl", "audit.000000000001.jsonl", "audit.000000000001.jsonl.zst"];
    for name in trail {
        fs::write(root.path().join(name), text(&[aged(1, 400)])).unwrap();
    }
    let request = CleanupRequest { older_than_days: Some(0), ..limited(0) };
    assert_eq!(run(&store, &request).0, CleanupReport::default());
    let module = Some("audit".to_owned());
    assert_eq!(run(&store, &CleanupRequest { module, ..request }).0, CleanupReport::default());
    assert!(trail.iter().all(|name| root.path().join(name).exists()));
}
