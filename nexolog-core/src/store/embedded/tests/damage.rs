use std::fs;

use proptest::prelude::*;

use super::houses::{Form, House, build, packed, plain_lines, text};
use super::{all, seqs};
use crate::store::Order;

const NAME: &str = "shop.000000000001.jsonl.zst";

/// Replaces the packed segment of a house of 30 records (20 of them packed, 4 a frame) by `damage` of it.
fn search_damaged(
    order: Order,
    damage: impl FnOnce(Vec<u8>) -> Vec<u8>,
) -> (Vec<u64>, Option<String>) {
    let root = tempfile::tempdir().unwrap();
    let house = House::new("", plain_lines(30)).cut(20, Form::Packed(4));
    let store = build(&[house], root.path());
    let path = root.path().join(NAME);
    fs::write(&path, damage(fs::read(&path).unwrap())).unwrap();
    let found = all(&store, "", order);
    let mut seqs = seqs(&found);
    seqs.sort_unstable();
    (seqs, found.incomplete)
}

fn frame_starts() -> Vec<usize> {
    let lines = plain_lines(30);
    let lengths = lines[..20].chunks(4).map(|frame| packed(frame, 4).len());
    lengths
        .scan(0, |at, length| {
            let start = *at;
            *at += length;
            Some(start)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn fault_35_a_flipped_bit_costs_at_most_its_frame_and_the_next(at: prop::sample::Index, bit in 0_u8..8) {
        for order in [Order::NewestFirst, Order::OldestFirst] {
            let (found, incomplete) = search_damaged(order, |mut bytes| {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
                bytes
            });
            let lost: Vec<u64> = (1..=20).filter(|seq| !found.contains(seq)).collect();
            prop_assert_eq!(found.len() + lost.len(), 30, "each at most once: {:?}", found);
            prop_assert!(lost.len() <= 8, "{lost:?}");
            prop_assert!(lost.is_empty() || incomplete.is_some());
        }
    }

    #[test]
    fn fault_35_a_cut_file_gives_the_frames_before_the_cut(at: prop::sample::Index) {
        let mut length = 0;
        let (found, incomplete) = search_damaged(Order::NewestFirst, |mut bytes| {
            length = at.index(bytes.len());
            bytes.truncate(length);
            bytes
        });
        let mut starts = frame_starts();
        starts.retain(|start| *start <= length);
        let whole = 4 * (starts.len() as u64 - 1);
        prop_assert_eq!(found, (1..=whole).chain(21..=30).collect::<Vec<u64>>());
        // Cut between two frames, a file is whole in itself; with no frame at all it is not.
        let is_cut_between = starts.len() > 1 && starts.last() == Some(&length);
        prop_assert_eq!(incomplete.is_none(), is_cut_between);
    }

    #[test]
    fn any_bytes_in_a_packed_segment_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300), with_magic: bool) {
        let (found, _) = search_damaged(Order::OldestFirst, |_| {
            let magic: &[u8] = if with_magic { &[0x28, 0xB5, 0x2F, 0xFD] } else { &[] };
            [magic, &bytes].concat()
        });
        prop_assert_eq!(found, (21..=30).collect::<Vec<u64>>());
    }
}

#[test]
fn fault_35_a_damaged_header_costs_its_own_frame_only() {
    let start = frame_starts()[1];
    for (at, bit) in (start..start + 12).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let (found, incomplete) = search_damaged(Order::NewestFirst, |mut bytes| {
            bytes[at] ^= 1 << bit;
            bytes
        });
        let lost: Vec<u64> = (1..=30).filter(|seq| !found.contains(seq)).collect();
        assert!(lost.is_empty() || lost == [5, 6, 7, 8], "byte {at}, bit {bit}: {lost:?}");
        assert!(lost.is_empty() || incomplete.is_some(), "byte {at}, bit {bit}");
    }
}

#[test]
fn junk_between_frames_costs_nothing_but_a_word() {
    let starts = frame_starts();
    let (found, incomplete) = search_damaged(Order::OldestFirst, |bytes| {
        [&bytes[..starts[2]], b"some junk".as_slice(), &bytes[starts[2]..]].concat()
    });
    assert_eq!(found, (1..=30).collect::<Vec<u64>>());
    assert_eq!(incomplete.as_deref(), Some("1 block damaged"));
}

#[test]
fn frames_of_other_data_are_stepped_over() {
    let (found, incomplete) = search_damaged(Order::OldestFirst, |bytes| {
        [&[0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3][..], &bytes].concat()
    });
    assert_eq!((found.len(), incomplete), (30, None));
}

#[test]
fn fault_66_a_frame_that_unpacks_to_too_much_is_left_out() {
    let (found, incomplete) = search_damaged(Order::OldestFirst, |bytes| {
        let bomb = zstd::bulk::compress(&vec![b' '; 64 << 20], 1).unwrap();
        [&bytes[..], &bomb].concat()
    });
    assert_eq!(found, (1..=30).collect::<Vec<u64>>());
    assert_eq!(incomplete.as_deref(), Some("1 block damaged"));
}

#[test]
fn fault_66_a_frame_that_claims_16_exabytes_is_left_out() {
    let (found, incomplete) = search_damaged(Order::NewestFirst, |bytes| {
        // Single segment, 8 bytes of content size, one last raw block of 1 byte.
        let mut claim = vec![0x28, 0xB5, 0x2F, 0xFD, 0b1110_0000];
        claim.extend([0xFF; 8]);
        claim.extend([0b0000_1001, 0, 0, b'x']);
        [&bytes[..], &claim].concat()
    });
    assert_eq!(found.len(), 30);
    assert_eq!(incomplete.as_deref(), Some("1 block damaged"));
}

#[test]
fn a_file_packed_by_hand_as_one_stream_is_read() {
    let lines = plain_lines(20);
    let (found, incomplete) = search_damaged(Order::NewestFirst, |_| {
        // Written as a stream, a frame does not say how long its text is.
        zstd::stream::encode_all(text(&lines).as_bytes(), 3).unwrap()
    });
    assert_eq!((found.len(), incomplete), (30, None));
}
