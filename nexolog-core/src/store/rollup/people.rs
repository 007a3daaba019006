use std::hash::Hasher as _;

use datasketches::hll::{HllSketch, HllType, HllUnion};
use siphasher::sip::SipHasher13;

use super::bytes::{In, Out};
use super::names::Sum;

/// Counts distinct users in bounded memory: exactly while they are few, then by a `HyperLogLog` of `1 << PRECISION` registers.
///
/// `FEW` is how many are told apart exactly when it is written; while counting, 512 are. The standard error beyond is
/// 1.04 / √(1 << PRECISION).
#[derive(Clone, Debug)]
pub(in crate::store) enum People<const PRECISION: u8, const FEW: usize> {
    /// Hashes, sorted.
    Few(Vec<u64>),
    Many(Box<HllUnion>),
}

/// Most users that are told apart exactly.
const MOST_EXACT: usize = 512;

/// So many bits of a hash are kept: among a few hundred users two share one once in a billion times.
const HASH_BITS: u32 = 48;

impl<const PRECISION: u8, const FEW: usize> Default for People<PRECISION, FEW> {
    fn default() -> Self {
        People::Few(Vec::new())
    }
}

/// The same for the same user everywhere, for counts of several files are put together.
pub(in crate::store) fn hash(user: &str) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(user.as_bytes());
    hasher.finish() >> (u64::BITS - HASH_BITS)
}

impl<const PRECISION: u8, const FEW: usize> People<PRECISION, FEW> {
    pub(in crate::store) fn add(&mut self, hash: u64) {
        match self {
            People::Few(hashes) => {
                if let Err(at) = hashes.binary_search(&hash) {
                    hashes.insert(at, hash);
                    if hashes.len() > MOST_EXACT {
                        self.coarsen();
                    }
                }
            }
            People::Many(union) => union.update_value(hash),
        }
    }

    /// Adds users that were counted less precisely; from then on all are.
    pub(super) fn add_part<const LESS: u8, const FEWER: usize>(
        &mut self,
        part: &People<LESS, FEWER>,
    ) {
        match part {
            People::Few(hashes) => hashes.iter().for_each(|hash| self.add(*hash)),
            People::Many(many) => {
                self.coarsen();
                if let People::Many(union) = self {
                    union.update(&many.to_sketch(HllType::Hll8));
                }
            }
        }
    }

    /// How many there are, and whether that is exact.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate is neither negative nor beyond what was counted"
    )]
    pub(in crate::store) fn count(&self) -> (u64, bool) {
        match self {
            People::Few(hashes) => (hashes.len() as u64, true),
            // Not the estimate that depends on the order in which they came.
            People::Many(union) => (union.composite_estimate().round() as u64, false),
        }
    }

    pub(super) fn compact(&mut self) {
        if matches!(self, People::Few(hashes) if hashes.len() > FEW) {
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        if let People::Few(hashes) = self
            && let Ok(mut union) = HllUnion::new(PRECISION)
        {
            for hash in hashes.iter() {
                union.update_value(*hash);
            }
            *self = People::Many(Box::new(union));
        }
    }
}

impl<const PRECISION: u8, const FEW: usize> Sum for People<PRECISION, FEW> {
    fn add_all(&mut self, other: &Self) {
        self.add_part(other);
    }

    fn put(&self, out: &mut Out) {
        match self {
            People::Few(hashes) => {
                out.number((hashes.len() as u64) << 1);
                let mut before = 0;
                for hash in hashes {
                    out.number(hash - before);
                    before = *hash;
                }
            }
            People::Many(union) => {
                let bytes = union.to_sketch(HllType::Hll8).serialize();
                out.number((bytes.len() as u64) << 1 | 1);
                out.bytes.extend_from_slice(&bytes);
            }
        }
    }

    fn take(input: &mut In<'_>) -> Option<Self> {
        let number = input.number()?;
        let length = usize::try_from(number >> 1).ok()?;
        if number & 1 == 1 {
            let sketch = HllSketch::deserialize(input.take(length)?).ok()?;
            let mut union = HllUnion::new(PRECISION).ok()?;
            // Of another size, what it is put together with would lose its own.
            (sketch.lg_config_k() == PRECISION).then(|| union.update(&sketch))?;
            return Some(People::Many(Box::new(union)));
        }
        if length > MOST_EXACT {
            return None;
        }
        let mut hashes = Vec::with_capacity(length);
        let mut before = 0_u64;
        for at in 0..length {
            let step = input.number()?;
            before = before.checked_add(step)?;
            (at == 0 || step > 0).then(|| hashes.push(before))?;
        }
        (before >> HASH_BITS == 0).then_some(People::Few(hashes))
    }
}
