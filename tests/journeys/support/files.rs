//! Log files, read by a parser that is not ours.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The lines of a file; none when it is not there.
pub(crate) fn lines_of(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// The records of a file.
pub(crate) fn parsed(path: &Path) -> Vec<Value> {
    lines_of(path).iter().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// The records of the shop's main log.
pub(crate) fn main_log(directory: &Path) -> Vec<Value> {
    parsed(&directory.join("shop.jsonl"))
}

/// Every file of lines in a log directory.
pub(crate) fn log_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let is_log = |path: &PathBuf| path.extension().is_some_and(|it| it == "log" || it == "jsonl");
    let mut files: Vec<PathBuf> = entries.filter(is_log).collect();
    files.sort();
    files
}
