//! A verifier that was written from the page of the guide, in another language, says the same as ours.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::support::{check, honest_trail};

/// What it says, and whether it found nothing wrong.
fn asked(files: &[PathBuf], heads: &[&str]) -> Vec<(bool, String)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/audit/verify.py");
    let ask = |file: &PathBuf| {
        let output = Command::new("python3").arg(&script).arg(file).args(heads).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let crashed = String::from_utf8(output.stderr).unwrap();
        assert_eq!(crashed, "", "the verifier itself failed");
        (output.status.success(), said.trim_end().to_owned())
    };
    files.iter().map(ask).collect()
}

#[test]
fn it_takes_an_honest_trail_and_the_heads_of_ours() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("trail");
    let bytes = honest_trail().unwrap();
    fs::write(&path, &bytes).unwrap();
    let files = [path];
    assert_eq!(asked(&files, &[])[0], (true, "consistent, unanchored: 16 entries".to_owned()));
    let head = check(&bytes).head.to_string();
    assert!(asked(&files, &[&head])[0].0);
    assert!(!asked(&files, &[&head.replace("16:", "15:")])[0].0);
    assert!(!asked(&files, &[&head.replace("16:", "17:")])[0].0);
}

/// An edit of some lines: exchanged, taken out, doubled, cut, or with other bytes.
#[derive(Clone, Debug)]
enum Edit {
    Swap(usize, usize),
    Remove(usize),
    Double(usize, usize),
    Cut(usize),
    Byte(usize, usize, u8),
    Digit(usize, u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    let line = || 0_usize..16;
    prop_oneof![
        (line(), line()).prop_map(|(one, other)| Edit::Swap(one, other)),
        line().prop_map(Edit::Remove),
        (line(), line()).prop_map(|(line, at)| Edit::Double(line, at)),
        (0_usize..10_000).prop_map(Edit::Cut),
        (line(), 0_usize..800, any::<u8>()).prop_map(|(line, at, byte)| Edit::Byte(line, at, byte)),
        (line(), b'0'..=b'9').prop_map(|(line, digit)| Edit::Digit(line, digit)),
    ]
}

fn apply(edit: &Edit, bytes: &[u8]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> =
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    match *edit {
        Edit::Swap(one, other) => lines.swap(one, other),
        Edit::Remove(line) => drop(lines.remove(line)),
        Edit::Double(line, at) => lines.insert(at, lines[line].clone()),
        Edit::Cut(at) => return bytes[..at.min(bytes.len())].to_vec(),
        Edit::Byte(line, at, byte) => {
            let at = at % lines[line].len();
            lines[line][at] = byte;
        }
        Edit::Digit(line, digit) => {
            let at = lines[line].iter().rposition(u8::is_ascii_digit).unwrap();
            lines[line][at] = digit;
        }
    }
    lines.concat()
}

#[test]
fn fault_76_it_finds_what_ours_finds_and_nothing_more() {
    let home = tempfile::tempdir().unwrap();
    let bytes = honest_trail().unwrap();
    // Starting Python takes longer than all else, so a few go in one row.
    let config = Config { cases: 60, ..Config::default() };
    let (number, found) = (Cell::new(0), Cell::new(0));
    TestRunner::new(config)
        .run(&edit(), |edit| {
            let path = home.path().join(number.get().to_string());
            number.set(number.get() + 1);
            let edited = apply(&edit, &bytes);
            fs::write(&path, &edited).unwrap();
            let ours = check(&edited);
            let (is_well, said) = asked(&[path], &[]).remove(0);
            prop_assert_eq!(is_well, ours.is_consistent(), "{:?}: {} and {}", edit, said, ours);
            found.set(found.get() + usize::from(!is_well));
            Ok(())
        })
        .unwrap();
    assert!(found.get() > 20, "{} of {}", found.get(), number.get());
}
