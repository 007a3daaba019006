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
        format!("{PREFIX}{:016x}", hasher.finish128().h1)
    }
}

/// What a hash begins with.
const PREFIX: &str = "hash:";

/// Whether a value has the form of a [`hash`](MaskKey::hash). Whose key made it can't be told.
pub(super) fn is_hash(value: &str) -> bool {
    value.strip_prefix(PREFIX).is_some_and(|digits| {
        digits.len() == 16 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Says nothing of the key.
impl fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_form_of_a_hash_is_one() {
        let hash = MaskKey::new(&[7; 16]).unwrap().hash("ann@example.com");
        assert!(is_hash(&hash));
        for other in
            ["", "hash:", "hash:hunter2", "hash:0123456789ABCDEF", &hash[5..], &format!("{hash}0")]
        {
            assert!(!is_hash(other), "{other}");
        }
    }
}
