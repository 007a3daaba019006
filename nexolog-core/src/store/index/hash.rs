use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What a term is known by. The seed is an index's own, so that nobody can log texts made to collide.
pub(super) fn of_term(term: &[u8], seed: u64) -> u64 {
    xxh3_64_with_seed(term, seed)
}

/// What bytes are checked by; `which` tells them from others that could stand in their place.
pub(super) fn checksum(bytes: &[u8], which: u64) -> u64 {
    xxh3_64_with_seed(bytes, which)
}

/// Whether bytes are what was written. A fuzzer would never get past this.
pub(super) fn is_right(bytes: &[u8], which: u64, written: u64) -> bool {
    cfg!(fuzzing) || checksum(bytes, which) == written
}

/// A checksum for small pieces.
pub(super) fn short_checksum(bytes: &[u8], which: u64) -> [u8; 4] {
    let [a, b, c, d, ..] = checksum(bytes, which).to_le_bytes();
    [a, b, c, d]
}

pub(super) fn is_right_short(bytes: &[u8], which: u64, written: [u8; 4]) -> bool {
    cfg!(fuzzing) || short_checksum(bytes, which) == written
}
