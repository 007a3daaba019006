use std::fmt;
use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher24};

/// The key of keyed hashes.
///
/// `SipHash` is a pseudo-random function with a key of 128 bits: without the key, hashes of card numbers or
/// names can't be tried out. Its plain hash folds the text of the key to these bits, so the key must
/// hold enough chance itself; it is meant to be made by a machine.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MaskKey([u8; 16]);

impl MaskKey {
    /// Bytes that a key has at least.
    pub(crate) const MIN_LEN: usize = 16;

    /// `None` when the key is too short to be one.
    pub(crate) fn new(key: &[u8]) -> Option<MaskKey> {
        (key.len() >= Self::MIN_LEN).then(|| {
            let mut hasher = SipHasher24::new();
            hasher.write(key);
            MaskKey(hasher.finish128().as_bytes())
        })
    }

    /// What stands for a value.
    pub(super) fn hash(&self, value: &str) -> String {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write(value.as_bytes());
        format!("hash:{:016x}", hasher.finish128().h1)
    }
}

/// Says nothing of the key.
impl fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskKey")
    }
}
