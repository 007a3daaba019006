use super::bytes::{end_of, is_base64, spent};

/// Bytes of text that must be readable before all of a run is decoded: most runs are no base64, and end here.
const TASTE: usize = 6;

/// The text that the run at `at` stands for in base64 (either alphabet), and the run's end. When there is
/// none, the place up to which it was looked for.
pub(super) fn text_at(bytes: &[u8], at: usize) -> Result<(String, usize), usize> {
    if !tastes_of_text(bytes, at) {
        return Err(at + 1);
    }
    let end = end_of(bytes, at, is_base64);
    let text = String::from_utf8(decoded(&bytes[at..end])).map_err(|_| end)?;
    if text.chars().any(|character| character.is_control() && !character.is_ascii_whitespace()) {
        return Err(end);
    }
    Ok((text, end_of(bytes, end, |byte| byte == b'=')))
}

/// Whether a run that begins with this byte can stand for ASCII; most words end here.
#[inline]
pub(super) fn may_begin(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'f')
}

fn tastes_of_text(bytes: &[u8], at: usize) -> bool {
    let Some(run) = bytes.get(at..at + TASTE / 3 * 4) else { return false };
    spent(run.len());
    if !run.iter().all(|byte| is_base64(*byte)) {
        return false;
    }
    // Every word of an id gets here, so this takes no memory.
    let bits = run.iter().fold(0_u64, |bits, byte| bits << 6 | u64::from(value_of(*byte)));
    let bytes = bits.to_be_bytes();
    bytes[8 - TASTE..].iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'))
}

/// A part of four that is left at the end gives as many bytes as it has whole.
fn decoded(run: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(run.len() / 4 * 3 + 2);
    let mut held: u32 = 0;
    let mut bits = 0;
    for byte in run {
        held = held << 6 | u32::from(value_of(*byte));
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            // Eight bits are left of what is held; more were never kept.
            out.push(u8::try_from(held >> bits).unwrap_or(u8::MAX));
            held &= (1 << bits) - 1;
        }
    }
    out
}

fn value_of(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_are_read_with_and_without_padding() {
        for (run, expected) in [
            ("cGFzc3dvcmQ9aHVudGVyMg==", "password=hunter2"),
            ("cGFzc3dvcmQ9aHVudGVyMg", "password=hunter2"),
            ("fn5-fn5-fj8_Pz8_", "~~~~~~~???"),
            ("fn5+fn5+fj8/Pz8/", "~~~~~~~???"),
        ] {
            let (text, end) = text_at(run.as_bytes(), 0).unwrap();
            assert!(text.starts_with(expected), "{text}");
            assert_eq!(end, run.len());
        }
        assert!(text_at(b"/api/v1/orders/123", 0).is_err());
        assert!(text_at(b"0190c5b2-7e1a-7000-8000-000000000001", 0).is_err());
    }
}
