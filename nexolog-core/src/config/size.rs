//! Sizes of files as people write them: `10MB`.

/// Units by name, in bytes. As with disks, `k`, `M` and `G` are powers of 1000; `Ki`, `Mi`, `Gi` of 1024.
const UNITS: [(&str, u64); 14] = [
    ("", 1),
    ("b", 1),
    ("k", 1_000),
    ("kb", 1_000),
    ("kib", 1 << 10),
    ("m", 1_000_000),
    ("mb", 1_000_000),
    ("mib", 1 << 20),
    ("g", 1_000_000_000),
    ("gb", 1_000_000_000),
    ("gib", 1 << 30),
    ("t", 1_000_000_000_000),
    ("tb", 1_000_000_000_000),
    ("tib", 1 << 40),
];

/// Reads a size in bytes; `None` when the text is none or does not fit.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim().to_ascii_lowercase();
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sizes_are_read_with_and_without_units() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("512", Some(512)),
            ("10MB", Some(10_000_000)),
            (" 10 mib ", Some(10 << 20)),
            ("1GB", Some(1_000_000_000)),
            ("", None),
            ("MB", None),
            ("-1", None),
            ("1.5MB", None),
            ("10XB", None),
            ("99999999999999TB", None),
        ] {
            assert_eq!(parse(text), bytes, "{text}");
        }
    }
}
