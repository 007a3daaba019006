use memchr::memchr2;

/// Where the string ends, behind its closing quote, whose opening quote is at `start`; `None` when it does not.
pub(super) fn end_of_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    // Most strings are short.
    for _ in 0..4 {
        let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk()) else { break };
        match first_mark(u64::from_le_bytes(*eight)) {
            8 => at += 8,
            ahead => {
                at += ahead;
                if bytes.get(at) == Some(&b'"') {
                    return Some(at + 1);
                }
                break;
            }
        }
    }
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        // What follows a backslash never ends the string.
        at += 2;
    }
}

/// Where the first quote or backslash stands among eight bytes; 8 when there is none.
fn first_mark(eight: u64) -> usize {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    // The lowest bit that is set is right; those above it may not be.
    let zero = |word: u64| word.wrapping_sub(LOWEST) & !word & (LOWEST << 7);
    let of = |byte: u8| zero(eight ^ (LOWEST * u64::from(byte)));
    ((of(b'"') | of(b'\\')).trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::end_of_string;

    #[test]
    fn a_string_ends_at_its_first_quote_that_is_not_escaped() {
        for length in 0..80 {
            let plain = "x".repeat(length);
            for (inner, has_end) in [
                (plain.clone(), true),
                (format!("{plain}\\\""), true),
                (format!("\\\\{plain}"), true),
                (format!("{plain}\\n{plain}"), true),
                (format!("{plain}é!#[]\u{7f}\u{a2}"), true),
                (format!("{plain}\\"), false),
            ] {
                let text = format!("[\"{inner}\"");
                let end = has_end.then_some(inner.len() + 3);
                assert_eq!(end_of_string(text.as_bytes(), 1), end, "{text}");
            }
            assert_eq!(end_of_string(format!("\"{plain}").as_bytes(), 0), None);
        }
    }
}
