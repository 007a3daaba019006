//! Numbers in bytes, the least significant first.

/// Writes a number in as many bytes as it needs, 7 bits in each.
pub(super) fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        let [low, ..] = value.to_le_bytes();
        bytes.push(low | 0x80);
        value >>= 7;
    }
    let [last, ..] = value.to_le_bytes();
    bytes.push(last);
}

/// Writes the way from `before` to `value`, whichever is greater.
pub(super) fn put_step(bytes: &mut Vec<u8>, before: i64, value: i64) {
    let step = value.wrapping_sub(before);
    put_varint(bytes, (step << 1 ^ step >> 63).cast_unsigned());
}

/// Reads from the beginning of some bytes; every read gives `None` when there is not enough.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn small(&mut self) -> Option<u32> {
        u32::try_from(self.varint()?).ok()
    }

    /// What [`put_step`] wrote.
    pub(super) fn step(&mut self, before: i64) -> Option<i64> {
        let step = self.varint()?;
        let step = (step >> 1).cast_signed() ^ -(step & 1).cast_signed();
        Some(before.wrapping_add(step))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Reader, put_step, put_varint};

    proptest! {
        #[test]
        fn what_is_written_is_read(value: u64, before: i64, after: i64) {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, value);
            put_step(&mut bytes, before, after);
            let mut reader = Reader(&bytes);
            prop_assert_eq!(reader.varint(), Some(value));
            prop_assert_eq!(reader.step(before), Some(after));
            prop_assert!(reader.0.is_empty());
        }
    }
}
