use super::bytes::{In, Out};

/// More text than this is none of ours, packed or not.
const MOST_TEXT: usize = 4 << 20;

/// Bytes of a section, packed where that pays.
pub(super) fn put(out: &mut Out, text: &[u8]) -> Option<()> {
    if text.len() > MOST_TEXT {
        return None;
    }
    out.number(text.len() as u64);
    if let Some(packed) = packed(text).filter(|packed| packed.len() < text.len()) {
        out.number(packed.len() as u64);
        out.bytes.extend_from_slice(&packed);
    } else {
        out.number(0);
        out.bytes.extend_from_slice(text);
    }
    Some(())
}

/// Steps over a chunk.
pub(super) fn skip(input: &mut In<'_>) -> Option<()> {
    bytes(input).map(drop)
}

/// The text of a chunk; it stays valid until the next is read.
pub(super) fn take<'u, 'a: 'u>(input: &mut In<'a>, unpacker: &'u mut Unpacker) -> Option<&'u [u8]> {
    let (length, is_packed, bytes) = bytes(input)?;
    if is_packed { unpacker.unpack(bytes, length) } else { Some(bytes) }
}

fn bytes<'a>(input: &mut In<'a>) -> Option<(usize, bool, &'a [u8])> {
    let length = usize::try_from(input.number()?).ok().filter(|length| *length <= MOST_TEXT)?;
    let packed = usize::try_from(input.number()?).ok()?;
    let on_disk = if packed == 0 { length } else { packed };
    Some((length, packed != 0, input.take(on_disk)?))
}

#[cfg(feature = "compression")]
fn packed(text: &[u8]) -> Option<Vec<u8>> {
    zstd::bulk::compress(text, 3).ok()
}

#[cfg(not(feature = "compression"))]
fn packed(_text: &[u8]) -> Option<Vec<u8>> {
    None
}

/// Unpacks chunks, with memory that is used again.
#[derive(Default)]
pub(in crate::store) struct Unpacker {
    #[cfg(feature = "compression")]
    decompressor: Option<zstd::bulk::Decompressor<'static>>,
    #[cfg(feature = "compression")]
    text: Vec<u8>,
}

impl Unpacker {
    #[cfg(feature = "compression")]
    fn unpack(&mut self, packed: &[u8], length: usize) -> Option<&[u8]> {
        let decompressor = match &mut self.decompressor {
            Some(decompressor) => decompressor,
            none => none.insert(zstd::bulk::Decompressor::new().ok()?),
        };
        self.text.clear();
        self.text.reserve(length);
        decompressor.decompress_to_buffer(packed, &mut self.text).ok()?;
        (self.text.len() == length).then_some(&self.text)
    }

    /// Written when the feature was on; without it nothing can be said about it.
    #[cfg(not(feature = "compression"))]
    #[allow(clippy::unused_self, reason = "with the feature it is used")]
    fn unpack(&mut self, _packed: &[u8], _length: usize) -> Option<&[u8]> {
        None
    }
}
