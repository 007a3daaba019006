//! Whatever is done to a trail, the check names the first entry that is not as it was written.

use proptest::prelude::*;
use std::sync::LazyLock;

use super::support::{check, honest_trail};
use crate::audit::entry::Entry;
use crate::audit::hash::Hash;
use crate::audit::verify::verify;
use crate::audit::{AuditFlaw, AuditHead, AuditReport, Known};

static TRAIL: LazyLock<Vec<u8>> = LazyLock::new(|| honest_trail().unwrap());

fn lines() -> Vec<Vec<u8>> {
    TRAIL.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

fn report(lines: &[Vec<u8>]) -> AuditReport {
    check(&lines.concat())
}

/// The flaw, the entry and the line of what must be found.
#[track_caller]
fn found(report: &AuditReport) -> (AuditFlaw, u64, u64) {
    let finding = report.finding.as_ref().expect("nothing was found");
    assert!(!report.is_consistent());
    (finding.flaw, finding.seq, finding.line)
}

fn head(line: &[u8]) -> AuditHead {
    let entry = Entry::parse(line.trim_ascii_end()).unwrap();
    AuditHead { seq: entry.seq, hash: entry.hash }
}

/// Changes an entry and gives it the hash that fits.
fn resealed(line: &[u8], prev: Option<Hash>) -> Vec<u8> {
    let mut entry = Entry::parse(line.trim_ascii_end()).unwrap();
    entry.outcome = "denied".to_owned();
    entry.prev = prev.unwrap_or(entry.prev);
    seal(entry)
}

/// A trail of changed entries, with hashes that fit.
pub(super) fn rewritten(entries: &[Entry], change: impl Fn(&mut Entry)) -> Vec<u8> {
    let mut prev = Hash::NONE;
    let mut bytes = Vec::new();
    for entry in entries {
        let mut entry = entry.clone();
        change(&mut entry);
        entry.prev = prev;
        let line = seal(entry);
        prev = head(&line).hash;
        bytes.extend(line);
    }
    bytes
}

fn seal(mut entry: Entry) -> Vec<u8> {
    let text = entry.line();
    entry.hash = Hash::of_entry(&text.as_bytes()[..text.find(",\"hash\":").unwrap()]);
    (entry.line() + "\n").into_bytes()
}

#[test]
fn an_honest_trail_is_consistent_and_never_more() {
    let report = check(&TRAIL);
    assert_eq!(report.finding, None);
    assert_eq!((report.entries, report.runs, report.unclean_runs), (16, 2, 0));
    assert!(report.to_string().starts_with("consistent, unanchored"), "{report}");
    let empty = check(b"");
    assert!(empty.is_consistent());
    assert_eq!(empty.entries, 0);
}

#[test]
fn fault_76_any_bit_that_is_flipped_is_found_at_its_entry() {
    let mut start = 0;
    for (index, line) in lines().iter().enumerate() {
        let seq = index as u64 + 1;
        for at in start..start + line.len() {
            let mut bytes = TRAIL.clone();
            bytes[at] ^= 1 << (at % 8);
            let found = found(&check(&bytes));
            assert_eq!((found.1, found.2), (seq, seq), "byte {at}: {found:?}");
        }
        start += line.len();
        if index >= 3 {
            break;
        }
    }
}

#[test]
fn fault_76_an_entry_that_is_missing_double_or_elsewhere_is_named() {
    let lines = lines();
    let count = lines.len();
    for index in 0..count {
        let seq = index as u64 + 1;
        let mut without = lines.clone();
        without.remove(index);
        if index + 1 < count {
            assert_eq!(found(&report(&without)), (AuditFlaw::Missing, seq, seq));
        }
        let mut double = lines.clone();
        double.insert(index, lines[index].clone());
        assert_eq!(found(&report(&double)), (AuditFlaw::Inserted, seq, seq + 1));
        for other in 0..index {
            let mut again = lines.clone();
            again.insert(index, lines[other].clone());
            assert_eq!(found(&report(&again)).2, seq, "{other} again at {index}");
            let mut swapped = lines.clone();
            swapped.swap(other, index);
            let expected = other as u64 + 1;
            assert_eq!(found(&report(&swapped)).1, expected, "{other} and {index} swapped");
        }
    }
    let mut swapped = lines.clone();
    swapped.swap(4, 5);
    assert_eq!(found(&report(&swapped)), (AuditFlaw::Reordered, 5, 5));
}

#[test]
fn fault_76_an_entry_that_was_changed_and_sealed_again_is_named() {
    let lines = lines();
    for index in 0..lines.len() - 1 {
        let mut changed = lines.clone();
        changed[index] = resealed(&lines[index], None);
        let seq = index as u64 + 1;
        assert_eq!(found(&report(&changed)), (AuditFlaw::Resealed, seq, seq));
    }
}

#[test]
fn fault_76_who_writes_all_anew_is_found_by_a_kept_head_alone() {
    let lines = lines();
    for from in 0..lines.len() {
        let mut forged = lines[..from].to_vec();
        let mut prev = lines[..from].last().map_or(Hash::NONE, |line| head(line).hash);
        for line in &lines[from..] {
            let line = resealed(line, Some(prev));
            prev = head(&line).hash;
            forged.push(line);
        }
        if from == lines.len() - 1 {
            assert!(report(&forged).is_consistent(), "nothing in the file can show it");
        }
        for (index, line) in lines.iter().enumerate() {
            let known = Known { pinned: vec![head(line)], ..Known::default() };
            let report = verify(forged.concat().as_slice(), known).unwrap();
            if index >= from {
                let seq = index as u64 + 1;
                assert_eq!(found(&report), (AuditFlaw::Resealed, seq, seq), "from {from}");
            }
        }
    }
}

#[test]
fn fault_76_a_cut_end_is_found_by_a_kept_head_alone() {
    let lines = lines();
    let pinned = head(lines.last().unwrap());
    for kept in 0..lines.len() {
        let cut = lines[..kept].concat();
        assert!(check(&cut).is_consistent());
        let known = Known { pinned: vec![pinned], ..Known::default() };
        let report = verify(cut.as_slice(), known).unwrap();
        let seq = kept as u64 + 1;
        assert_eq!(found(&report), (AuditFlaw::CutOff, seq, seq));
    }
}

#[test]
fn a_kept_head_proves_what_is_before_it_and_says_so() {
    let lines = lines();
    let last = lines.len() as u64;
    for pins in [vec![3], vec![3, 9], vec![last]] {
        let pinned =
            pins.iter().map(|seq| head(&lines[usize::try_from(*seq).unwrap() - 1])).collect();
        let report = verify(TRAIL.as_slice(), Known { pinned, ..Known::default() }).unwrap();
        assert_eq!(report.anchored, pins.last().copied());
        let said = report.to_string();
        let is_whole = pins == [last];
        assert_eq!(said.starts_with("consistent, anchored:"), is_whole, "{said}");
        assert_eq!(said.contains("are unanchored"), !is_whole, "{said}");
    }
}

#[test]
fn fault_77_another_form_of_the_same_content_is_found() {
    let lines = lines();
    let text = String::from_utf8(lines[1].clone()).unwrap();
    let others = [
        text.replacen(':', ": ", 1),
        text.replacen("\"seq\":2", "\"seq\":2.0", 1),
        text.replacen("\"seq\":2", "\"seq\":2e0", 1),
        text.replacen("\"v\":1,\"seq\":2", "\"seq\":2,\"v\":1", 1),
        text.replacen("\"seq\":2", "\"seq\":1,\"seq\":2", 1),
        text.replacen("\"kind\":\"read\"", "\"kind\":\"write\",\"kind\":\"read\"", 1),
        text.replacen("ada", "\\u0061da", 1),
        text.replacen("\\u00f6", "\\u00F6", 1),
        text.replacen("\\u00f6", "ö", 1),
        text.replacen("\\u00f6", "o\\u0308", 1),
        text.replacen("\\n", "\\u000a", 1),
        text.replacen("GET search", "GET\\/search", 1),
        text.replace('}', " }"),
        text.replacen("\"v\":1", "\"v\":2", 1),
        text.replacen("}}\n", "},\"more\":1}\n", 1),
        text.replacen('\n', "\r\n", 1),
    ];
    for other in others {
        assert_ne!(other, text);
        let mut changed = lines.clone();
        changed[1] = other.clone().into_bytes();
        let found = found(&report(&changed));
        assert_eq!((found.1, found.2), (2, 2), "{other}");
    }
}

#[test]
fn a_value_can_be_taken_out_without_breaking_the_chain_but_not_in_silence() {
    let lines = lines();
    let mut entry = Entry::parse(lines[1].trim_ascii_end()).unwrap();
    entry.values.insert("query".to_owned(), None);
    assert_eq!(entry.flaw(), None);
    let mut erased = lines.clone();
    erased[1] = (entry.line() + "\n").into_bytes();
    assert_eq!(found(&report(&erased)), (AuditFlaw::Erased, 2, 2));
    entry.values.remove("query");
    erased[1] = (entry.line() + "\n").into_bytes();
    assert_eq!(found(&report(&erased)), (AuditFlaw::Changed, 2, 2));
}

proptest! {
    #[test]
    fn bytes_put_anywhere_are_found_unless_they_are_torn_or_the_same(
        at in 0..TRAIL.len(),
        length in 0_usize..40,
        bytes in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let end = (at + length).min(TRAIL.len());
        let mut edited = TRAIL.clone();
        edited.splice(at..end, bytes);
        let report = check(&edited);
        if edited.starts_with(&TRAIL) {
            // Foreign bytes after the end: torn, or lines of their own.
            prop_assert_eq!(report.is_consistent(), !edited[TRAIL.len()..].contains(&b'\n'));
        } else if TRAIL.starts_with(&edited) {
            prop_assert!(report.is_consistent());
        } else if let Some(finding) = report.finding {
            // The line whose bytes differ first.
            let same = edited.iter().zip(&*TRAIL).take_while(|(one, other)| one == other).count();
            let line = TRAIL[..same].split(|byte| *byte == b'\n').count() as u64;
            prop_assert!(finding.line == line || finding.line == line + 1, "{} not {}", finding.line, line);
        } else {
            // What is not told by a line of its own is the torn end of a cut trail.
            prop_assert!(report.torn_bytes > 0 && report.entries < 16);
        }
    }
}
