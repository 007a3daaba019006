use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use super::ledger;
use crate::config::{Console, Durability};
use crate::logger::Nexolog;
use crate::store::{Disk, Fs};

const BATCHES: u64 = 30;
const EACH: u64 = 10;

/// A disk that keeps for certain only what was synced. Names are kept, as by file systems with a journal; of what a file
/// was given since its last sync a cut of the power leaves any part.
struct Volatile {
    directory: PathBuf,
    /// What of each file is on the disk for certain, by inode. Held during each operation.
    synced: Mutex<HashMap<u64, u64>>,
    operations: AtomicU64,
    /// How many events were confirmed.
    confirmed: Arc<AtomicU64>,
    /// What the power cuts left, and how many events had been confirmed before each.
    left: Arc<Mutex<Vec<(tempfile::TempDir, u64)>>>,
}

impl Volatile {
    fn step<T>(&self, run: impl FnOnce(&mut HashMap<u64, u64>) -> io::Result<T>) -> io::Result<T> {
        let mut synced = self.synced.lock().unwrap();
        let number = self.operations.fetch_add(1, Ordering::Relaxed);
        if number % 23 == 22 {
            let confirmed = self.confirmed.load(Ordering::Relaxed);
            self.left.lock().unwrap().push((self.cut(&synced, number), confirmed));
        }
        run(&mut synced)
    }

    /// What would be left if the power went now.
    fn cut(&self, synced: &HashMap<u64, u64>, number: u64) -> tempfile::TempDir {
        let left = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(&self.directory).unwrap() {
            let path = entry.unwrap().path();
            let entry = fs::metadata(&path).unwrap();
            if !entry.is_file() {
                continue;
            }
            let mut bytes = fs::read(&path).unwrap();
            let certain = synced.get(&entry.ino()).copied().unwrap_or(0);
            let kept = certain + (entry.len() - certain) * (number / 23 % 5) / 4;
            bytes.truncate(usize::try_from(kept).unwrap());
            // Some file systems keep the length and lose the bytes.
            if number.is_multiple_of(2) {
                bytes[usize::try_from(certain).unwrap()..].fill(0);
            }
            fs::write(left.path().join(path.file_name().unwrap()), bytes).unwrap();
        }
        left
    }
}

impl fmt::Debug for Volatile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Volatile")
    }
}

impl Fs for Volatile {
    fn open_append(&self, path: &Path) -> io::Result<File> {
        self.step(|_| Disk.open_append(path))
    }

    fn open_read(&self, path: &Path) -> io::Result<File> {
        self.step(|_| Disk.open_read(path))
    }

    fn create_new(&self, path: &Path) -> io::Result<File> {
        self.step(|_| Disk.create_new(path))
    }

    fn write(&self, file: &File, bytes: &[u8]) -> io::Result<usize> {
        self.step(|_| Disk.write(file, bytes))
    }

