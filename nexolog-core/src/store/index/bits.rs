//! Numbers of any count of bits, one after the other, the lowest bit first.

/// Writes bits.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Fewer than 32, in the low bits.
    rest: u64,
    used: u32,
}

impl BitWriter {
    /// Writes the `count` lowest bits of `value`, at most 32; the others must be zero.
    pub(super) fn put(&mut self, value: u64, count: u32) {
        self.rest |= value << self.used;
        self.used += count;
        if self.used >= 32 {
            let [a, b, c, d, ..] = self.rest.to_le_bytes();
            self.bytes.extend_from_slice(&[a, b, c, d]);
            self.rest >>= 32;
            self.used -= 32;
        }
    }

    /// Writes a number below `count` in as few bits as that takes: the first ones in one bit less where `count` is no power
    /// of 2.
    pub(super) fn put_below(&mut self, value: u64, count: u64) {
        let (bits, short) = bits_below(count);
        if value < short {
            self.put(value, bits);
        } else {
            let value = value + short;
            self.put(value >> 1, bits);
            self.put(value & 1, 1);
        }
    }

    /// Writes a number that is mostly far below `2^low`: the rest of it by so many zeros and a one.
    pub(super) fn put_rice(&mut self, value: u64, low: u32) {
        let mut zeros = value >> low;
        while zeros >= 16 {
            self.put(0, 16);
            zeros -= 16;
        }
        self.put(1 << zeros, u32::try_from(zeros).unwrap_or(0) + 1);
        self.put(value & ((1 << low) - 1), low);
    }

    /// The bytes, the last one filled up with zeros.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let bytes = self.rest.to_le_bytes();
        self.bytes.extend(bytes.iter().take(self.used.div_ceil(8) as usize));
        self.bytes
    }
}

/// Bits of the shortest numbers below `count`, and how many numbers have no more; the others have one more.
fn bits_below(count: u64) -> (u32, u64) {
    let bits = u64::BITS - count.saturating_sub(1).leading_zeros();
    match bits {
        0 => (0, 1),
        bits => (bits - 1, (1 << bits) - count),
    }
}

/// Reads bits. Behind the end there are zeros.
#[derive(Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> BitReader<'a> {
        BitReader { bytes, at: 0 }
    }

    /// The next `count` bits, at most 32.
    pub(super) fn get(&mut self, count: u32) -> u64 {
        let bits = self.peek() & ((1 << count) - 1);
        self.at = self.at.saturating_add(count as usize);
        bits
    }

    /// What [`put_rice`](BitWriter::put_rice) wrote; `None` at the end, or when it is beyond `most`.
    pub(super) fn get_rice(&mut self, low: u32, most: u64) -> Option<u64> {
        let mut zeros: u64 = 0;
        loop {
            let bits = self.peek() & 0xFFFF;
            if bits != 0 {
                let last = bits.trailing_zeros();
                self.at += last as usize + 1;
                zeros += u64::from(last);
                break;
            }
            self.at += 16;
            zeros += 16;
            if self.is_behind_end() || zeros > most {
                return None;
            }
        }
        let value = (zeros << low) | self.get(low);
        (value <= most).then_some(value)
    }

    /// What [`put_below`](BitWriter::put_below) wrote; `count` at the most as many as a block's number has.
    pub(super) fn get_below(&mut self, count: u64) -> u64 {
        let (bits, short) = bits_below(count);
        let value = self.get(bits);
        if value < short { value } else { (value << 1 | self.get(1)).saturating_sub(short) }
    }

    /// Whether more was read than there is.
    pub(super) fn is_behind_end(&self) -> bool {
        self.at > self.bytes.len().saturating_mul(8)
    }

    pub(super) fn step(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    /// At least 57 bits from here on.
    fn peek(&self) -> u64 {
        let rest = self.bytes.get(self.at / 8..).unwrap_or_default();
        let word = match rest.first_chunk() {
            Some(eight) => u64::from_le_bytes(*eight),
            None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        };
        word >> (self.at % 8)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BitReader, BitWriter};

    proptest! {
        #[test]
        fn what_is_written_is_read(
            numbers in prop::collection::vec((any::<u32>(), 0_u32..=32, any::<bool>()), 0..60),
        ) {
            let mut writer = BitWriter::default();
            let cut = |value: u32, count: u32| u64::from(value) & ((1_u64 << count) - 1);
            for (value, count, is_rice) in &numbers {
                if *is_rice {
                    writer.put_rice(cut(*value, 15), count % 16);
                } else {
                    writer.put(cut(*value, *count), *count);
                }
            }
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            for (value, count, is_rice) in numbers {
                if is_rice {
                    prop_assert_eq!(reader.get_rice(count % 16, 1 << 15), Some(cut(value, 15)));
                } else {
                    prop_assert_eq!(reader.get(count), cut(value, count));
                }
            }
            prop_assert!(!reader.is_behind_end());
            prop_assert!(bytes.len() * 8 < reader.at + 8);
        }

        #[test]
        fn numbers_below_a_bound_are_read(
            numbers in prop::collection::vec((1_u64..5_000).prop_flat_map(|count| (0..count, Just(count))), 0..60),
        ) {
            let mut writer = BitWriter::default();
            for (value, count) in &numbers {
                writer.put_below(*value, *count);
            }
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            for (value, count) in numbers {
                prop_assert_eq!(reader.get_below(count), value);
            }
            prop_assert!(!reader.is_behind_end());
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes: Vec<u8>, low in 0_u32..16) {
            let mut reader = BitReader::new(&bytes);
            while reader.get_rice(low, 1 << 20).is_some() {
                prop_assert!(reader.at <= (bytes.len() + 8) * 8);
            }
        }
    }
}
