//! Indexes beside sealed segments: made with them, and made again when they are not as they should be.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::tempdir;

use super::support::{line, line_at, names_in, open, text_of};
use crate::store::fs::{Disk, Fs as _};
use crate::store::index::{Index, SegmentFacts, Unusable};
use crate::store::names::FamilyName;

fn family() -> FamilyName {
    FamilyName::main("shop")
}

fn segment_path(root: &Path, first_seq: u64) -> PathBuf {
    let name = if cfg!(feature = "compression") {
        family().compressed(first_seq)
    } else {
        family().sealed(first_seq)
    };
    root.join(name)
}

fn index_path(root: &Path, first_seq: u64) -> PathBuf {
    root.join(family().index(first_seq).unwrap())
}

fn index(root: &Path, first_seq: u64) -> Result<Index, Unusable> {
    let segment = File::open(segment_path(root, first_seq)).unwrap();
    Index::open(root, &family(), &SegmentFacts::of(&segment, first_seq).unwrap())
}

/// Lines of which every thousandth has a word of its own.
fn text(first_seq: u64, count: u64) -> Vec<u8> {
    let line = |seq: u64| {
        let module =
            if seq.is_multiple_of(1_000) { format!("rare{seq}") } else { "orders".to_owned() };
        // Of another length in each segment, so that none is like another.
        let length = 500 + usize::try_from(seq / 3_000).unwrap();
        line_at(seq, "2026-03-01T10:00:00.000000Z", &module, length)
    };
    (first_seq..first_seq + count).flat_map(line).collect()
}

/// Logs `segments` segments of 3,000 lines each, and waits until they are sealed.
fn fill(root: &Path, segments: u64) {
    let (mut directory, _) = open(root, 1 << 30);
    let mut main = directory.main().unwrap();
    for number in 0..segments {
        for seq in number * 3_000 + 1..=number * 3_000 + 3_000 {
            let text = text(seq, 1);
            main.append(seq, &text).unwrap();
        }
        main.rotate().unwrap();
    }
    directory.wait_for_sealer();
}

/// The index leads to the lines of the segment that it is of.
fn check(root: &Path, first_seq: u64) {
    let index = index(root, first_seq).unwrap();
    let text = text_of(&segment_path(root, first_seq));
    let length = fs::metadata(segment_path(root, first_seq)).unwrap().len();
    assert_eq!(index.is_packed(), cfg!(feature = "compression"));
    assert!(index.blocks().len() > 5);
    assert_eq!(index.blocks().iter().map(|block| u64::from(block.length)).sum::<u64>(), length);
    let mut start = 0;
    for (number, block) in index.blocks().iter().enumerate() {
        let own = &text[start..start + block.text as usize];
        start += own.len();
        assert!(own.ends_with(b"\n"));
        for seq in (first_seq - 1..first_seq + 3_000).filter(|seq| seq % 1_000 == 0) {
            let word = format!("rare{seq}");
            let is_there = memchr::memmem::find(own, format!("{word}\"").as_bytes()).is_some();
            let is_named = index.equal(&word).unwrap().has(number);
            // Another term of the block may have the same hash; nothing else is named in vain.
            let folded = || std::str::from_utf8(own).unwrap().to_lowercase();
            let is_expected = is_there || is_named && index.confuses(&word, &folded());
            assert_eq!(is_named, is_expected, "{word}");
        }
    }
    assert_eq!(start, text.len());
}

#[test]
fn a_sealed_segment_of_the_main_log_has_an_index_and_others_have_none() {
    let root = tempdir().unwrap();
    {
        let (mut directory, _) = open(root.path(), 1 << 30);
        let mut module = directory.module("orders").unwrap();
        module.append(1, &line(1)).unwrap();
        module.rotate().unwrap();
    }
    fill(root.path(), 2);
    for first_seq in [1, 3_001] {
        check(root.path(), first_seq);
    }
    let indexes: Vec<String> =
        names_in(root.path()).into_iter().filter(|name| name.contains(".idx")).collect();
    assert_eq!(indexes, ["shop.000000000001.idx", "shop.000000003001.idx"]);
}

