//! The table of a part's terms: by a hash, the blocks that have the term.
//!
//! It is cut into pages by the hash's first bits, each with its own checksum, so that a look-up reads its place and the
//! page, and nothing has to be kept in memory.

use std::fs::File;
use std::io;
use std::sync::OnceLock;

use super::bits::{BitReader, BitWriter};
use super::bytes::Reader;
use super::hash::{is_right_short, short_checksum};
use super::read_at::read_at;

/// Bits of a hash that are kept while terms are collected, and of a block's number beside it.
const HASH_BITS: u32 = 44;
const BLOCK_BITS: u32 = 20;

/// Bits of a hash beyond those that number the terms: one look-up in 256, or fewer, finds a term that is not there.
const SPARE_BITS: u32 = 8;

/// A page has 128 to 256 terms.
const PAGE_BITS: u32 = 8;

/// Most bytes of a page that are read.
const LONGEST_PAGE: u32 = 1 << 20;

/// Most pages are as many as terms of a part need.
const MOST_PAGE_BITS: u32 = 16;

/// A term in a block, so that sorting brings the blocks of a term together.
pub(super) fn pair(hash: u64, block: u64) -> u64 {
    hash >> (64 - HASH_BITS) << BLOCK_BITS | block
}

/// A table that has no place in a file yet.
#[derive(Debug)]
pub(super) struct Encoded {
    hash_bits: u32,
    page_bits: u32,
    /// Where each page begins among the pages, and where the last one ends.
    offsets: Vec<u32>,
    pages: Vec<u8>,
}

/// Makes the table of part `part` with `blocks` blocks from pairs, which it sorts.
pub(super) fn encode(pairs: &mut [u64], blocks: usize, part: usize) -> Encoded {
    sort(pairs);
    let terms = pairs.chunk_by(|a, b| a >> BLOCK_BITS == b >> BLOCK_BITS).count();
    let bits = usize::BITS - terms.saturating_sub(1).leading_zeros();
    let hash_bits = bits + SPARE_BITS;
    let page_bits = bits.saturating_sub(PAGE_BITS);
    let cut = |pair: &u64| pair >> BLOCK_BITS >> (HASH_BITS - hash_bits);
    let mut encoded = Encoded { hash_bits, page_bits, offsets: vec![0], pages: Vec::new() };
    let mut rest = &*pairs;
    for page in 0..1_u64 << page_bits {
        let end = rest.partition_point(|pair| cut(pair) >> (hash_bits - page_bits) <= page);
        let (own, others) = rest.split_at(end);
        rest = others;
        encoded.put_page(own, &cut, blocks);
        let start = encoded.offsets.last().map_or(0, |start| *start as usize);
        let check = short_checksum(&encoded.pages[start..], page_key(part, page));
        encoded.pages.extend(check);
        encoded.offsets.push(u32::try_from(encoded.pages.len()).unwrap_or(u32::MAX));
    }
    encoded
}

/// Bits of a hash by which pairs are put in heaps before they are sorted.
const HEAP_BITS: u32 = 10;

/// Sorts pairs: hashes are spread evenly, so that heaps by their first bits are about as big as each other.
fn sort(pairs: &mut [u64]) {
    let heap = |pair: u64| usize::try_from(pair >> (64 - HEAP_BITS)).unwrap_or(0);
    let mut ends = [0_usize; 1 << HEAP_BITS];
    for pair in &*pairs {
        if let Some(end) = ends.get_mut(heap(*pair)) {
            *end += 1;
        }
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += std::mem::replace(end, sum);
    }
    let mut heaps = vec![0; pairs.len()];
    for pair in &*pairs {
        if let Some(end) = ends.get_mut(heap(*pair))
            && let Some(place) = heaps.get_mut(*end)
        {
            *place = *pair;
            *end += 1;
        }
    }
    let mut start = 0;
    for end in ends {
        if let Some(heap) = heaps.get_mut(start..end) {
            heap.sort_unstable();
        }
        start = end;
    }
    pairs.copy_from_slice(&heaps);
}

/// What keeps one page from being taken for another.
fn page_key(part: usize, page: u64) -> u64 {
    (part as u64) << 32 | page
}

impl Encoded {
    pub(super) fn bytes(&self) -> usize {
        self.offsets.len() * 4 + self.pages.len()
    }

