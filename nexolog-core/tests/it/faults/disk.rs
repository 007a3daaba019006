use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use nexolog_core::{Console, Nexolog};
use tempfile::TempDir;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::child;
use crate::ledger::{self, Ledger};

/// A disk of four megabytes.
struct SmallDisk {
    mount: TempDir,
}

impl SmallDisk {
    /// `None`, with a word why, where this process may not mount.
    fn mount() -> Option<SmallDisk> {
        let mount = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(mount.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(SmallDisk { mount }),
            other => {
                eprintln!("SKIPPED: a small disk can't be mounted: {other:?}");
                None
            }
        }
    }

    fn logs(&self) -> PathBuf {
        self.mount.path().join("logs")
    }

    fn ballast(&self) -> PathBuf {
        self.mount.path().join("ballast")
    }

    /// Leaves no byte free.
    fn fill(&self) {
        let mut ballast = File::create(self.ballast()).unwrap();
        for size in [64 << 10, 4 << 10, 1] {
            let part = vec![0; size];
            loop {
                match ballast.write(&part) {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    fn free(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(self.mount.path()).status());
    }
}

fn log(lines: u64) {
    for number in 0..lines {
        tracing::info!(module = "work", number, padding = "x".repeat(300), "a line");
    }
}

#[test]
fn fault_18_a_full_disk_that_is_freed_loses_nothing_that_it_does_not_tell() {
    let Some(disk) = SmallDisk::mount() else { return };
    let builder = Nexolog::builder("shop").directory(disk.logs()).console(Console::Off);
    let logs = builder.build().unwrap();
    let subscriber = tracing_subscriber::registry().with(logs.layer());
    tracing::subscriber::with_default(subscriber, || {
        log(100);
        logs.flush().unwrap();
        disk.fill();
        log(10_000);
        let error = logs.flush().unwrap_err();
        assert!(error.to_string().contains("can't be written"), "{error}");
        disk.free();
        log(100);
    });
    logs.shutdown().unwrap();

    let records = ledger::main_log(&disk.logs());
    let ledger = Ledger::of(&records);
    assert_eq!(ledger.logged(), 10_200);
    assert!(ledger.lost > 1_000, "{ledger:?}");
    assert_eq!(ledger.lost, ledger::lost_by(&records, "disk_full"));
    assert_eq!(logs.counters().lost(), ledger.lost);
    let seqs = ledger::seqs(&records);
    assert!(seqs.is_sorted_by(|a, b| a < b));
    let first_after = seqs.windows(2).position(|two| two[1] != two[0] + 1).unwrap() + 1;
    let told = &records[first_after];
    assert_eq!(told["message"], "lost", "the first record after the missing ones tells of them");
    assert!(told["fields"]["from"].as_str() < told["fields"]["to"].as_str(), "{told}");
    let trouble = records.iter().find(|record| record["message"] == "trouble").unwrap();
    assert!(trouble["fields"]["what"].as_str().unwrap().contains("main log"), "{trouble}");
    // The files of modules are copies and may miss lines, but never have half a one.
    assert!(!ledger::family(&disk.logs(), "work", ".log").is_empty());
}

#[test]
#[ignore = "a child of the test below"]
fn leaves_with_a_full_disk() {
    if !child::is("faults::disk::leaves_with_a_full_disk") {
        return;
    }
    let logs = child::builder().install().unwrap();
    log(100);
    logs.flush().unwrap();
    println!("begins");
    let ballast = PathBuf::from(std::env::var("BALLAST").unwrap());
    child::until("the disk is full", || ballast.exists());
    log(10_000);
    // Without its handle: the exit hook must find the disk full by itself.
    std::mem::forget(logs);
    std::process::exit(7);
}

#[test]
fn fault_19_a_disk_that_stays_full_leaves_the_exit_status_alone_and_the_losses_told() {
    let Some(disk) = SmallDisk::mount() else { return };
    let name = "faults::disk::leaves_with_a_full_disk";
    let is_full = disk.mount.path().with_extension("full");
    let mut command = child::command(name, &disk.logs());
    command.env("BALLAST", &is_full);
    let said = tempfile::NamedTempFile::new().unwrap();
    command.stderr(said.reopen().unwrap());
    let mut running = child::Running::start(command);
    running.hear("begins");
    disk.fill();
    File::create(&is_full).unwrap();
    let status = running.process.wait().unwrap();
    fs::remove_file(&is_full).unwrap();
    assert_eq!(status.code(), Some(7));

    let said = fs::read_to_string(said.path()).unwrap();
    let lost = number_before(&said, " events lost since the start");
    let present = Ledger::of(&ledger::main_log(&disk.logs())).present;
    assert_eq!(present + lost, 10_100, "{said}");
    let reports = said.lines().filter(|line| line.contains("writing the main log failed")).count();
    assert!((1..20).contains(&reports), "told, at most once a second: {said}");

    disk.free();
    let again = Nexolog::builder("shop").directory(disk.logs()).build().unwrap();
    again.shutdown().unwrap();
    let records = ledger::main_log(&disk.logs());
    let recovered = records.iter().find(|record| record["message"] == "recovered").unwrap();
    let gap = recovered["fields"]["to"].as_u64().unwrap() + 1
        - recovered["fields"]["from"].as_u64().unwrap();
    assert!(gap >= lost, "the files alone show where something is missing: {recovered}");
}

fn number_before(text: &str, words: &str) -> u64 {
    let (before, _) = text.split_once(words).unwrap_or_else(|| panic!("no `{words}` in {text}"));
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap();
    digits.parse().unwrap()
}

#[test]
fn fault_22_the_full_device_at_a_log_files_name_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let device = directory.path().join("shop.jsonl");
    let made = Command::new("mknod").arg(&device).args(["c", "1", "7"]).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: a device can't be made here");
        return;
    }
    let refused = Nexolog::builder("shop").directory(directory.path()).build().unwrap_err();
    assert!(refused.to_string().contains("a device is in the place of a log file"), "{refused}");
    assert!(Path::new(&device).exists());
}
