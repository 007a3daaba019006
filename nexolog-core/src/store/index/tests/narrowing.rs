//! An index that names every block would never miss one; these show that it names few.

use std::fmt::Write as _;

use super::super::block::flag;
use super::super::fuzzed::{index_of, open};
use super::super::loader::Index;
use super::super::part::BLOCKS_OF_PART;

const BLOCKS: usize = 60;

fn random(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    seed.wrapping_mul(0x2545_F491_4F6C_DD1D)
}

fn line(text: &mut String, seq: u64, message: &str, rest: &str) {
    writeln!(
        text,
        r#"{{"seq":{seq},"timestamp":"2026-11-05T10:00:00.000001Z","level":"INFO","module":"orders","message":"{message}",{rest}}}"#
    )
    .unwrap();
}

/// Blocks of 100 lines; in block 17 there is something to be found.
fn segment() -> Index {
    let mut seed = 99;
    let blocks: Vec<Vec<u8>> = (0..BLOCKS as u64)
        .map(|block| {
            let mut text = String::new();
            for number in 0..100 {
                let (a, b) = (random(&mut seed), random(&mut seed));
                let rest = format!(
                    r#""request_id":"{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}","user_id":"u{}","duration_ms":{}.{:03},"fields":{{"order":{}}}"#,
                    a >> 32, a >> 16 & 0xFFFF, a & 0xFFF, b >> 52, b & 0xFFFF_FFFF_FFFF, a % 5_000, b % 900, a % 1_000, 100_000 + b % 900_000,
                );
                line(&mut text, block * 1_000 + number, "order placed for the customer", &rest);
            }
            if block == 17 {
                line(
                    &mut text,
                    block * 1_000 + 900,
                    "Replikation gestört: Überlauf in shard7",
                    r#""request_id":"550e8400-e29b-41d4-a716-446655440000","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","fields":{"order":7777777,"note":"a\tb"}"#,
                );
            }
            text.into_bytes()
        })
        .collect();
    open(&index_of(&blocks)).unwrap()
}

#[test]
fn what_is_rare_leads_to_its_block() {
    let index = segment();
    let is_17 = |found: std::io::Result<super::super::BlockSet>, what: &str| {
        let found = found.unwrap();
        assert!(
            found.has(17) && found.len() <= 2,
            "{what}: {:?}",
            found.iter().collect::<Vec<_>>()
        );
    };
    for text in [
        "550e8400-e29b-41d4-a716-446655440000",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "replikation",
        "plikatio",
        "gestört",
        "störung gestört: überl",
        "überlauf in shard7",
        "order placed for the customer",
        "überlauf",
        "shard",
        "in shard7",
    ] {
        match text {
            "order placed for the customer" => assert!(index.containing(text).unwrap().is_full()),
            "störung gestört: überl" => assert!(index.containing(text).unwrap().is_empty()),
            _ => is_17(index.containing(text), text),
        }
    }
    for text in ["550e8400-e29b-41d4-a716-446655440000", "7777777", "shard7", "a\tb gestört"] {
        if text.starts_with('a') {
            continue;
        }
        is_17(index.equal(text), text);
    }
    is_17(index.number(7_777_777), "number");
    is_17(index.has_key("note"), "key");
    is_17(index.has_key("fields.note"), "key");
    assert!(index.has_key("order").unwrap().is_full());
    assert!(index.has_key("level").unwrap().is_full());
}

#[test]
fn what_is_not_there_is_nowhere() {
    let index = segment();
    for text in
        ["550e8400-e29b-41d4-a716-446655440001", "zebra", "orderplaced", "shard8 ", " u99999 "]
    {
        // One look-up in 256 may find what is not there, and then in one block.
        assert!(index.containing(text).unwrap().len() <= 1, "{text}");
        assert!(index.equal(text).unwrap().len() <= 1, "{text}");
    }
    let absent = (0..1_000).filter(|n| !index.equal(&format!("absent{n}")).unwrap().is_empty());
    assert!(absent.count() <= 12);
}

#[test]
fn what_a_number_could_contain_is_everywhere() {
    let index = segment();
    for text in ["1.5", "e", "-", "1e5", "", "…", "a", "ab"] {
        assert!(index.containing(text).unwrap().is_full(), "{text}");
    }
}

#[test]
fn fault_50_a_block_of_too_many_terms_is_always_named_and_the_others_are_not() {
    let mut huge = String::new();
    line(&mut huge, 1, "rare", r#""user_id":"u1""#);
    let mut long = String::from("long");
    for number in 0..70_000 {
        write!(long, " q{number}w").unwrap();
    }
    for seq in 0..5 {
        line(&mut huge, seq, &long.replace('q', &format!("q{seq}x")), r#""user_id":"u1""#);
    }
    let mut small = String::new();
    line(&mut small, 9, "common", r#""user_id":"u1""#);
    let index = open(&index_of(&[small.clone().into(), huge.into(), small.into()])).unwrap();
    assert!(index.blocks()[1].has(flag::NO_TERMS));
    assert!(index.equal("nothing").unwrap().iter().eq([1]));
    assert!(index.containing("nothing").unwrap().iter().eq([1]));
    assert!(index.equal("common").unwrap().is_full());
}

#[test]
fn fault_50_words_without_end_are_not_all_listed_and_none_is_missed() {
    let word = |number: u64| -> String {
        let letters = (0..8)
            .map(|digit| char::from(b'g' + u8::try_from(number >> (4 * digit) & 15).unwrap()));
        letters.collect()
    };
    let blocks: Vec<Vec<u8>> = (0..60_u64)
        .map(|block| {
            let mut text = String::new();
            for number in 0..1_000 {
                line(
                    &mut text,
                    number,
                    &word((block << 16 | number).wrapping_mul(0x9E37_79B1)),
                    r#""a":1"#,
                );
            }
            text.into_bytes()
        })
        .collect();
    let bytes = index_of(&blocks);
    let index = open(&bytes).unwrap();
    assert!(!index.blocks()[0].has(flag::MORE_WORDS));
    assert!(index.blocks()[59].has(flag::MORE_WORDS));
    for (block, number) in [(0_u64, 0_u64), (3, 999), (59, 0), (59, 999)] {
        let word = word((block << 16 | number).wrapping_mul(0x9E37_79B1));
        let block = usize::try_from(block).unwrap();
        assert!(index.containing(&word[1..7]).unwrap().has(block));
        assert!(index.containing(&word).unwrap().has(block));
        assert!(index.equal(&word).unwrap().len() <= 2, "whole tokens are known all the same");
    }
}

#[test]
fn a_segment_of_many_blocks_has_several_parts() {
    let blocks: Vec<Vec<u8>> = (0..BLOCKS_OF_PART as u64 + 10)
        .map(|number| {
            let mut text = String::new();
            line(&mut text, number, "hello", &format!(r#""user_id":"u{number}x""#));
            text.into_bytes()
        })
        .collect();
    let index = open(&index_of(&blocks)).unwrap();
    assert_eq!(index.loaded.parts.len(), 2);
    for block in [0, 1, BLOCKS_OF_PART - 1, BLOCKS_OF_PART, BLOCKS_OF_PART + 9] {
        let found = index.equal(&format!("u{block}x")).unwrap();
        assert!(found.has(block) && found.len() <= 4, "{block}: {}", found.len());
    }
    assert!(index.containing("hell").unwrap().is_full());
}
