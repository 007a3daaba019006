//! Names of files: building them, and reading them back from a directory's entries.
//!
//! | file | name |
//! |---|---|
//! | main log, active | `<service>.jsonl` |
//! | main log, sealed | `<service>.<first seq>.jsonl`, then `<service>.<first seq>.jsonl.zst` |
//! | sidecar index of a sealed main log | `<service>.<first seq>.idx` |
//! | module file, active | `<module>.log` |
//! | module file, sealed | `<module>.<first seq>.log`, then `<module>.<first seq>.log.zst` |
//! | torn bytes kept aside | name of the active file + `.torn` |
//! | being written | name of the finished file + `.tmp` |
//! | a directory of another instance | `instance-<n>` |
//! | lock and state of a directory | `nexolog.lock`, `nexolog.state` |
//! | legal holds | `nexolog.holds` |
//! | audit trail | `audit.jsonl` |
//!
//! What does not match exactly is a foreign file and is never touched.

use super::stem;

/// The lock that tells who may write in a directory. One for all services: they share the module files.
pub(crate) const LOCK_FILE: &str = "nexolog.lock";

/// What must outlive the process: the directory's id and how far numbers were given out.
pub(crate) const STATE_FILE: &str = "nexolog.state";

/// The legal holds on what is in a log directory and beneath it.
pub(crate) const HOLDS_FILE: &str = "nexolog.holds";

/// The audit trail.
#[cfg(feature = "api")]
pub(crate) const AUDIT_FILE: &str = "audit.jsonl";

/// Ending of a file that is being written and will get its name when it is whole.
pub(crate) const TEMP_ENDING: &str = ".tmp";

/// Ending of the file in which torn bytes are kept aside.
pub(crate) const TORN_ENDING: &str = ".torn";

const COMPRESSED_ENDING: &str = ".zst";
const INDEX_ENDING: &str = ".idx";
const AUDIT_STEM: &str = "audit";
const INSTANCE_PREFIX: &str = "instance-";

/// Digits of a first seq in a name, at least; so names sort as numbers do.
const SEQ_DIGITS: usize = 12;

/// The two kinds of file families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum FamilyKind {
    /// The main log of a service.
    Main,
    /// The file of a module, or the error file.
    Module,
}

impl FamilyKind {
    const fn ending(self) -> &'static str {
        match self {
            FamilyKind::Main => ".jsonl",
            FamilyKind::Module => ".log",
        }
    }
}

/// A family of files: one that is written now, and those sealed before.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FamilyName {
    kind: FamilyKind,
    stem: String,
}

impl FamilyName {
    /// The main log of `service`.
    pub(crate) fn main(service: &str) -> FamilyName {
        FamilyName { kind: FamilyKind::Main, stem: stem::encode_service(service) }
    }

    /// The files of `module`; `error` gives the error file.
    pub(crate) fn module(module: &str) -> FamilyName {
        FamilyName { kind: FamilyKind::Module, stem: stem::encode(module) }
    }

    pub(crate) fn kind(&self) -> FamilyKind {
        self.kind
    }

    /// Whether it is a main log, which has every record.
    pub(crate) fn is_main(&self) -> bool {
        self.kind == FamilyKind::Main
    }

    /// What all its file names begin with, up to the first dot.
    #[cfg(test)]
    pub(crate) fn stem(&self) -> &str {
        &self.stem
    }

    /// The service's or module's own name; `None` when it was too long to be kept whole in the file name.
    #[cfg(test)]
    pub(crate) fn original(&self) -> Option<String> {
        stem::decode(&self.stem)
    }

    /// Name of the file that is written now.
    pub(crate) fn active(&self) -> String {
        format!("{}{}", self.stem, self.kind.ending())
    }

    /// Name of a sealed file that is not compressed (yet).
    pub(crate) fn sealed(&self, first_seq: u64) -> String {
        format!("{}.{first_seq:0SEQ_DIGITS$}{}", self.stem, self.kind.ending())
    }

    /// Name of a sealed and compressed file.
    pub(crate) fn compressed(&self, first_seq: u64) -> String {
        self.sealed(first_seq) + COMPRESSED_ENDING
    }

    /// Of which sealed segment of this family `file_name` is a file, by its first number, and what it is of it. As
    /// [`SegmentName::parse`] and [`IndexName::parse`], and cheaper for who looks for one family among many files.
    pub(crate) fn sealed_file(&self, file_name: &str) -> Option<(u64, SealedFile)> {
        let rest = file_name.strip_prefix(&self.stem)?.strip_prefix('.')?;
        let (digits, ending) = rest.split_at_checked(rest.find('.')?)?;
        let kind = if ending == self.kind.ending() {
            SealedFile::Plain
        } else if ending.strip_suffix(COMPRESSED_ENDING) == Some(self.kind.ending()) {
            SealedFile::Compressed
        } else if ending == INDEX_ENDING && self.is_main() {
            SealedFile::Index
        } else {
            return None;
        };
        Some((parse_seq(digits)?, kind))
    }

