use super::bytes::spent;

/// Bytes in a row, digits and what may stand between groups, that every number in groups has.
const WINDOW: usize = 12;

/// Bytes before those that may belong to the number: three groups, and a gap.
const BEFORE: usize = 15;

/// Countries, and how many characters their numbers have, by the registry of ISO 13616.
#[rustfmt::skip]
const LENGTHS: [(&[u8; 2], usize); 87] = [
    (b"AD", 24), (b"AE", 23), (b"AL", 28), (b"AT", 20), (b"AZ", 28), (b"BA", 20), (b"BE", 16),
    (b"BG", 22), (b"BH", 22), (b"BI", 27), (b"BR", 29), (b"BY", 28), (b"CH", 21), (b"CR", 22),
    (b"CY", 28), (b"CZ", 24), (b"DE", 22), (b"DJ", 27), (b"DK", 18), (b"DO", 28), (b"EE", 20),
    (b"EG", 29), (b"ES", 24), (b"FI", 18), (b"FK", 18), (b"FO", 18), (b"FR", 27), (b"GB", 22),
    (b"GE", 22), (b"GI", 23), (b"GL", 18), (b"GR", 27), (b"GT", 28), (b"HN", 28), (b"HR", 21),
    (b"HU", 28), (b"IE", 22), (b"IL", 23), (b"IQ", 23), (b"IS", 26), (b"IT", 27), (b"JO", 30),
    (b"KW", 30), (b"KZ", 20), (b"LB", 28), (b"LC", 32), (b"LI", 21), (b"LT", 20), (b"LU", 20),
    (b"LV", 21), (b"LY", 25), (b"MC", 27), (b"MD", 24), (b"ME", 22), (b"MK", 19), (b"MN", 20),
    (b"MR", 27), (b"MT", 31), (b"MU", 30), (b"NI", 28), (b"NL", 18), (b"NO", 15), (b"OM", 23),
    (b"PK", 24), (b"PL", 28), (b"PS", 29), (b"PT", 25), (b"QA", 29), (b"RO", 24), (b"RS", 22),
    (b"RU", 33), (b"SA", 24), (b"SC", 31), (b"SD", 18), (b"SE", 24), (b"SI", 19), (b"SK", 24),
    (b"SM", 27), (b"SO", 23), (b"ST", 25), (b"SV", 28), (b"TL", 23), (b"TN", 24), (b"TR", 26),
    (b"UA", 29), (b"VA", 22), (b"VG", 24),
];

/// The end of the number of a bank account that begins at `at`, where a word begins: without gaps, of a known country, of its
/// length, and with right check digits.
#[inline]
pub(super) fn iban_at(bytes: &[u8], at: usize) -> Option<usize> {
    let [a, b, c, d] = *bytes.get(at..)?.first_chunk()?;
    if !(a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && c.is_ascii_digit()
        && d.is_ascii_digit())
    {
        return None;
    }
    let end = at + length_of([a, b])?;
    let number = bytes.get(at..end)?;
    spent(number.len());
    let is_whole = !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    (is_whole && is_right(number.iter().copied())).then_some(end)
}

/// Appends the places of numbers in groups of four, as they are printed.
pub(super) fn grouped(bytes: &[u8], found: &mut impl FnMut(usize, usize)) {
    let mut window = WINDOW;
    let mut done = 0;
    while let Some(last) = window.checked_sub(1).filter(|last| *last < bytes.len()) {
        let first = window - WINDOW;
        if let Some(gap) = bytes[first..=last].iter().rposition(|byte| !is_part(*byte)) {
            spent(WINDOW - gap);
            window = first + gap + 1 + WINDOW;
            continue;
        }
        let begin = first.saturating_sub(BEFORE).max(done);
        let number = (begin..first).find_map(|at| Some((at, grouped_at(bytes, at)?)));
        if let Some((at, end)) = number {
            found(at, end);
            done = end;
        }
        let mut end = number.map_or(window, |(_, end)| end.max(window));
        while bytes.get(end).is_some_and(|byte| is_part(*byte)) {
            end += 1;
        }
        spent(end - begin);
        window = end + 1 + WINDOW;
    }
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_digit() || is_separator(byte)
}

fn is_separator(byte: u8) -> bool {
    // A space in a query string is a plus.
    matches!(byte, b' ' | b'-' | b'+')
}

/// The end of the number in groups that begins at `at`.
fn grouped_at(bytes: &[u8], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let [a, b, c, d, separator] = *bytes.get(at..)?.first_chunk()?;
    let begins = a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && c.is_ascii_digit()
        && d.is_ascii_digit();
    if !begins || !is_separator(separator) || before.is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let length = length_of([a, b])?;
    let end = at + length + (length - 1) / 4;
    let number = bytes.get(at..end)?;
    spent(number.len());
    let is_grouped = number.iter().enumerate().all(|(place, byte)| {
        if place % 5 == 4 { *byte == separator } else { byte.is_ascii_alphanumeric() }
    });
    let is_whole = !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    let characters = number.iter().copied().filter(|byte| *byte != separator);
    (is_grouped && is_whole && is_right(characters)).then_some(end)
}

fn length_of(country: [u8; 2]) -> Option<usize> {
    let at = LENGTHS.binary_search_by(|(known, _)| (*known).cmp(&country)).ok()?;
    LENGTHS.get(at).map(|(_, length)| *length)
}

/// Whether the check digits are right: with the first four characters at the end and letters as numbers from 10 on, what is left
/// of a division by 97 is 1.
fn is_right(number: impl Iterator<Item = u8> + Clone) -> bool {
    let mut rearranged = number.clone().skip(4).chain(number.take(4));
    let rest = rearranged.try_fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => Some((rest * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((rest * 100 + u32::from(byte - b'A') + 10) % 97),
        _ => None,
    });
    rest == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_in_order() {
        assert!(LENGTHS.is_sorted_by(|(one, _), (other, _)| one < other));
    }

    #[test]
    fn the_check_digits_are_those_of_a_long_division() {
        let slowly = |number: &str| {
            let (head, tail) = number.split_at(4);
            let digits: String = format!("{tail}{head}")
                .chars()
                .map(|c| c.to_digit(36).unwrap().to_string())
                .collect();
            digits.bytes().fold(0_u64, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97)
                == 1
        };
        for number in
            ["DE89370400440532013000", "DE88370400440532013000", "MT84MALT011000012345MTLCAST001S"]
        {
            assert_eq!(is_right(number.bytes()), slowly(number), "{number}");
        }
    }
}
