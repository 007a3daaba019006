//! What the store's tests share: lines, directories, a reader of its own, and a disk that fails on demand.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::store::fs::{Disk, Fs};
use crate::store::{Directory, DirectoryOptions, Limits, Opening};

/// A line as the writer renders it, `len` bytes with its newline where that is long enough.
pub(super) fn line_of(seq: u64, len: usize) -> Vec<u8> {
    line_at(seq, "2026-03-01T10:00:00.000000Z", "orders", len)
}

/// A line whose length goes up and down with its number.
pub(super) fn uneven_line(seq: u64, least: u64, most: u64) -> Vec<u8> {
    line_of(seq, usize::try_from(least + seq * 37 % (most - least)).expect("a short line"))
}

pub(super) fn line(seq: u64) -> Vec<u8> {
    line_of(seq, 0)
}

pub(super) fn line_at(seq: u64, timestamp: &str, module: &str, len: usize) -> Vec<u8> {
    let head = format!(
        r#"{{"seq":{seq},"timestamp":"{timestamp}","level":"INFO","module":"{module}","message":""#
    );
    let pad = "x".repeat(len.saturating_sub(head.len() + 3));
    format!("{head}{pad}\"}}\n").into_bytes()
}

pub(super) fn options(root: &Path, max_file_size: u64) -> DirectoryOptions {
    let limits = Limits { max_file_size, ..Limits::default() };
    DirectoryOptions {
        root: root.to_owned(),
        service: "shop".to_owned(),
        main: limits.clone(),
        modules: limits,
    }
}

pub(super) fn open(root: &Path, max_file_size: u64) -> (Directory, Opening) {
    Directory::open(options(root, max_file_size)).expect("the directory opens")
}

/// Every name in `directory`, sorted.
pub(super) fn names_in(directory: &Path) -> Vec<String> {
    let mut names = Disk.list(directory).expect("the directory can be listed");
    names.sort();
    names
}

/// Names in `directory` but for lock, state and indexes.
pub(super) fn logs_in(directory: &Path) -> Vec<String> {
    let mut names = names_in(directory);
    names.retain(|name| !name.starts_with("nexolog.") && !name.contains(".idx"));
    names
}

/// The text of a log file, compressed or not.
pub(super) fn text_of(path: &Path) -> Vec<u8> {
    let file = File::open(path).expect("the log file opens");
    let mut text = Vec::new();
    if path.extension().is_some_and(|ending| ending == "zst") {
        decompress(file, &mut text).expect("the segment decompresses");
    } else {
        (&file).read_to_end(&mut text).expect("the log file reads");
    }
    text
}

#[cfg(feature = "compression")]
fn decompress(file: File, text: &mut Vec<u8>) -> io::Result<()> {
    zstd::stream::read::Decoder::new(file)?.read_to_end(text).map(drop)
}

#[cfg(not(feature = "compression"))]
fn decompress(_file: File, _text: &mut Vec<u8>) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Every `seq` in the files that begin with `stem`, in file order; checks each line with a real parser.
pub(super) fn seqs_in(directory: &Path, stem: &str, ending: &str) -> Vec<u64> {
    let mut files: Vec<String> = names_in(directory)
        .into_iter()
        .filter(|name| name.starts_with(&format!("{stem}.")))
        .filter(|name| name.ends_with(ending) || name.ends_with(&format!("{ending}.zst")))
        .collect();
    // Of a segment whose plain file was not removed yet, readers take the compressed one.
    let all = files.clone();
    files.retain(|name| !all.contains(&format!("{name}.zst")));
    // The active file has no number and comes last.
    files.sort_by_key(|name| (*name == format!("{stem}{ending}"), name.clone()));
    files.iter().flat_map(|name| seqs_of(&text_of(&directory.join(name)))).collect()
}

pub(super) fn seqs_of(text: &[u8]) -> Vec<u64> {
    let text = std::str::from_utf8(text).expect("the log is UTF-8");
    text.lines()
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
            record["seq"].as_u64().expect("a record has a seq")
        })
        .collect()
}