    fn put_page(&mut self, pairs: &[u64], cut: &impl Fn(&u64) -> u64, blocks: usize) {
        let terms = || pairs.chunk_by(|a, b| cut(a) == cut(b));
        let mask = (1 << (self.hash_bits - self.page_bits)) - 1;
        let mut writer = BitWriter::default();
        let mut before = 0;
        writer.put_rice(terms().count() as u64, PAGE_BITS);
        let mut numbers = Vec::new();
        for term in terms() {
            let Some(hash) = term.first().map(|pair| cut(pair) & mask) else { continue };
            writer.put_rice(hash - before, SPARE_BITS);
            before = hash;
            numbers.clear();
            numbers.extend(term.iter().map(|pair| pair & ((1 << BLOCK_BITS) - 1)));
            // Two terms may be one now that their hashes are cut.
            numbers.sort_unstable();
            numbers.dedup();
            put_blocks(&mut writer, &numbers, blocks);
        }
        self.pages.extend(writer.finish());
    }

    /// Appends the table to `file`, and its place to `places`.
    pub(super) fn put(&self, places: &mut Vec<u8>, file: &mut Vec<u8>) {
        let bits = |bits: u32| u8::try_from(bits).unwrap_or(u8::MAX);
        places.extend([bits(self.hash_bits), bits(self.page_bits)]);
        places.extend((file.len() as u64).to_le_bytes());
        file.extend(self.offsets.iter().flat_map(|offset| offset.to_le_bytes()));
        places.extend((file.len() as u64).to_le_bytes());
        file.extend_from_slice(&self.pages);
    }
}

/// Bits of a block's number.
fn width(blocks: usize) -> u32 {
    usize::BITS - blocks.saturating_sub(1).leading_zeros()
}

/// Most blocks of a term that are listed one by one: 2 bits tell that they are, and 4 how many.
const MOST_LISTED: usize = 17;

/// Bits for how many are listed.
const LISTED_BITS: u32 = 4;

/// Writes which of `blocks` blocks have a term: one by its number, a few as a list, many as a bit each.
fn put_blocks(writer: &mut BitWriter, numbers: &[u64], blocks: usize) {
    let width = width(blocks);
    match numbers {
        [only] => {
            writer.put(1, 1);
            writer.put_below(*only, blocks as u64);
        }
        [_, few @ ..]
            if numbers.len() <= MOST_LISTED
                && LISTED_BITS as usize + numbers.len() * (width as usize) < blocks =>
        {
            writer.put(0b10, 2);
            writer.put(few.len() as u64 - 1, LISTED_BITS);
            for number in numbers {
                writer.put_below(*number, blocks as u64);
            }
        }
        _ => {
            writer.put(0b00, 2);
            let mut numbers = numbers.iter().peekable();
            for block in 0..blocks as u64 {
                writer.put(u64::from(numbers.next_if_eq(&&block).is_some()), 1);
            }
        }
    }
}

/// How the blocks of a term are written: so many by their numbers, or a bit each.
enum Form {
    Listed(u64),
    Bits,
}

fn read_form(reader: &mut BitReader<'_>) -> Form {
    let is_one = reader.get(1) == 1;
    if is_one {
        return Form::Listed(1);
    }
    let is_list = reader.get(1) == 1;
    if is_list { Form::Listed(reader.get(LISTED_BITS) + 2) } else { Form::Bits }
}

/// Reads what [`put_blocks`] wrote.
fn read_blocks(reader: &mut BitReader<'_>, blocks: usize, found: &mut dyn FnMut(usize)) {
    match read_form(reader) {
        Form::Listed(count) => {
            for _ in 0..count {
                let number = usize::try_from(reader.get_below(blocks as u64)).unwrap_or(usize::MAX);
                if number < blocks {
                    found(number);
                }
            }
        }
        Form::Bits => {
            for start in (0..blocks).step_by(32) {
                let count = (blocks - start).min(32);
                let mut bits = reader.get(u32::try_from(count).unwrap_or(32));
                while bits != 0 {
                    found(start + bits.trailing_zeros() as usize);
                    bits &= bits - 1;
                }
            }
        }
    }
}

