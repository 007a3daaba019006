use std::fs;
use std::path::Path;

use tempfile::tempdir;

use super::support::{line, line_of, logs_in, names_in, open, seqs_in};
use crate::store::names::STATE_FILE;

pub(super) fn contents_of(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = names_in(directory);
    files.retain(|name| name != STATE_FILE);
    files.into_iter().map(|name| (name.clone(), fs::read(directory.join(name)).unwrap())).collect()
}

#[test]
fn fault_37_a_line_torn_at_any_byte_is_set_aside_and_whole_ones_are_kept() {
    let whole = [line(1), line(2)].concat();
    let last = line(3);
    for cut in 0..=last.len() {
        for (file, stem, ending) in [("shop.jsonl", "shop", ".jsonl"), ("auth.log", "auth", ".log")]
        {
            let root = tempdir().unwrap();
            let text = [&whole[..], &last[..cut]].concat();
            fs::write(root.path().join(file), &text).unwrap();
            let (mut directory, opening) = open(root.path(), 10_000);
            let is_torn = cut > 0 && cut < last.len();
            let torn_bytes = if is_torn { cut as u64 } else { 0 };
            assert_eq!(opening.recovered.map(|found| found.torn_bytes), Some(torn_bytes));
            let aside = root.path().join(format!("{file}.torn"));
            assert_eq!(aside.exists(), is_torn);
            if is_torn {
                assert_eq!(fs::read(&aside).unwrap(), [&last[..cut], b"\n"].concat());
            }

            let mut family =
                if stem == "shop" { directory.main() } else { directory.module(stem) }.unwrap();
            let seq = directory.next_seq();
            family.append(seq, &line(seq)).unwrap();
            family.write_out().unwrap();
            let mut expected = if cut == last.len() { vec![1, 2, 3] } else { vec![1, 2] };
            expected.push(seq);
            assert_eq!(seqs_in(root.path(), stem, ending), expected, "cut at {cut}");
        }
    }
}

#[test]
fn opening_twice_changes_nothing() {
    let root = tempdir().unwrap();
    fs::write(root.path().join("shop.jsonl"), [line(1), b"{\"seq\":2,\"ti".to_vec()].concat())
        .unwrap();
    fs::write(root.path().join("shop.000000000000.jsonl"), line(0)).unwrap();
    let (directory, _) = open(root.path(), 10_000);
    directory.wait_for_sealer();
    drop(directory);
    let before = contents_of(root.path());
    let (directory, opening) = open(root.path(), 10_000);
    directory.wait_for_sealer();
    assert_eq!(opening.recovered.map(|found| found.torn_bytes), Some(0));
    drop(directory);
    assert_eq!(contents_of(root.path()), before);
}

#[test]
fn fault_37_a_huge_tail_of_nuls_is_cut_and_only_its_end_is_kept() {
    let root = tempdir().unwrap();
    let path = root.path().join("shop.jsonl");
    fs::write(&path, line(1)).unwrap();
    // Sparse: it takes no room on the disk.
    fs::OpenOptions::new().append(true).open(&path).unwrap().set_len(64 << 20).unwrap();
    let (_directory, opening) = open(root.path(), 10_000);
    assert_eq!(fs::read(&path).unwrap(), line(1));
    let torn = (64 << 20) - line(1).len() as u64;
    assert_eq!(opening.recovered.map(|found| found.torn_bytes), Some(torn));
    assert_eq!(fs::metadata(root.path().join("shop.jsonl.torn")).unwrap().len(), 1 << 20);
}

#[test]
fn what_is_kept_of_torn_bytes_is_bounded_and_the_newest_is_kept() {
    let root = tempdir().unwrap();
    let path = root.path().join("shop.jsonl");
    for round in b'a'..=b'f' {
        fs::write(&path, vec![round; 300_000]).unwrap();
        drop(open(root.path(), 10_000));
    }
    let kept = fs::read(root.path().join("shop.jsonl.torn")).unwrap();
    assert!(kept.len() <= 1 << 20);
    assert!(kept.ends_with(b"f\n"));
    let kept = String::from_utf8(kept).unwrap();
    assert_eq!(kept.matches('f').count(), 300_000);
    assert_eq!(kept.matches('a').count(), 0);
}

