use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::super::heads::Heads;
use super::super::{Builder, Index, Place, SegmentFacts};
use crate::store::names::FamilyName;

fn family() -> FamilyName {
    FamilyName::main("shop")
}

/// A segment of one block that has `word`, and its index.
fn seal(root: &Path, first_seq: u64, word: &str) {
    let line = format!(
        "{{\"seq\":{first_seq},\"timestamp\":\"2026-11-05T10:00:00.000000Z\",\"level\":\"INFO\",\"module\":\"api\",\"message\":\"{word}\"}}\n"
    );
    let path = root.join(family().sealed(first_seq));
    fs::write(&path, &line).unwrap();
    let mut builder = Builder::with_seed(1);
    builder.block(line.as_bytes(), Place { start: 0, length: u32::try_from(line.len()).unwrap() });
    let facts = SegmentFacts::of(&File::open(path).unwrap(), first_seq).unwrap();
    let bytes = builder.finish(facts, false, &[]).unwrap();
    fs::write(root.join(family().index(first_seq).unwrap()), bytes).unwrap();
}

/// As a question does it: whether it was known, and the index.
fn ask(heads: &Heads, root: &Path, first_seq: u64) -> (bool, Option<Index>) {
    let path = root.join(family().sealed(first_seq));
    let Ok(seen) = fs::symlink_metadata(&path) else { return (false, None) };
    if let Some(index) = heads.open(root, &family(), first_seq, &seen) {
        return (true, Some(index));
    }
    let facts = SegmentFacts::of(&File::open(&path).unwrap(), first_seq).unwrap();
    (false, heads.read(root, &family(), &facts, &seen))
}

fn has(index: &Index, word: &str) -> bool {
    !index.equal(word).unwrap().is_empty()
}

/// Gives a file another time, as any write does sooner or later.
fn touch(path: &Path) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1)).unwrap();
}

#[test]
fn a_head_is_known_until_one_of_its_files_is_another() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let heads = Heads::at_once(1 << 20);
    seal(root, 1, "first");
    let known = || {
        let (is_known, index) = ask(&heads, root, 1);
        (is_known, index.is_some())
    };
    assert_eq!(known(), (false, true));
    assert_eq!(known(), (true, true));
    let index = ask(&heads, root, 1).1.unwrap();
    assert!(has(&index, "first") && !has(&index, "second"));

    // Another index of the same name.
    let path = root.join(family().index(1).unwrap());
    let bytes = fs::read(&path).unwrap();
    fs::write(root.join("new"), &bytes).unwrap();
    fs::rename(root.join("new"), &path).unwrap();
    assert_eq!((known(), known()), ((false, true), (true, true)));

    // The same one, written over.
    let mut damaged = bytes.clone();
    damaged[50] ^= 1;
    fs::write(&path, damaged).unwrap();
    touch(&path);
    assert_eq!((known(), known()), ((false, false), (false, false)));
    fs::write(&path, &bytes).unwrap();
    assert_eq!((known(), known()), ((false, true), (true, true)));
    fs::remove_file(&path).unwrap();
    assert_eq!(known(), (false, false));
    fs::write(&path, &bytes).unwrap();
    assert_eq!((known(), known()), ((false, true), (true, true)));

    // Another segment of the same length, with an index of its own; then one that was cut.
    seal(root, 1, "fifth");
    touch(&root.join(family().sealed(1)));
    let (is_known, index) = ask(&heads, root, 1);
    assert!(!is_known && has(&index.unwrap(), "fifth"));
    assert_eq!(known(), (true, true));
    let segment = File::options().write(true).open(root.join(family().sealed(1))).unwrap();
    segment.set_len(10).unwrap();
    assert_eq!(known(), (false, false));
}

#[test]
fn a_head_is_of_one_segment_whatever_the_files_are_called() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let heads = Heads::at_once(1 << 20);
    seal(root, 1, "first");
    assert!(ask(&heads, root, 1).1.is_some());
    fs::rename(root.join(family().sealed(1)), root.join(family().sealed(2))).unwrap();
    fs::rename(root.join(family().index(1).unwrap()), root.join(family().index(2).unwrap()))
        .unwrap();
    assert!(ask(&heads, root, 2).1.is_none());
}

#[test]
fn an_index_replaced_after_its_head_was_given_is_not_read() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let heads = Heads::at_once(1 << 20);
    seal(root, 1, "first");
    ask(&heads, root, 1);
    let (is_known, index) = ask(&heads, root, 1);
    assert!(is_known);
    seal(root, 1, "another");
    assert!(index.unwrap().equal("another").is_err(), "what it says would not fit to the head");
}

#[test]
fn files_that_changed_a_moment_ago_are_read_again() {
    let root = tempfile::tempdir().unwrap();
    let heads = Heads::default();
    seal(root.path(), 1, "first");
    for _ in 0..3 {
        let (is_known, index) = ask(&heads, root.path(), 1);
        assert!(!is_known && index.is_some());
    }
    assert_eq!(heads.kept(), (0, 0));
}

#[test]
fn heads_are_bounded_and_those_asked_for_lately_stay() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    (1..=9).for_each(|first_seq| seal(root, first_seq, "word"));
    let one = {
        let heads = Heads::at_once(usize::MAX);
        ask(&heads, root, 1);
        heads.kept().1
    };
    let heads = Heads::at_once(3 * one);
    let known = |first_seq| ask(&heads, root, first_seq).0;
    // More than there is room for, in turns: the first ones stay known.
    for turn in 0..3 {
        heads.begin();
        let known = (1..=5).filter(|first_seq| known(*first_seq)).count();
        assert_eq!(known, if turn == 0 { 0 } else { 3 });
        assert_eq!(heads.kept(), (3, 3 * one));
    }
    // Those that nobody asks for make room in the end.
    for _ in 0..9 {
        heads.begin();
        assert!(known(1));
        ask(&heads, root, 9);
    }
    assert!(known(9) && known(1) && !known(2));
    assert!(heads.kept().1 <= 3 * one);
}

#[cfg(target_os = "linux")]
#[test]
fn no_file_is_held_open() {
    let root = tempfile::tempdir().unwrap();
    let heads = Heads::at_once(1 << 20);
    seal(root.path(), 1, "first");
    for _ in 0..2 {
        let index = ask(&heads, root.path(), 1).1.unwrap();
        assert!(has(&index, "first"));
    }
    let open = fs::read_dir("/proc/self/fd").unwrap().filter_map(Result::ok);
    let open = open.filter_map(|entry| fs::read_link(entry.path()).ok());
    assert_eq!(open.filter(|path| path.starts_with(root.path())).count(), 0);
}
