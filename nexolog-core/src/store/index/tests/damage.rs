use std::fs;

use proptest::prelude::*;

use super::super::fuzzed::{any_index, index_of, open};
use super::super::section::Section;
use super::super::{BlockSet, Index, SegmentFacts, Unusable};
use crate::store::names::FamilyName;

const MESSAGES: [&str; 8] = [
    "order placed",
    "payment refused by the provider",
    "timeout after 5 s",
    "user u17 signed in",
    "cache miss",
    "Überlauf",
    "retrying 3 times",
    "connection to 10.0.0.7 lost",
];

fn bytes() -> Vec<u8> {
    let block = |number: usize| {
        let line = |seq: usize| {
            let message = MESSAGES[(number * 3 + seq * 5) % MESSAGES.len()];
            format!(
                "{{\"seq\":{seq},\"timestamp\":\"2026-11-05T10:00:00.00000{seq}Z\",\"level\":\"INFO\",\"module\":\"m{number}\",\"message\":\"{message}\",\"user_id\":\"u{}\"}}\n",
                number * 10 + seq
            )
        };
        (0..4).map(line).collect::<String>().into_bytes()
    };
    index_of(&(0..7).map(block).collect::<Vec<_>>())
}

/// Every kind of answer; those that say that the index is damaged left out.
fn answers(index: &Index) -> Vec<Option<BlockSet>> {
    let mut answers = Vec::new();
    let texts = MESSAGES.iter().map(|message| message.to_lowercase());
    for text in texts.chain(["u17", "prov", " placed", "absent", "10.0.0.7"].map(String::from)) {
        answers.extend([
            index.containing(&text).ok(),
            index.equal(&text).ok(),
            index.has_key(&text).ok(),
        ]);
    }
    answers.extend((0..8).map(|number| index.number(number).ok()));
    answers
}

/// What a damaged index says is what the good one says, as far as it says anything.
fn agrees(damaged: &Index, good: &Index) -> bool {
    damaged.blocks() == good.blocks()
        && damaged.modules() == good.modules()
        && answers(damaged)
            .iter()
            .zip(answers(good))
            .all(|(damaged, good)| damaged.is_none() || *damaged == good)
        && damaged
            .section(Section::RollupTotals)
            .is_ok_and(|bytes| bytes == Some(b"totals".to_vec()))
            | damaged.section(Section::RollupTotals).is_err()
}

#[test]
fn fault_36_each_byte_may_be_another_and_no_answer_is() {
    let bytes = bytes();
    let good = open(&bytes).unwrap();
    assert_eq!(good.section(Section::RollupTotals).unwrap().unwrap(), b"totals");
    assert_eq!(good.section(Section::RollupMinutes).unwrap(), None);
    assert!(answers(&good).iter().all(Option::is_some));
    let (mut refused, mut silent) = (0, 0);
    for at in 0..bytes.len() {
        for flip in [0xFF, 1 << (at % 8)] {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            match open(&bytes) {
                Err(Unusable::Damaged | Unusable::Newer) => refused += 1,
                Err(other) => panic!("byte {at}: {other}"),
                Ok(index) => {
                    assert!(agrees(&index, &good), "byte {at} ^ {flip}");
                    silent += usize::from(answers(&index).iter().all(Option::is_some));
                }
            }
        }
    }
    assert!(refused > 600, "{refused}");
    // Bytes of a section that is read on demand, and of pages that none of the questions leads to.
    assert!(silent < bytes.len() / 4, "{silent} of {}", 2 * bytes.len());
}

#[test]
fn fault_36_a_cut_index_is_refused_or_answers_alike() {
    let bytes = bytes();
    let good = open(&bytes).unwrap();
    for length in 0..bytes.len() {
        match open(&bytes[..length]) {
            Err(unusable) => assert_eq!(unusable, Unusable::Damaged),
            Ok(index) => assert!(agrees(&index, &good), "{length} bytes"),
        }
    }
    let longer = [bytes, vec![0; 100]].concat();
    assert!(agrees(&open(&longer).unwrap(), &good));
}

#[test]
fn fault_36_a_stale_or_newer_or_missing_index_is_told_apart() {
    let root = tempfile::tempdir().unwrap();
    let family = FamilyName::main("shop");
    let mut bytes = bytes();
    let path = root.path().join(family.index(1).unwrap());
    let length = u64::from_le_bytes(bytes[24..32].try_into().unwrap());
    let facts = SegmentFacts { first_seq: 1, length, tail: [1, 2, 3, 4] };
    let look = |facts: SegmentFacts| Index::look(root.path(), &family, &facts).map(drop);
    assert_eq!(look(facts), Err(Unusable::Missing));
    fs::write(&path, &bytes).unwrap();
    assert_eq!(look(facts), Ok(()));
    assert_eq!(look(SegmentFacts { length: length + 1, ..facts }), Err(Unusable::Stale));
    assert_eq!(look(SegmentFacts { tail: [1, 2, 3, 5], ..facts }), Err(Unusable::Stale));
    let next = root.path().join(family.index(2).unwrap());
    fs::copy(&path, &next).unwrap();
    assert_eq!(look(SegmentFacts { first_seq: 2, ..facts }), Err(Unusable::Stale));
    fs::remove_file(next).unwrap();
    bytes[8] = 3;
    fs::write(&path, &bytes).unwrap();
    assert_eq!(look(facts), Err(Unusable::Newer));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(look(facts), Err(Unusable::Missing));
    let module = FamilyName::module("shop");
    assert!(matches!(Index::look(root.path(), &module, &facts), Err(Unusable::Missing)));
}

proptest! {
    #[test]
    fn fault_36_any_bytes_are_survived(junk: Vec<u8>, at: prop::sample::Index, with_head: bool) {
        let mut bytes = if with_head { bytes() } else { b"NEXOIDX\n\x02\0".to_vec() };
        let at = at.index(bytes.len());
        bytes.splice(at.., junk);
        any_index(&bytes);
    }
}