    /// Name of the sidecar index of a sealed segment; `None` for module files, which have none. (Theirs would be
    /// the name of a main log's: the ending that tells the two kinds apart is not in it.)
    pub(crate) fn index(&self, first_seq: u64) -> Option<String> {
        self.is_main().then(|| format!("{}.{first_seq:0SEQ_DIGITS$}{INDEX_ENDING}", self.stem))
    }
}

/// What a file is of a sealed segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SealedFile {
    Plain,
    Compressed,
    Index,
}

/// How far a segment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SegmentState {
    /// It is written to.
    Active,
    /// It is whole and never changes again.
    Sealed {
        /// `seq` of its first record.
        first_seq: u64,
        /// Whether it is zstd; else it is plain text.
        compressed: bool,
    },
}

/// The name of a segment, read from a directory's entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SegmentName {
    pub(crate) family: FamilyName,
    pub(crate) state: SegmentState,
}

impl SegmentName {
    /// Reads a file name; `None` when it is not exactly one that a family gives.
    pub(crate) fn parse(file_name: &str) -> Option<SegmentName> {
        let (stem, endings) = file_name.split_at_checked(file_name.find('.')?)?;
        let (endings, compressed) = match endings.strip_suffix(COMPRESSED_ENDING) {
            Some(endings) => (endings, true),
            None => (endings, false),
        };
        let (number, kind) = [FamilyKind::Main, FamilyKind::Module]
            .into_iter()
            .find_map(|kind| Some((endings.strip_suffix(kind.ending())?, kind)))?;
        let state = match number.strip_prefix('.') {
            Some(digits) => SegmentState::Sealed { first_seq: parse_seq(digits)?, compressed },
            None if number.is_empty() && !compressed => SegmentState::Active,
            None => return None,
        };
        let is_audit_trail = kind == FamilyKind::Main && stem == AUDIT_STEM;
        (!is_audit_trail && stem::is_stem(stem))
            .then(|| SegmentName { family: FamilyName { kind, stem: stem.to_owned() }, state })
    }

    /// The file name that [`parse`](SegmentName::parse) reads as this.
    #[cfg(test)]
    pub(crate) fn file_name(&self) -> String {
        match self.state {
            SegmentState::Active => self.family.active(),
            SegmentState::Sealed { first_seq, compressed: false } => self.family.sealed(first_seq),
            SegmentState::Sealed { first_seq, compressed: true } => {
                self.family.compressed(first_seq)
            }
        }
    }
}

/// The name of a sidecar index, read from a directory's entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct IndexName {
    /// A main log.
    pub(crate) family: FamilyName,
    /// Of the segment that it belongs to.
    pub(crate) first_seq: u64,
}

impl IndexName {
    /// Reads a file name; `None` when it is not exactly one that [`FamilyName::index`] gives.
    pub(crate) fn parse(file_name: &str) -> Option<IndexName> {
        let (stem, digits) = file_name.strip_suffix(INDEX_ENDING)?.split_once('.')?;
        let first_seq = parse_seq(digits)?;
        let family = FamilyName { kind: FamilyKind::Main, stem: stem.to_owned() };
        (stem != AUDIT_STEM && stem::is_stem(stem)).then_some(IndexName { family, first_seq })
    }
}

/// Name of the directory of instance `number`, beneath the log directory.
pub(crate) fn instance_directory(number: u32) -> String {
    format!("{INSTANCE_PREFIX}{number}")
}

/// The number of an instance's directory, from 1; `None` when it is not exactly such a name.
pub(crate) fn parse_instance_directory(file_name: &str) -> Option<u32> {
    let number = file_name.strip_prefix(INSTANCE_PREFIX)?.parse().ok()?;
    (number > 0 && instance_directory(number) == file_name).then_some(number)
}

/// Whether `file_name` is a half-written file of ours, which its writer left behind.
pub(crate) fn is_temp(file_name: &str) -> bool {
    file_name.strip_suffix(TEMP_ENDING).is_some_and(|whole| {
        whole == STATE_FILE
            || whole == HOLDS_FILE
            || IndexName::parse(whole).is_some()
            || SegmentName::parse(whole).is_some_and(|name| name.state != SegmentState::Active)
    })
}

fn parse_seq(digits: &str) -> Option<u64> {
    let canonical = digits.len() >= SEQ_DIGITS
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.len() == SEQ_DIGITS || !digits.starts_with('0'));
    canonical.then(|| digits.parse().ok())?
}
