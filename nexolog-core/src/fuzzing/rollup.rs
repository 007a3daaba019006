use crate::store::check_rollup;

/// The reader of what an index says its segment adds up to. The first byte says where the second section begins.
pub fn rollup(bytes: &[u8]) {
    let Some((cut, bytes)) = bytes.split_first() else { return };
    let (totals, slots) = bytes.split_at(bytes.len() * usize::from(*cut) / 256);
    check_rollup(totals, slots);
}
