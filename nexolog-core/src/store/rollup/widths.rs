/// Widths in seconds that people know. Each divides the next, so that bars can be joined as we go.
const WIDTHS: [u64; 13] =
    [1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];

/// The narrowest.
pub(in crate::store) const NARROWEST: u64 = WIDTHS[0];

/// The next width after `width`, which is one of them: a multiple of it.
pub(in crate::store) fn wider(width: u64) -> u64 {
    let known = WIDTHS.into_iter().find(|known| *known > width);
    known.unwrap_or(width.saturating_mul(2))
}

/// A width as a number that times are divided by.
pub(in crate::store) fn signed(width: u64) -> i64 {
    i64::try_from(width).unwrap_or(i64::MAX).max(1)
}
