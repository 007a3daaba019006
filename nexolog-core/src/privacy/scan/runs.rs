use super::bytes::spent;

/// Bytes without a gap from which on a run may be a secret.
pub(super) const SHORTEST: usize = 12;

/// Bytes below this one end a run: controls, the space, quotes, brackets, `&`, `%` and the comma. What
/// else separates words is taken for a part of the run: that costs a look, and loses nothing.
const FIRST_OF_RUN: u8 = b'-';

/// Runs of at least [`SHORTEST`] bytes, found by looking at every twelfth byte or so: where the last
/// eight bytes of a window hold a gap, no run can begin before it.
#[derive(Debug)]
pub(super) struct Runs<'t> {
    bytes: &'t [u8],
    /// No run begins before.
    from: usize,
}

pub(super) fn runs(bytes: &[u8]) -> Runs<'_> {
    Runs { bytes, from: 0 }
}

impl Iterator for Runs<'_> {
    type Item = (usize, usize);

    #[inline]
    fn next(&mut self) -> Option<(usize, usize)> {
        loop {
            let window = self.bytes.get(self.from..self.from + SHORTEST)?;
            spent(SHORTEST);
            let (head, tail) = window.split_at(SHORTEST - 8);
            if let Some(gap) = last_gap(tail) {
                self.from += head.len() + gap + 1;
            } else if let Some(gap) = head.iter().rposition(|byte| *byte < FIRST_OF_RUN) {
                self.from += gap + 1;
            } else {
                let start = self.from;
                let mut end = start + SHORTEST;
                while self.bytes.get(end).is_some_and(|byte| *byte >= FIRST_OF_RUN) {
                    end += 1;
                }
                spent(end - start);
                self.from = end + 1;
                return Some((start, end));
            }
        }
    }
}

/// The place of the last of eight bytes that ends a run.
#[inline]
fn last_gap(tail: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(*tail.first_chunk()?);
    // The highest bit of a byte becomes set where the byte is less than FIRST_OF_RUN; adding instead of
    // subtracting keeps one byte from borrowing of the next, so that every bit is right.
    let low = (word & !HIGHS) + ONES * u64::from(0x80 - FIRST_OF_RUN);
    let gaps = !(low | word) & HIGHS;
    (gaps != 0).then(|| 7 - gaps.leading_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut start = 0;
        for at in 0..=bytes.len() {
            if bytes.get(at).is_none_or(|byte| *byte < FIRST_OF_RUN) {
                if at - start >= SHORTEST {
                    found.push((start, at));
                }
                start = at + 1;
            }
        }
        found
    }

    proptest! {
        #[test]
        fn runs_are_those_that_a_look_at_every_byte_finds(
            bytes in prop::collection::vec(prop_oneof![9 => 0x21..=255_u8, 1 => Just(b' ')], 0..200)
        ) {
            prop_assert_eq!(runs(&bytes).collect::<Vec<_>>(), naive(&bytes));
        }

        #[test]
        fn runs_of_letters_are_found_too(text in "[a-zA-Zäö_\\-./:]{0,30}( [a-z,%]{1,20}){0,10}") {
            prop_assert_eq!(runs(text.as_bytes()).collect::<Vec<_>>(), naive(text.as_bytes()));
        }
    }
}
