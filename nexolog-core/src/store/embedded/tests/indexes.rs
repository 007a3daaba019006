//! Indexes beside the segments of a test's directory, in whatever state.

use std::fs::{self, File};
use std::path::Path;

use proptest::prelude::*;

use crate::store::index::{Builder, Place, SegmentFacts};
use crate::store::names::{FamilyName, SegmentName, SegmentState};

/// How the index of a segment is.
#[derive(Clone, Debug)]
pub(super) enum State {
    Missing,
    Whole,
    /// With this bit of this byte turned over.
    Damaged(prop::sample::Index, u8),
    /// Cut off here.
    Cut(prop::sample::Index),
    /// Of another segment.
    Stale,
}

pub(super) fn state() -> impl Strategy<Value = State> {
    prop_oneof![
        1 => Just(State::Missing),
        4 => Just(State::Whole),
        1 => (any::<prop::sample::Index>(), 0_u8..8).prop_map(|(at, bit)| State::Damaged(at, bit)),
        1 => any::<prop::sample::Index>().prop_map(State::Cut),
        1 => Just(State::Stale),
    ]
}

/// Gives every sealed segment of the main log in `directory`, and those beneath, an index; `states` say how they are, in
/// turn.
pub(super) fn index(directory: &Path, states: &[State]) {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut states = states.iter().cycle();
    for name in names {
        let path = directory.join(&name);
        if path.is_dir() {
            index(&path, &states.by_ref().take(3).cloned().collect::<Vec<_>>());
        }
        let Some(SegmentName { family, state: SegmentState::Sealed { first_seq, compressed } }) =
            SegmentName::parse(&name)
        else {
            continue;
        };
        // While a segment is compressed it has two files, and the index is that of the compressed one.
        if family == FamilyName::main("shop")
            && (compressed || !directory.join(family.compressed(first_seq)).exists())
        {
            let index = directory.join(family.index(first_seq).unwrap());
            write(&path, first_seq, compressed, &index, states.next().unwrap());
        }
    }
}

fn write(segment: &Path, first_seq: u64, is_packed: bool, index: &Path, state: &State) {
    let file = File::open(segment).unwrap();
    let mut facts = SegmentFacts::of(&file, first_seq).unwrap();
    if matches!(state, State::Stale) {
        facts.tail[1] ^= 1;
    }
    // A fixed seed: with another one a filter errs at other places.
    let mut builder = Builder::with_seed(7);
    for (text, place) in blocks(segment, is_packed) {
        builder.block(&text, place);
    }
    let mut bytes = builder.finish(facts, is_packed, &[]).unwrap();
    match state {
        State::Missing => return,
        State::Whole | State::Stale => {}
        State::Damaged(at, bit) => {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        State::Cut(at) => bytes.truncate(at.index(bytes.len())),
    }
    fs::write(index, bytes).unwrap();
}

/// The frames of a compressed segment, or two lines at a time of a plain one.
fn blocks(segment: &Path, is_packed: bool) -> Vec<(Vec<u8>, Place)> {
    let bytes = fs::read(segment).unwrap();
    if is_packed {
        return frames(&bytes);
    }
    let mut start = 0;
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let blocks = lines.chunks(2).map(|lines| {
        let text = lines.concat();
        let place = Place { start, length: u32::try_from(text.len()).unwrap() };
        start += text.len() as u64;
        (text, place)
    });
    blocks.collect()
}

#[cfg(feature = "compression")]
fn frames(bytes: &[u8]) -> Vec<(Vec<u8>, Place)> {
    let mut blocks = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let length = zstd::zstd_safe::find_frame_compressed_size(&bytes[start..]).unwrap();
        let text = zstd::decode_all(&bytes[start..start + length]).unwrap();
        let place = Place { start: start as u64, length: u32::try_from(length).unwrap() };
        blocks.push((text, place));
        start += length;
    }
    blocks
}

#[cfg(not(feature = "compression"))]
fn frames(_bytes: &[u8]) -> Vec<(Vec<u8>, Place)> {
    Vec::new()
}

/// Does to the indexes that are in `directory` what `states` say, in turn.
pub(super) fn harm(directory: &Path, states: &[State]) {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let indexes = entries.filter(|path| path.extension().is_some_and(|ending| ending == "idx"));
    for (path, state) in indexes.zip(states.iter().cycle()) {
        // The sealer may be making it anew meanwhile.
        let Ok(mut bytes) = fs::read(&path) else { continue };
        match state {
            State::Whole => continue,
            State::Missing => {
                fs::remove_file(&path).ok();
                continue;
            }
            State::Damaged(at, bit) => {
                let at = at.index(bytes.len().max(1));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            State::Cut(at) => bytes.truncate(at.index(bytes.len().max(1))),
            // As if it were one of another time.
            State::Stale => bytes.extend_from_slice(b"more"),
        }
        fs::write(&path, bytes).unwrap();
    }
}