/// A disk whose operations fail when told to.
#[derive(Debug)]
pub(super) struct FaultyDisk {
    operations: AtomicUsize,
    /// Operations from `first` up to `last` fail.
    first: AtomicUsize,
    last: AtomicUsize,
    /// A write that fails first writes this many bytes.
    short: usize,
    /// The rest of a write that was cut short is still to be refused.
    refuse_next: AtomicBool,
    free: AtomicU64,
    /// The process dies when it comes to this operation.
    dies_at: AtomicUsize,
}

impl FaultyDisk {
    pub(super) fn new(short: usize) -> Arc<FaultyDisk> {
        Arc::new(FaultyDisk {
            operations: AtomicUsize::new(0),
            first: AtomicUsize::new(usize::MAX),
            last: AtomicUsize::new(usize::MAX),
            short,
            refuse_next: AtomicBool::new(false),
            free: AtomicU64::new(u64::MAX / 2),
            dies_at: AtomicUsize::new(usize::MAX),
        })
    }

    /// Fails `count` operations after the next `after`.
    pub(super) fn fail(&self, after: usize, count: usize) {
        let now = self.operations.load(Ordering::SeqCst);
        self.last.store(now.saturating_add(after).saturating_add(count), Ordering::SeqCst);
        self.first.store(now.saturating_add(after), Ordering::SeqCst);
    }

    pub(super) fn heal(&self) {
        self.first.store(usize::MAX, Ordering::SeqCst);
    }

    /// Operations so far.
    pub(super) fn operations(&self) -> usize {
        self.operations.load(Ordering::SeqCst)
    }

    pub(super) fn set_free(&self, bytes: u64) {
        self.free.store(bytes, Ordering::SeqCst);
    }

    /// Kills this process at its operation `number`, counted from 0, before it is done; of a write `short` bytes are.
    #[cfg(unix)]
    pub(super) fn die_at(&self, number: usize) {
        self.dies_at.store(number, Ordering::SeqCst);
    }

    fn step(&self) -> io::Result<()> {
        self.step_or(|| {})
    }

    fn step_or(&self, last: impl FnOnce()) -> io::Result<()> {
        let number = self.operations.fetch_add(1, Ordering::SeqCst);
        if number == self.dies_at.load(Ordering::SeqCst) {
            last();
            die();
        }
        let failing = self.first.load(Ordering::SeqCst)..self.last.load(Ordering::SeqCst);
        if failing.contains(&number) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

#[cfg(unix)]
fn die() {
    use rustix::process::{Signal, getpid, kill_process};
    kill_process(getpid(), Signal::KILL).unwrap();
    std::thread::park();
}

#[cfg(not(unix))]
fn die() {}

impl Fs for FaultyDisk {
    fn open_append(&self, path: &Path) -> io::Result<File> {
        self.step()?;
        Disk.open_append(path)
    }

    fn open_read(&self, path: &Path) -> io::Result<File> {
        self.step()?;
        Disk.open_read(path)
    }

    fn create_new(&self, path: &Path) -> io::Result<File> {
        self.step()?;
        Disk.create_new(path)
    }

    fn write(&self, file: &File, bytes: &[u8]) -> io::Result<usize> {
        // A disk that is almost full takes a part and refuses the rest; both are one fault here.
        if self.refuse_next.swap(false, Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let half = || drop(Disk.write(file, bytes.get(..self.short).unwrap_or(bytes)));
        if let Err(error) = self.step_or(half) {
            let part = bytes.get(..self.short).filter(|part| !part.is_empty());
            let Some(part) = part else { return Err(error) };
            self.refuse_next.store(true, Ordering::SeqCst);
            return Disk.write(file, part);
        }
        Disk.write(file, bytes)
    }

    fn truncate(&self, file: &File, len: u64) -> io::Result<()> {
        self.step()?;
        Disk.truncate(file, len)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.step()?;
        Disk.sync(file)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        Disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Disk.remove(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Disk.create_dir(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        self.step()?;
        Disk.list(path)
    }

    fn free_space(&self, _path: &Path) -> Option<u64> {
        Some(self.free.load(Ordering::SeqCst))
    }

    fn size_limit(&self) -> Option<u64> {
        None
    }
}