    fn truncate(&self, file: &File, len: u64) -> io::Result<()> {
        self.step(|synced| {
            let certain = synced.entry(file.metadata()?.ino()).or_default();
            *certain = len.min(*certain);
            Disk.truncate(file, len)
        })
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        // The real disk need not be asked: its power stays on.
        self.step(|synced| {
            let entry = file.metadata()?;
            synced.insert(entry.ino(), entry.len());
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|synced| {
            forget(synced, to);
            Disk.rename(from, to)
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(|synced| {
            forget(synced, path);
            Disk.remove(path)
        })
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        Disk.create_dir(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        self.step(|_| Disk.list(path))
    }

    fn free_space(&self, path: &Path) -> Option<u64> {
        Disk.free_space(path)
    }

    fn size_limit(&self) -> Option<u64> {
        None
    }
}

/// The inode of a file that goes may be given to another.
fn forget(synced: &mut HashMap<u64, u64>, path: &Path) {
    if let Ok(entry) = fs::symlink_metadata(path) {
        synced.remove(&entry.ino());
    }
}

/// Logs, and gives what each of many power cuts left.
fn cuts(durability: Durability) -> Vec<(tempfile::TempDir, u64)> {
    let directory = tempfile::tempdir().unwrap();
    let (confirmed, left) = (Arc::new(AtomicU64::new(0)), Arc::new(Mutex::default()));
    let disk = Volatile {
        directory: directory.path().to_owned(),
        synced: Mutex::default(),
        operations: AtomicU64::new(0),
        confirmed: Arc::clone(&confirmed),
        left: Arc::clone(&left),
    };
    let builder = Nexolog::builder("shop").directory(directory.path()).console(Console::Off);
    let builder = builder.durability(durability).max_file_size(64 << 10);
    let logs = builder.build_on(Arc::new(disk)).unwrap();
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(logs.layer()));
    tracing::dispatcher::with_default(&dispatch, || {
        for batch in 0..BATCHES {
            for number in batch * EACH..(batch + 1) * EACH {
                tracing::info!(module = "work", number, padding = "x".repeat(900), "a line");
            }
            logs.flush().unwrap();
            confirmed.store((batch + 1) * EACH, Ordering::Relaxed);
        }
    });
    logs.shutdown().unwrap();
    std::mem::take(&mut *left.lock().unwrap())
}

/// What somebody finds who starts the service again, by the events' numbers.
fn found_after(left: &Path) -> Vec<u64> {
    let builder = Nexolog::builder("shop").directory(left).console(Console::Off);
    builder.build().unwrap().shutdown().unwrap();
    let records = ledger::main_log(left);
    assert!(ledger::seqs(&records).is_sorted_by(|a, b| a < b), "{records:#?}");
    let events = records.iter().filter(|record| !ledger::is_own(record));
    events.map(|record| record["fields"]["number"].as_u64().unwrap()).collect()
}

#[test]
fn fault_38_a_power_cut_takes_nothing_that_was_synced_and_leaves_whole_records() {
    let cuts = cuts(Durability::Synced);
    assert!(cuts.len() > 10, "{} cuts", cuts.len());
    for (left, confirmed) in cuts {
        let found = found_after(left.path());
        let expected: Vec<u64> = (0..found.len() as u64).collect();
        assert_eq!(found, expected, "after {confirmed} were confirmed");
        assert!(found.len() as u64 >= confirmed, "{} of {confirmed}", found.len());
    }
}

#[test]
fn fault_38_a_power_cut_of_an_ordinary_log_leaves_whole_records_but_for_the_end_of_each_file() {
    for (left, _) in cuts(Durability::Batched) {
        let builder = Nexolog::builder("shop").directory(left.path()).console(Console::Off);
        builder.build().unwrap().shutdown().unwrap();
        let mut names = ledger::names(left.path());
        names.retain(|name| {
            name.starts_with("shop.") && name.contains(".jsonl") && !name.contains(".torn")
        });
        // Of a segment that was just compressed, the plain file may still be there.
        let all = names.clone();
        names.retain(|name| !all.contains(&format!("{name}.zst")));
        names.sort_by_key(|name| (name == "shop.jsonl", name.clone()));
        let mut found = Vec::new();
        for name in names {
            let text = text_of(&left.path().join(&name));
            let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
            // Nothing in a whole file, half a record in one that the cut took the end of.
            let end = lines.pop().unwrap();
            assert!(end.is_empty() || name != "shop.jsonl", "the active file is repaired");
            for line in lines {
                found.push(serde_json::from_slice::<Value>(line).unwrap());
            }
        }
        let seqs = ledger::seqs(&found);
        let doubled = seqs.windows(2).find(|pair| pair[0] >= pair[1]);
        assert_eq!(doubled, None, "{:?}", ledger::names(left.path()));
    }
}

fn text_of(path: &Path) -> Vec<u8> {
    if path.extension().is_none_or(|ending| ending != "zst") {
        return fs::read(path).unwrap();
    }
    let output = std::process::Command::new("zstdcat").arg(path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}
