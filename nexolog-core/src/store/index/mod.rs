//! The sidecar index of a sealed segment: which of its blocks can hold a line that somebody looks for.
//!
//! An index is never the truth. It is made when a segment is sealed ([`Sidecar`]), checked whenever it is read ([`Index`]),
//! and made again when it is missing, stale or damaged ([`Care`]); whoever asks goes without it meanwhile. What is read when one is
//! opened is kept for the next question ([`Heads`]), and known by the state of both files. Blocks of a file that is still written to
//! are told of as well ([`Census`]), without terms. All its answers
//! are supersets: a block that it leaves out has no such line, one that it names may have one. Only the main log has indexes.
//!
//! # What is in it
//!
//! A *block* is some whole lines that stand together: a frame of a compressed segment. Of each there is told where it is,
//! its numbers and times, and the levels of each module in it.
//!
//! *Terms* are the runs of letters and digits (`tokens`) of everything that a search by text looks through, and of the
//! names of keys; folded, so that letter case makes no difference. Not in it are the values of `seq`, `timestamp`, `level`,
//! `duration_ms` and `line`, and numbers that are not whole; a whole number written in another way (`5e2`) is there by its plain digits (`number`). A
//! token of letters and digits puts in its runs of letters as well, when they have at least 3 bytes and other letters than
//! `a` to `f` (else ids in base 16 would be most of the index).
//!
//! *Words* are the runs of letters of at least 3 bytes, listed in full, so that a piece of a word can be looked for. A
//! block that has words that are not listed, or terms that are not in a table, says so and is part of every such answer.
//!
//! # How a text is looked for
//!
//! A token of the text with something on both sides of it is a token wherever the text is found: it is looked up. One with
//! digits at the text's edge may be a piece of a longer one; blocks say how long their longest is. A run of letters is
//! looked for in the list of words, and the words it is found in are looked up. What all of these agree on is the answer. A
//! text that could be a piece of a number, such as `1.5`, may be anywhere.
//!
//! # The file
//!
//! Numbers are in as many bytes as said, the least significant first; a *varint* has 7 bits in each byte, the lowest first,
//! and the highest bit set where more follow; a *step* is a varint of the difference to another number, 0, -1, 1, -2, …
//! as 0, 1, 2, 3, …. Checksums are XXH3 of 64 bits, with the seed that is said.
//!
//! | bytes | head |
//! |---|---|
//! | 8 | `NEXOIDX\n` |
//! | 2 | version, 2; a reader refuses one that it does not know |
//! | 2 | 1 when the segment is compressed, else 0 |
//! | 4 | number of sections |
//! | 8 | seed of the terms' hashes |
//! | 8, 4 | length of the segment's file, and its last bytes: of another file, the index is stale |
//! | 8 | `seq` of the segment's first record, as its name has it: of another segment, the index is stale, too |
//! | 28 each | sections: what it is (4), offset in the file (8), length (8), checksum with what it is for a seed (8; 0 for terms) |
//! | 8 | checksum of all before, seed 0 |
//!
//! Section 1, blocks: varints with the number of blocks and of modules; of each module a varint with the length of its name,
//! and the name; of each block varints with its bytes in the file, bytes of text, records, damaged lines, lines that are too
//! long, then steps to the first seq (from the last one of the block before, 0 at the beginning), from there to the last,
//! to the earliest time in microseconds (from the latest of the block before), and from there to the latest, then a byte
//! with the length of the longest token that has a digit (255 for longer ones, too) and a byte of flags (1: its terms are in no table,
//! 2: some words are not listed, 4: no line has a letter beyond ASCII or an escape `\u`); at last, for each block, a byte of levels for lines of no listed module and one for
//! each module: bit 0 for TRACE to bit 5 for CRITICAL, bit 6 for lines without level.
//!
//! Section 2, parts: the terms of a long segment are in several parts, each of at most 4,096 blocks. Of each: first block (4),
//! number of blocks (4), bits of a hash *h* (1), bits of a page's number *p* (1), offset of the page offsets (8), of the pages
//! (8), of the words (8), length of the words (4), their checksum with seed 0x57 (8). Offsets are from the beginning of section 3.
//!
//! Section 3, terms: for each part, `2^p + 1` page offsets (4 each, from the part's first page), pages, and words. A page
//! has the terms whose hash (the first *h* bits of XXH3 with the head's seed) begins with its number: their count in Rice
//! code with 8 low bits, then for each in ascending order the difference of the other `h - p` bits to those of the one
//! before (0 at first) in Rice code with 8 low bits, and its blocks. Bits fill bytes from the lowest; Rice code is as many zeros as the upper bits say,
//! a one, and the low bits. Blocks are counted from the part's first; of *n* blocks with `2^(w-1) < n <= 2^w` the first `2^w - n` numbers have
//! `w - 1` bits, and the others, with that added, their upper `w - 1` bits and then the lowest. Bit
//! 1, and the only block; or bits 0, 1, 4 bits with the number of blocks less 2, and the blocks; or bits 0, 0, and a bit for every block of the part.
//! Behind a page stand 4 bytes, the lower half of its checksum with `part * 2^32 + page` for a seed. Words are sorted, with
//! `\n` before, between and behind them.
//!
//! Sections 16 and 17 are the totals and minutes of statistics ([`Section`]).

mod bits;
mod block;
mod block_set;
mod blocks;
mod builder;
mod bytes;
mod care;
mod census;
mod facts;
#[cfg(any(test, fuzzing))]
mod fuzzed;
mod hash;
mod head;
mod heads;
mod identity;
mod lines;
mod loaded;
mod loader;
mod look_up;
mod maker;
mod noticed;
mod number;
mod part;
mod read_at;
mod section;
mod sidecar;
mod table;
mod terms;
#[cfg(test)]
mod tests;
mod tokens;
#[cfg(feature = "compression")]
mod unpack;
mod words;

pub(in crate::store) use block::{Block, LevelSet};
pub(in crate::store) use block_set::BlockSet;
#[cfg(test)]
pub(in crate::store) use builder::{Builder, Place};
pub(in crate::store) use care::Care;
pub(in crate::store) use census::Census;
pub(in crate::store) use facts::{SegmentFacts, Unusable};
#[cfg(any(test, fuzzing))]
pub(crate) use fuzzed::{any_index, any_text};
pub(in crate::store) use heads::Heads;
pub(in crate::store) use identity::FileIdentity;
pub(in crate::store) use loaded::Loaded;
pub(in crate::store) use loader::Index;
pub(in crate::store) use noticed::watch;
pub(in crate::store) use read_at::read_at;
pub(in crate::store) use section::Section;
#[cfg(feature = "compression")]
pub(in crate::store) use sidecar::Sidecar;
