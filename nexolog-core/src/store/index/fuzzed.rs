//! What must hold of indexes whatever the bytes.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use super::builder::{Builder, Place};
use super::facts::{SegmentFacts, Unusable};
use super::loader::Index;
use super::section::Section;
use crate::query::{fold, parse};
use crate::store::names::FamilyName;

/// Any bytes are an index or none. Without checksums (under the fuzzer) they may be a wrong one, whose answers are bounded
/// all the same.
pub(crate) fn any_index(bytes: &[u8]) {
    let Ok(index) = open(bytes) else { return };
    let count = index.blocks().len();
    assert!(count <= bytes.len());
    for text in ["timeout", "time out now", "u123", "550e8400-e29b-41d4-a716-446655440000", "12"] {
        for found in [index.containing(text), index.equal(text), index.has_key(text)] {
            // A page may turn out to be damaged.
            let Ok(found) = found else { continue };
            assert!(found.iter().all(|block| block < count));
        }
    }
    for block in 0..count {
        let _ = (index.levels_of_others(block), index.levels_of(block, index.modules().len()));
    }
    let _ = (index.number(12), index.section(Section::RollupTotals));
}

/// Any bytes are the text of a segment; the first one says how it is cut. What a search finds in a block, its index does.
pub(crate) fn any_text(bytes: &[u8]) {
    let Some((cut, text)) = bytes.split_first() else { return };
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let blocks: Vec<Vec<u8>> =
        lines.chunks(usize::from(cut % 4) + 1).map(<[&[u8]]>::concat).collect();
    let index = open(&index_of(&blocks)).expect("what was made can be read");
    assert_eq!(index.blocks().len(), blocks.len());
    // Some of the text itself, and of its neighbourhood.
    let text = String::from_utf8_lossy(text);
    let words = text.split(|c: char| c.is_whitespace() || "\",:{}\\".contains(c)).take(20);
    for needle in words.filter(|word| !word.is_empty()) {
        let ask = |needle: &str| {
            let filter = parse(&format!("\"{}\"", needle.replace('"', "")), now()).filter;
            let found = index.containing(&fold(needle)).expect("what was made can be read");
            for (number, block) in blocks.iter().enumerate() {
                let is_there = block.split(|byte| *byte == b'\n').any(|line| filter.matches(line));
                assert!(!is_there || found.has(number), "{needle:?} is in block {number}");
            }
        };
        ask(needle);
        ask(&needle.chars().skip(1).collect::<String>());
    }
}

fn now() -> jiff::Timestamp {
    jiff::Timestamp::UNIX_EPOCH
}

/// The index of a plain segment of these blocks.
pub(super) fn index_of(blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut builder = Builder::with_seed(1);
    let mut start = 0;
    for block in blocks {
        builder.block(block, Place { start, length: u32::try_from(block.len()).unwrap() });
        start += block.len() as u64;
    }
    let facts = SegmentFacts { first_seq: 1, length: start, tail: [1, 2, 3, 4] };
    builder.finish(facts, false, &[(Section::RollupTotals, b"totals".to_vec())]).unwrap()
}

pub(super) fn open(bytes: &[u8]) -> Result<Index, Unusable> {
    let mut file: File = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Index::of_file(file, Path::new("/nowhere"), &FamilyName::main("shop"), 1)
}