#[test]
fn a_file_begun_by_somebody_else_is_written_on_and_sealed_by_our_first_number() {
    let root = tempdir().unwrap();
    let foreign = b"not one of our lines\n".repeat(100);
    fs::write(root.path().join("shop.jsonl"), &foreign).unwrap();
    let (mut directory, _) = open(root.path(), 500);
    let mut main = directory.main().unwrap();
    let seq = directory.next_seq();
    main.append(seq, &line(seq)).unwrap();
    main.append(seq + 1, &line(seq + 1)).unwrap();
    main.write_out().unwrap();
    directory.wait_for_sealer();
    let names = logs_in(root.path());
    assert!(names[0].starts_with(&format!("shop.{seq:012}.jsonl")), "{names:?}");
    assert_eq!(fs::read(root.path().join("shop.jsonl")).unwrap(), line(seq + 1));
}

#[test]
fn files_of_others_are_left_as_they_are() {
    let root = tempdir().unwrap();
    let foreign: &[(&str, &[u8])] = &[
        ("nginx.log", b"GET / 200\nGET /tor"),
        ("nginx.log.1", b"old"),
        ("other.tmp", b"half"),
        ("Shop.jsonl", b"{\"seq\":1"),
        ("shop.jsonl.bak", b"{\"seq\":1"),
        ("worker.jsonl.zst.tmp", b"half"),
        ("shop.00001.jsonl", b"{\"seq\":1"),
    ];
    for (name, content) in foreign {
        fs::write(root.path().join(name), content).unwrap();
    }
    let (mut directory, _) = open(root.path(), 300);
    let mut main = directory.main().unwrap();
    for seq in 1..=10 {
        main.append(seq, &line(seq)).unwrap();
    }
    main.write_out().unwrap();
    directory.wait_for_sealer();
    for (name, content) in foreign {
        assert_eq!(fs::read(root.path().join(name)).unwrap(), *content, "{name}");
    }
}

#[test]
fn left_over_half_files_of_ours_are_removed() {
    let root = tempdir().unwrap();
    for name in
        ["nexolog.state.tmp", "shop.000000000001.jsonl.zst.tmp", "auth.000000000001.log.zst.tmp"]
    {
        fs::write(root.path().join(name), b"half").unwrap();
    }
    drop(open(root.path(), 300));
    assert_eq!(names_in(root.path()), ["nexolog.lock", "nexolog.state"]);
}

#[test]
fn a_file_with_one_line_of_a_megabyte_and_more_is_recovered() {
    let root = tempdir().unwrap();
    fs::write(root.path().join("shop.jsonl"), [line(1), line_of(7, 3 << 20)].concat()).unwrap();
    let (mut directory, _) = open(root.path(), 10 << 20);
    assert!(directory.next_seq() > 7);
}

#[test]
fn an_index_without_its_segment_goes_at_the_start_and_others_stay() {
    let root = tempdir().unwrap();
    fs::write(root.path().join("shop.000000000001.jsonl"), line(1)).unwrap();
    let kept = [
        "shop.000000000001.idx",
        // Another service's, and what only looks like an index.
        "other.000000000007.idx",
        "shop.eu.000000000007.idx",
        "shop.7.idx",
    ];
    for name in kept.iter().chain(&["shop.000000000007.idx", "shop.000000000001.idx.tmp"]) {
        fs::write(root.path().join(name), b"index").unwrap();
    }
    let (directory, _) = open(root.path(), 300);
    directory.wait_for_sealer();
    let mut left = names_in(root.path());
    left.retain(|name| name.contains(".idx"));
    let mut kept = kept.to_vec();
    kept.sort_unstable();
    assert_eq!(left, kept);
}
