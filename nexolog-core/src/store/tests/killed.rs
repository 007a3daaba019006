//! A process that is killed at any one of its operations on the disk: while it opens, appends, rotates, compresses, or
//! removes.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use tempfile::tempdir;

use super::recovery::contents_of;
use super::support::{FaultyDisk, line_of, names_in, options, seqs_in};
use crate::store::{Directory, DirectoryOptions};

const CHILD: &str = "store::tests::killed::writes_until_it_dies";

/// Segments that are kept, of five lines each.
const KEPT: usize = 2;

fn settings(root: &Path) -> DirectoryOptions {
    let mut options = options(root, 1_000);
    options.main.max_backups = Some(u32::try_from(KEPT).unwrap());
    options
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap()
}

#[test]
#[ignore = "a child of the test below"]
fn writes_until_it_dies() {
    let Ok(root) = std::env::var("NEXOLOG_TEST_ROOT") else { return };
    let disk = FaultyDisk::new(variable("SHORT").parse().unwrap());
    disk.die_at(variable("DIES_AT").parse().unwrap());
    let confirmed = File::options().write(true).open(variable("CONFIRMED")).unwrap();
    let (mut directory, _) = Directory::open_on(disk, settings(Path::new(&root))).unwrap();
    let mut main = directory.main().unwrap();
    for _ in 0..30 {
        let seq = directory.next_seq();
        main.append(seq, &line_of(seq, 200)).unwrap();
        main.write_out().unwrap();
        // In the kernel's hands, so it outlives the process.
        confirmed.write_all_at(&seq.to_le_bytes(), 0).unwrap();
        // So that each run comes to the same operations in the same order.
        directory.wait_for_sealer();
    }
    directory.close(std::time::Instant::now() + std::time::Duration::from_secs(30)).unwrap();
}

/// Runs the child; `false` when it lived to its end. Gives what was confirmed.
fn run(root: &Path, dies_at: usize, short: usize) -> (bool, u64) {
    let outside = tempdir().unwrap();
    let confirmed = outside.path().join("confirmed");
    File::create(&confirmed).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", CHILD, "--include-ignored"])
        .env("NEXOLOG_TEST_ROOT", root)
        .env("DIES_AT", dies_at.to_string())
        .env("SHORT", short.to_string())
        .env("CONFIRMED", &confirmed)
        .output()
        .unwrap();
    let killed = output.status.signal() == Some(9);
    assert!(killed || output.status.success(), "{output:?}");
    let bytes = fs::read(confirmed).unwrap();
    (killed, bytes.try_into().map_or(0, u64::from_le_bytes))
}

/// Nothing that was confirmed is missing but whole old segments, and nothing is there twice.
fn check(root: &Path, confirmed: u64, context: &str) {
    let present = seqs_in(root, "shop", ".jsonl");
    assert!(present.is_sorted_by(|a, b| a < b), "{context}: {present:?}");
    let Some(&first) = present.first() else { return assert_eq!(confirmed, 0, "{context}") };
    let present: BTreeSet<u64> = present.into_iter().collect();
    let missing: Vec<u64> = (first..=confirmed).filter(|seq| !present.contains(seq)).collect();
    assert!(missing.is_empty(), "{context}: {missing:?} were confirmed and are gone");
    assert_eq!((first - 1) % 5, 0, "{context}: only whole segments go");
    let kept = present.len() as u64;
    assert!(first == 1 || kept >= 5 * KEPT as u64, "{context}: {kept} are left");
}

#[test]
fn fault_2_a_kill_at_any_operation_loses_and_doubles_no_line_and_is_mended_once() {
    let mut killed = 0;
    loop {
        let root = tempdir().unwrap();
        let short = [0, 50][killed % 2];
        let context = format!("killed at operation {killed}, {short} bytes into a write");
        let (was_killed, confirmed) = run(root.path(), killed, short);
        let mend = || {
            let (directory, _) = Directory::open(settings(root.path())).unwrap();
            directory.wait_for_sealer();
            drop(directory);
            contents_of(root.path())
        };
        let mended = mend();
        check(root.path(), confirmed, &context);
        let names = names_in(root.path());
        let is_unfinished = |name: &String| {
            let ending = name.rsplit('.').next();
            let is_sealed = ending == Some("jsonl") && name != "shop.jsonl";
            (is_sealed && cfg!(feature = "compression")) || ending == Some("tmp")
        };
        assert!(!names.iter().any(is_unfinished), "{context}: {names:?}");
        assert_eq!(mend(), mended, "{context}: opening again changes nothing");
        if !was_killed {
            break;
        }
        killed += 1;
    }
    assert!(killed > 70, "the child has {killed} operations only");
}
