use crate::store::{any_index, any_text};

/// What an index begins with.
const MAGIC: &[u8] = b"NEXOIDX\n";

/// Indexes: their reader survives any bytes, and what it is made of lines misses none. Bytes that begin as an index does are
/// one, others are text.
pub fn index(bytes: &[u8]) {
    if bytes.starts_with(MAGIC) {
        any_index(bytes);
    } else {
        any_text(bytes);
    }
}
