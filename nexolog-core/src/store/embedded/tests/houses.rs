//! Log directories as a writer could have left them.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::record::arbitrary::{record, render};
use crate::store::embedded::EmbeddedStore;
use crate::store::names::FamilyName;

/// One instance's records, and how they are cut into segments.
#[derive(Clone, Debug)]
pub(super) struct House {
    pub(super) directory: &'static str,
    /// Rendered, by `seq`.
    pub(super) lines: Vec<(u64, String)>,
    /// Lines of each segment but the active one, and how it is stored.
    cuts: Vec<(usize, Form)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    Plain,
    /// In frames of so many lines.
    Packed(usize),
    /// Both files, as in the moment between renaming the one and removing the other.
    Both,
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![Just(Form::Plain), (1_usize..6).prop_map(Form::Packed), Just(Form::Both)]
}

/// Houses of the log directory and of up to two other instances; `sorted` says that no clock was ever set back.
pub(super) fn houses(sorted: bool) -> impl Strategy<Value = Vec<House>> {
    let house = |directory| {
        let steps = vec((record(), 1_u64..4), 0..24);
        (steps, vec((1_usize..6, form()), 0..5)).prop_map(move |(mut steps, cuts)| {
            if sorted {
                let mut times: Vec<Value> =
                    steps.iter().map(|(record, _)| record["timestamp"].clone()).collect();
                times.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                for ((record, _), time) in steps.iter_mut().zip(times) {
                    record.insert("timestamp".into(), time);
                }
            }
            House { directory, lines: number(&steps), cuts }
        })
    };
    (house(""), house("instance-1"), house("instance-2"), 1_usize..4)
        .prop_map(|(a, b, c, count)| [a, b, c].into_iter().take(count).collect())
}

fn number(steps: &[(Map<String, Value>, u64)]) -> Vec<(u64, String)> {
    let mut seq = 0;
    let numbered = steps.iter().map(|(record, step)| {
        seq += step;
        (seq, render(seq, record))
    });
    numbered.collect()
}

impl House {
    /// How many lines are in sealed segments.
    pub(super) fn sealed(&self) -> usize {
        self.cuts.iter().map(|(count, _)| count).sum::<usize>().min(self.lines.len())
    }

    pub(super) fn new(directory: &'static str, lines: Vec<(u64, String)>) -> House {
        House { directory, lines, cuts: Vec::new() }
    }

    pub(super) fn cut(mut self, lines: usize, form: Form) -> House {
        self.cuts.push((lines, form));
        self
    }

    /// Writes the segments beneath `root`.
    pub(super) fn build(&self, root: &Path) {
        let path =
            if self.directory.is_empty() { root.to_owned() } else { root.join(self.directory) };
        fs::create_dir_all(&path).unwrap();
        let family = FamilyName::main("shop");
        let mut rest = self.lines.as_slice();
        for (count, form) in &self.cuts {
            let (segment, after) = rest.split_at((*count).min(rest.len()));
            rest = after;
            let Some((first_seq, _)) = segment.first() else { break };
            let form = if cfg!(feature = "compression") { *form } else { Form::Plain };
            if matches!(form, Form::Plain | Form::Both) {
                fs::write(path.join(family.sealed(*first_seq)), text(segment)).unwrap();
            }
            let lines_a_frame = match form {
                Form::Plain => continue,
                Form::Packed(lines) => lines,
                Form::Both => 2,
            };
            fs::write(path.join(family.compressed(*first_seq)), packed(segment, lines_a_frame))
                .unwrap();
        }
        fs::write(path.join(family.active()), text(rest)).unwrap();
    }
}

/// The store over all houses, built beneath `root`.
pub(super) fn build(houses: &[House], root: &Path) -> EmbeddedStore {
    for house in houses {
        house.build(root);
    }
    EmbeddedStore::new(root.to_owned(), "shop")
}

pub(super) fn text(lines: &[(u64, String)]) -> String {
    let mut lines: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
    // So that the last line has a newline too, and no line gives no text.
    lines.push("");
    lines.join("\n")
}

#[cfg(feature = "compression")]
pub(super) fn packed(lines: &[(u64, String)], lines_a_frame: usize) -> Vec<u8> {
    let mut compressor = zstd::bulk::Compressor::new(1).unwrap();
    let checksum = zstd::zstd_safe::CParameter::ChecksumFlag(true);
    compressor.set_parameter(checksum).unwrap();
    let frames = lines.chunks(lines_a_frame);
    frames.flat_map(|frame| compressor.compress(text(frame).as_bytes()).unwrap()).collect()
}

/// Without compression nobody packs anything.
#[cfg(not(feature = "compression"))]
pub(super) fn packed(lines: &[(u64, String)], _lines_a_frame: usize) -> Vec<u8> {
    text(lines).into_bytes()
}

/// A record with this and that, at `second` seconds after some beginning.
pub(super) fn line(seq: u64, second: i64, level: &str, module: &str, rest: &str) -> (u64, String) {
    let stamp = jiff::Timestamp::from_second(1_793_800_000 + second).unwrap();
    let line = format!(
        "{{\"seq\":{seq},\"timestamp\":\"{stamp:.6}\",\"level\":\"{level}\",\"module\":\"{module}\"{rest}}}"
    );
    (seq, line)
}

/// `count` records, a second apart, numbered from 1.
pub(super) fn plain_lines(count: u64) -> Vec<(u64, String)> {
    let numbers = 1..=count;
    numbers
        .map(|seq| line(seq, i64::try_from(seq).unwrap(), "INFO", "auth", ",\"message\":\"hello\""))
        .collect()
}