/// Steps over what [`put_blocks`] wrote.
fn skip_blocks(reader: &mut BitReader<'_>, blocks: usize) {
    match read_form(reader) {
        Form::Listed(count) => {
            for _ in 0..count {
                reader.get_below(blocks as u64);
            }
        }
        Form::Bits => reader.step(blocks),
    }
}

/// Where a table is in an open index.
#[derive(Debug)]
pub(super) struct Table {
    part: usize,
    blocks: usize,
    hash_bits: u32,
    page_bits: u32,
    offsets: u64,
    pages: u64,
    /// Where each page begins, and the last one ends; read at the first look-up.
    known_offsets: OnceLock<Vec<u8>>,
}

impl Table {
    /// Reads what [`Encoded::put`] wrote; `None` when it can't be that.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        part: usize,
        blocks: usize,
        base: u64,
    ) -> Option<Table> {
        let (hash_bits, page_bits) = (u32::from(reader.u8()?), u32::from(reader.u8()?));
        let offsets = base.checked_add(reader.u64()?)?;
        let pages = base.checked_add(reader.u64()?)?;
        let is_known = hash_bits <= HASH_BITS && page_bits < hash_bits.min(MOST_PAGE_BITS + 1);
        let known_offsets = OnceLock::new();
        is_known.then_some(Table {
            part,
            blocks,
            hash_bits,
            page_bits,
            offsets,
            pages,
            known_offsets,
        })
    }

    /// Bytes of memory that it takes besides itself, roughly; those of the offsets also when they are not read yet.
    pub(super) fn memory(&self) -> usize {
        self.bytes_of_offsets()
    }

    fn bytes_of_offsets(&self) -> usize {
        4 * ((1 << self.page_bits) + 1)
    }

    fn offsets(&self, file: &File) -> io::Result<&[u8]> {
        if let Some(offsets) = self.known_offsets.get() {
            return Ok(offsets);
        }
        let mut offsets = vec![0; self.bytes_of_offsets()];
        read_at(file, &mut offsets, self.offsets)?;
        Ok(self.known_offsets.get_or_init(|| offsets))
    }

    /// As much of a term's hash as the table has.
    pub(super) fn cut(&self, hash: u64) -> u64 {
        hash >> (64 - self.hash_bits)
    }

    /// Calls `found` with every block, counted from the part's first, that may have the term of this hash.
    pub(super) fn look_up(
        &self,
        file: &File,
        hash: u64,
        found: &mut dyn FnMut(usize),
    ) -> io::Result<()> {
        let hash = self.cut(hash);
        let low_bits = self.hash_bits - self.page_bits;
        let (page, hash) = (hash >> low_bits, hash & ((1 << low_bits) - 1));
        let bytes = self.read_page(file, page)?;
        let mut reader = BitReader::new(&bytes);
        let damaged = || io::Error::from(io::ErrorKind::InvalidData);
        let terms = reader.get_rice(PAGE_BITS, u64::from(LONGEST_PAGE)).ok_or_else(damaged)?;
        let mut at = 0;
        for _ in 0..terms {
            at += reader.get_rice(SPARE_BITS, 1 << low_bits).ok_or_else(damaged)?;
            if at >= hash {
                break;
            }
            skip_blocks(&mut reader, self.blocks);
        }
        if terms > 0 && at == hash {
            read_blocks(&mut reader, self.blocks, found);
        }
        if reader.is_behind_end() { Err(damaged()) } else { Ok(()) }
    }

    fn read_page(&self, file: &File, page: u64) -> io::Result<Vec<u8>> {
        let damaged = || io::Error::from(io::ErrorKind::InvalidData);
        let at = usize::try_from(4 * page).map_err(|_| damaged())?;
        let mut reader = Reader(self.offsets(file)?.get(at..).unwrap_or_default());
        let (start, end) = reader.u32().zip(reader.u32()).ok_or_else(damaged)?;
        let length = end.checked_sub(start).filter(|length| *length <= LONGEST_PAGE);
        let mut bytes = vec![0; length.ok_or_else(damaged)? as usize];
        let at = self.pages.checked_add(u64::from(start)).ok_or_else(damaged)?;
        read_at(file, &mut bytes, at)?;
        let (text, check) = bytes.split_last_chunk().ok_or_else(damaged)?;
        if !is_right_short(text, page_key(self.part, page), *check) {
            return Err(damaged());
        }
        bytes.truncate(bytes.len() - 4);
        Ok(bytes)
    }
}
