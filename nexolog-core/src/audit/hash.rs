use std::fmt;

use sha2::{Digest as _, Sha256};

/// What is hashed begins with what it is, so that the hash of one thing can never be passed off as another's.
const ENTRY_DOMAIN: &[u8] = b"nexolog audit entry 1\n";
const VALUE_DOMAIN: &[u8] = b"nexolog audit value 1\n";

/// A SHA-256 hash; in files 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hash([u8; 32]);

impl Hash {
    /// What the first entry of a trail has in place of the hash of the one before.
    pub(super) const NONE: Hash = Hash([0; 32]);

    /// Of an entry: `head` is its line up to the comma before `"hash"`.
    pub(super) fn of_entry(head: &[u8]) -> Hash {
        Hash(Sha256::new().chain_update(ENTRY_DOMAIN).chain_update(head).finalize().into())
    }

    /// What an entry's hash covers in place of a value, so that the value itself can be erased.
    pub(super) fn of_value(name: &str, salt: &str, value: &str) -> Hash {
        let mut hasher = Sha256::new_with_prefix(VALUE_DOMAIN);
        for part in [name, "\n", salt, "\n", value] {
            hasher.update(part.as_bytes());
        }
        Hash(hasher.finalize().into())
    }

    /// Reads 64 hexadecimal digits in lower case.
    pub(super) fn parse(text: &str) -> Option<Hash> {
        let mut bytes = [0; 32];
        let (digits, rest) = text.as_bytes().as_chunks::<2>();
        if digits.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(digits) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Hash(bytes))
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

fn hex(bytes: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

/// 128 random bits in hexadecimal digits.
pub(super) fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    let mut text = String::with_capacity(32);
    // Writing to a string can't fail.
    let _ = hex(&bytes, &mut text);
    Ok(text)
}
