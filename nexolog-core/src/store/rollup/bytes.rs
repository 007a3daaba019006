//! Numbers and texts as bytes: small ones take few, and whatever is read is checked.

/// Gathers what is written.
#[derive(Debug, Default)]
pub(super) struct Out {
    pub(super) bytes: Vec<u8>,
}

impl Out {
    /// Seven bits a byte, the lowest first.
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            let [low, ..] = number.to_le_bytes();
            self.bytes.push(low | 0x80);
            number >>= 7;
        }
        let [last, ..] = number.to_le_bytes();
        self.bytes.push(last);
    }

    /// A number with a sign, small ones of either sign in few bytes.
    pub(super) fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    /// A value that is mostly written with three digits after the point at the most, exactly.
    pub(super) fn float(&mut self, value: f64) {
        if let Some(thousandths) = thousandths(value) {
            self.number(thousandths << 1);
        } else {
            self.number(1);
            self.bytes.extend_from_slice(&value.to_le_bytes());
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

/// `value` in thousandths, if they give it back exactly.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "a whole number in the range where floats hold them all; compared to be the same"
)]
fn thousandths(value: f64) -> Option<u64> {
    const MOST: f64 = (1_u64 << 52) as f64;
    let scaled = (value * 1_000.0).round();
    let fits = value.is_sign_positive() && scaled <= MOST && scaled / 1_000.0 == value;
    fits.then_some(scaled as u64)
}

/// Reads what [`Out`] wrote; `None` as soon as something can't be that.
#[derive(Clone, Copy, Debug)]
pub(super) struct In<'a> {
    rest: &'a [u8],
}

impl<'a> In<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> In<'a> {
        In { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Bytes that are left.
    pub(super) fn len(&self) -> usize {
        self.rest.len()
    }

    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        if first < 0x80 {
            return Some(u64::from(first));
        }
        self.long_number(first)
    }

    fn long_number(&mut self, first: u8) -> Option<u64> {
        let mut number = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            let shifted = bits << shift;
            if shifted >> shift != bits {
                return None;
            }
            number |= shifted;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// A value that is neither negative nor no number.
    pub(super) fn float(&mut self) -> Option<f64> {
        let number = self.number()?;
        let value = if number & 1 == 0 {
            (number >> 1) as f64 / 1_000.0
        } else {
            f64::from_le_bytes(self.take(8)?.try_into().ok()?)
        };
        (value >= 0.0).then_some(value)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// How many things follow, each of which takes a byte at least: so a wrong number reserves no memory.
    pub(super) fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(self.number()?).ok()?;
        (length <= self.rest.len()).then_some(length)
    }

    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}
