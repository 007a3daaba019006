//! Turns a module's name, which may be anything a user's data made it, into a safe beginning of a file name.
//!
//! A stem consists of `a-z`, `0-9`, `_`, `-` and `%` only. So it holds no separator, no dot (what follows
//! the first dot of a file name is ours alone) and no upper case: two stems that differ still differ on
//! a file system that ignores case or normalises Unicode.

use std::fmt::Write as _;

/// The longest stem in bytes; leaves room for number and endings on every file system.
pub(super) const LONGEST: usize = 64;

/// Hexadecimal digits of the hash that replaces the rest of an overlong name.
const HASH_DIGITS: usize = 32;

/// Between the kept part of an overlong name and its hash. An escape is never followed by `%`'s own
/// sign at once, so no other name can give it.
const CUT_MARK: &str = "%%";

/// The stem of the empty name; no escape is this short.
const EMPTY: &str = "%";

/// Names that Windows keeps for devices, whatever the ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The stem for `name`; different names give different stems.
///
/// Overlong names are told apart by a hash of 128 bits, which chance never repeats. Who crafts two names of
/// one hash has them share a file, and harms nothing else.
pub(super) fn encode(name: &str) -> String {
    if name.is_empty() {
        return EMPTY.to_owned();
    }
    let escape_first = is_device(name) || name.starts_with('-');
    let mut stem = String::with_capacity(name.len());
    for (at, byte) in name.bytes().enumerate() {
        let plain = matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        if plain && !(escape_first && at == 0) {
            stem.push(char::from(byte));
        } else {
            escape(&mut stem, byte);
        }
        if stem.len() > LONGEST {
            return cut(stem, name);
        }
    }
    stem
}

/// The stem of a service; the main file's ending is also the audit trail's, so `audit` is escaped.
pub(super) fn encode_service(name: &str) -> String {
    if name == "audit" { "%61udit".to_owned() } else { encode(name) }
}

/// The name that gave `stem`: `None` when it is no stem of ours, or one whose name was cut.
pub(super) fn decode(stem: &str) -> Option<String> {
    if stem == EMPTY {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(stem.len());
    let mut rest = stem.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether [`encode`] or [`encode_service`] could have made `stem`. What could not is a foreign file's.
pub(super) fn is_stem(stem: &str) -> bool {
    match decode(stem) {
        Some(name) => encode(&name) == stem || encode_service(&name) == stem,
        None => is_cut(stem),
    }
}

fn is_cut(stem: &str) -> bool {
    let Some((kept, hash)) = stem.split_once(CUT_MARK) else { return false };
    (LONGEST - 2..=LONGEST).contains(&stem.len())
        && hash.len() == HASH_DIGITS
        && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && kept.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'%'))
}

fn is_device(name: &str) -> bool {
    let numbered = name.strip_prefix("com").or_else(|| name.strip_prefix("lpt"));
    DEVICES.contains(&name)
        || numbered.is_some_and(|rest| matches!(rest.as_bytes(), [digit] if digit.is_ascii_digit()))
}

fn escape(stem: &mut String, byte: u8) {
    // Writing to a string can't fail.
    let _ = write!(stem, "%{byte:02x}");
}

fn cut(mut stem: String, name: &str) -> String {
    let mut keep = LONGEST - CUT_MARK.len() - HASH_DIGITS;
    // Never keep half an escape.
    if let Some(at) = stem[..keep].rfind('%')
        && at + 3 > keep
    {
        keep = at;
    }
    stem.truncate(keep);
    stem.push_str(CUT_MARK);
    let _ = write!(stem, "{:032x}", hash(name.as_bytes()));
    stem
}

/// FNV-1a of 128 bits. The standard library's hashes may change between releases; file names may not.
pub(super) fn hash(bytes: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(BASIS, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}
