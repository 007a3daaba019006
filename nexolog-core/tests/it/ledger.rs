//! Reads a log directory as somebody who knows nothing of Nexolog would: names, lines of JSON, `zstdcat`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Every record of the main log in `directory`, the sealed segments first. Panics at a line that is no JSON.
pub(crate) fn main_log(directory: &Path) -> Vec<Value> {
    family(directory, "shop", ".jsonl")
}

/// Every record of a family of files: those named `<stem>.<number><ending>`, perhaps `.zst`, and `<stem><ending>`.
pub(crate) fn family(directory: &Path, stem: &str, ending: &str) -> Vec<Value> {
    let active = format!("{stem}{ending}");
    let mut sealed: Vec<PathBuf> = names(directory)
        .into_iter()
        .filter(|name| name.starts_with(&format!("{stem}.")) && *name != active)
        .filter(|name| name.ends_with(ending) || name.ends_with(&format!("{ending}.zst")))
        .map(|name| directory.join(name))
        // A link that somebody planted is no log.
        .filter(|path| std::fs::symlink_metadata(path).is_ok_and(|entry| entry.is_file()))
        .collect();
    // Of a segment that was just compressed, the plain file may still be there.
    let all = sealed.clone();
    sealed.retain(|path| !all.contains(&with_zst(path)));
    sealed.sort();
    sealed.push(directory.join(active));
    sealed.iter().flat_map(|path| records(path)).collect()
}

/// Every record of one file.
pub(crate) fn records(path: &Path) -> Vec<Value> {
    let text = if path.extension().is_some_and(|ending| ending == "zst") {
        let output = Command::new("zstdcat").arg(path).output().unwrap();
        assert!(output.status.success(), "zstdcat {}: {output:?}", path.display());
        output.stdout
    } else {
        std::fs::read(path).unwrap_or_default()
    };
    let text = String::from_utf8(text).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{} ends in half a line", path.display());
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

pub(crate) fn names(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Where each event went, by the files alone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ledger {
    pub(crate) present: u64,
    pub(crate) lost: u64,
    pub(crate) removed: u64,
    pub(crate) suppressed: u64,
}

impl Ledger {
    pub(crate) fn of(records: &[Value]) -> Ledger {
        let own = |message: &str| {
            let told = records.iter().filter(move |r| is_own(r) && r["message"] == message);
            told.map(|record| record["fields"]["count"].as_u64().unwrap()).sum()
        };
        let present = records.iter().filter(|record| !is_own(record)).count() as u64;
        let (lost, removed, suppressed) = (own("lost"), own("removed"), own("suppressed"));
        Ledger { present, lost, removed, suppressed }
    }

    /// Every event that the files account for.
    pub(crate) fn logged(&self) -> u64 {
        self.present + self.lost + self.removed + self.suppressed
    }
}

pub(crate) fn is_own(record: &Value) -> bool {
    record["module"] == "nexolog"
}

pub(crate) fn seqs(records: &[Value]) -> Vec<u64> {
    records.iter().map(|record| record["seq"].as_u64().unwrap()).collect()
}

/// The counts that `lost` records give for one cause.
pub(crate) fn lost_by(records: &[Value], cause: &str) -> u64 {
    let told = records.iter().filter(|r| r["message"] == "lost" && r["fields"]["cause"] == cause);
    told.map(|record| record["fields"]["count"].as_u64().unwrap()).sum()
}

/// The records that tell of events kept out of the files for `cause`.
pub(crate) fn suppressed_by<'a>(records: &'a [Value], cause: &str) -> Vec<&'a Value> {
    let told = records.iter().filter(|record| is_own(record) && record["message"] == "suppressed");
    told.filter(|record| record["fields"]["cause"] == cause).collect()
}

fn with_zst(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".zst");
    name.into()
}