#[test]
fn fault_36_what_is_missing_stale_or_damaged_is_made_again_at_the_start_and_a_newer_one_stays() {
    let root = tempdir().unwrap();
    fill(root.path(), 5);
    let path = |number: u64| index_path(root.path(), number * 3_000 + 1);
    let newer = [b"NEXOIDX\n".to_vec(), vec![0xFF; 100]].concat();
    fs::remove_file(path(0)).unwrap();
    fs::copy(path(2), path(1)).unwrap();
    let mut damaged = fs::read(path(2)).unwrap();
    damaged[200] ^= 1;
    fs::write(path(2), damaged).unwrap();
    fs::write(path(3), &newer).unwrap();
    let good = fs::read(path(4)).unwrap();
    let look = |number: u64| index(root.path(), number * 3_000 + 1).map(drop);
    let bad = [Err(Unusable::Missing), Err(Unusable::Stale), Err(Unusable::Damaged)];
    assert_eq!([look(0), look(1), look(2)], bad);

    let (directory, _) = open(root.path(), 1 << 30);
    directory.wait_for_sealer();
    for number in [0, 1, 2, 4] {
        check(root.path(), number * 3_000 + 1);
    }
    assert_eq!(look(3), Err(Unusable::Newer));
    assert_eq!(fs::read(path(3)).unwrap(), newer);
    assert_eq!(fs::read(path(4)).unwrap(), good);
}

#[test]
fn fault_36_what_a_reader_notices_is_made_again_while_the_service_runs() {
    let root = tempdir().unwrap();
    fill(root.path(), 2);
    let (directory, _) = open(root.path(), 1 << 30);
    directory.wait_for_sealer();
    let path = index_path(root.path(), 1);

    // What is noticed of directories that nobody here looks after must not be all that is remembered.
    let elsewhere = tempdir().unwrap();
    for number in 0..400 {
        let facts = SegmentFacts { first_seq: number, ..SegmentFacts::default() };
        let opened = Index::open(elsewhere.path(), &family(), &facts);
        assert!(matches!(opened, Err(Unusable::Missing)));
    }
    fs::remove_file(&path).unwrap();
    assert!(matches!(index(root.path(), 1), Err(Unusable::Missing)));
    directory.wait_for_sealer();
    check(root.path(), 1);

    // Its head is as it should be, what it leads to is not.
    let mut bytes = fs::read(&path).unwrap();
    let count = u64::from(u32::from_le_bytes(bytes[12..16].try_into().unwrap()));
    let last_section = usize::try_from(44 + 28 * (count - 1)).unwrap();
    let terms = u64::from_le_bytes(bytes[last_section + 4..last_section + 12].try_into().unwrap());
    bytes[usize::try_from(terms).unwrap()..].fill(0x55);
    fs::write(&path, &bytes).unwrap();
    let damaged = index(root.path(), 1).unwrap();
    let answers = (0..200).map(|number| damaged.equal(&format!("word{number}")));
    assert!(answers.filter(Result::is_err).count() > 0);
    directory.wait_for_sealer();
    check(root.path(), 1);
}

#[test]
fn a_segment_that_can_not_be_read_has_no_index_and_is_not_tried_for_ever() {
    let root = tempdir().unwrap();
    fill(root.path(), 2);
    fs::remove_file(index_path(root.path(), 1)).unwrap();
    let segment = segment_path(root.path(), 1);
    let mut bytes = fs::read(&segment).unwrap();
    if cfg!(feature = "compression") {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
    } else {
        bytes.clear();
    }
    fs::write(&segment, &bytes).unwrap();
    let (mut directory, _) = open(root.path(), 1 << 30);
    directory.wait_for_sealer();
    if cfg!(feature = "compression") {
        for _ in 0..3 {
            assert!(matches!(index(root.path(), 1), Err(Unusable::Missing)));
            directory.wait_for_sealer();
        }
    }
    check(root.path(), 3_001);
    assert!(directory.take_reports().is_empty());
}

#[test]
fn more_indexes_than_are_made_at_once_are_made_all_the_same() {
    let root = tempdir().unwrap();
    for number in 0..150_u64 {
        let name = family().sealed(number * 3 + 1);
        fs::write(root.path().join(name), text(number * 3 + 1, 3)).unwrap();
    }
    {
        let (directory, _) = open(root.path(), 1 << 30);
        directory.wait_for_sealer();
    }
    for number in 0..150_u64 {
        fs::remove_file(index_path(root.path(), number * 3 + 1)).unwrap();
    }
    let (directory, _) = open(root.path(), 1 << 30);
    directory.wait_for_sealer();
    for number in 0..150_u64 {
        assert!(index(root.path(), number * 3 + 1).is_ok(), "{number}");
    }
}

#[test]
fn an_index_is_the_services_own_to_read() {
    let root = tempdir().unwrap();
    fill(root.path(), 1);
    let file = Disk.open_read(&index_path(root.path(), 1)).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    drop(file);
}
