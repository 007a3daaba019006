use super::bytes::spent;

/// Bytes without a gap from which on a run may be a secret.
pub(super) const SHORTEST: usize = 12;

/// Bytes below this one end a run: controls, the space, quotes, round brackets, `&` and `%`. What else
/// separates words is taken for a part of the run: that costs a look, and loses nothing.
const FIRST_OF_RUN: u8 = b'+';

/// Bytes that are looked at together, and from one look to the next: no run of [`SHORTEST`] bytes fits
/// between two looks that each find a gap.
const WINDOW: usize = 8;
const STEP: usize = SHORTEST - WINDOW + 1;

/// Runs of at least [`SHORTEST`] bytes. Looks do not depend on what the one before found, so the processor
/// does several at once.
#[derive(Debug)]
pub(super) struct Runs<'t> {
    bytes: &'t [u8],
    /// The next look.
    at: usize,
    /// The end of the last run.
    done: usize,
}

pub(super) fn runs(bytes: &[u8]) -> Runs<'_> {
    Runs { bytes, at: 0, done: 0 }
}

impl Iterator for Runs<'_> {
    type Item = (usize, usize);

    #[inline]
    fn next(&mut self) -> Option<(usize, usize)> {
        while let Some(window) = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk) {
            spent(WINDOW);
            if has_gap(*window) {
                self.at += STEP;
                continue;
            }
            let (start, end) = self.around(self.at);
            // The byte at `end` is a gap, so no run holds it.
            self.at = (self.at + STEP).max(end + 1);
            self.done = end;
            if end - start >= SHORTEST {
                return Some((start, end));
            }
        }
        None
    }
}

impl Runs<'_> {
    /// The run that holds the byte at `at`.
    fn around(&self, at: usize) -> (usize, usize) {
        let is_gap = |byte: &u8| *byte < FIRST_OF_RUN;
        let before = &self.bytes[self.done..at];
        let start = before.iter().rposition(is_gap).map_or(self.done, |gap| self.done + gap + 1);
        let after = &self.bytes[at + WINDOW..];
        let end = after.iter().position(is_gap).map_or(self.bytes.len(), |gap| at + WINDOW + gap);
        spent(end - start);
        (start, end)
    }
}

/// Whether one of eight bytes ends a run.
#[inline]
fn has_gap(window: [u8; WINDOW]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_ne_bytes(window);
    // The highest bit of a byte becomes set unless the byte is less than FIRST_OF_RUN; what is added is too
    // little to carry into the next byte.
    let enough = (word & !HIGHS) + ONES * (0x80 - u64::from(FIRST_OF_RUN));
    !(enough | word) & HIGHS != 0
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
