use super::bytes::spent;

/// Digits of the shortest and of the longest number that is looked for.
const SHORTEST: usize = 14;
const LONGEST: usize = 19;

/// Appends the places of payment card numbers: digits in one group or in the groups that are printed on
/// cards, of a known issuer, and with a right check digit. Other digits touching them, letters, and a
/// decimal point make them no card: ids, timestamps and fractions look like that.
pub(super) fn cards(bytes: &[u8], found: &mut impl FnMut(usize, usize)) {
    let mut window = SHORTEST;
    while let Some(last) = window.checked_sub(1).filter(|last| *last < bytes.len()) {
        let first = window - SHORTEST;
        let gap = bytes[first..=last].iter().rposition(|byte| !is_part(*byte));
        if let Some(gap) = gap {
            spent(SHORTEST - gap);
            window = first + gap + 1 + SHORTEST;
            continue;
        }
        let mut end = window;
        while bytes.get(end).is_some_and(|byte| is_part(*byte)) {
            end += 1;
        }
        spent(end - first);
        in_region(bytes, first, end, found);
        window = end + 1 + SHORTEST;
    }
}

/// Whether a number is one of a card; the numbers of other things that are as long rarely are.
pub(crate) fn is_card_number(number: u64) -> bool {
    // Of 15 or 16 digits.
    (100_000_000_000_000..10_000_000_000_000_000).contains(&number)
        && is_card(number.to_string().bytes())
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_digit() || is_separator(byte)
}

fn is_separator(byte: u8) -> bool {
    // A space in a query string is a plus.
    matches!(byte, b' ' | b'-' | b'+')
}

/// Looks for cards in digits and separators.
fn in_region(bytes: &[u8], start: usize, end: usize, found: &mut impl FnMut(usize, usize)) {
    let mut at = start;
    while at < end {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        at = match card_at(bytes, at, end) {
            Some(card_end) => {
                found(at, card_end);
                card_end
            }
            None => at + digits_at(bytes, at),
        };
    }
}

/// The end of the card that begins with the group at `at`.
fn card_at(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let issued = matches!(bytes.get(at), Some(b'2'..=b'6'));
    if !issued || !may_touch(bytes, at.checked_sub(1), at.checked_sub(2)) {
        return None;
    }
    let alone = digits_at(bytes, at);
    if alone != 4 {
        let fits = (SHORTEST..=LONGEST).contains(&alone);
        return (fits && is_whole(bytes, at, at + alone)).then_some(at + alone);
    }
    GROUPS.iter().find_map(|groups| {
        let card_end = groups_end(bytes, at + 4, groups).filter(|card_end| *card_end <= end)?;
        is_whole(bytes, at, card_end).then_some(card_end)
    })
}

/// How the digits after the first four are printed.
const GROUPS: [&[usize]; 4] = [&[4, 4, 4, 3], &[4, 4, 4], &[6, 5], &[6, 4]];

/// The end of groups of these lengths that go on at `at`, with the same separator before each.
fn groups_end(bytes: &[u8], mut at: usize, groups: &[usize]) -> Option<usize> {
    let separator = *bytes.get(at).filter(|byte| is_separator(**byte))?;
    for length in groups {
        if bytes.get(at) != Some(&separator) || digits_at(bytes, at + 1) != *length {
            return None;
        }
        at += 1 + length;
    }
    Some(at)
}

fn is_whole(bytes: &[u8], start: usize, end: usize) -> bool {
    may_touch(bytes, Some(end), Some(end + 1))
        && is_card(bytes[start..end].iter().copied().filter(u8::is_ascii_digit))
}

/// Whether a number may have this byte beside it: no letter or digit, and no point that has one behind it.
fn may_touch(bytes: &[u8], next: Option<usize>, second: Option<usize>) -> bool {
    let at = |place: Option<usize>| place.and_then(|place| bytes.get(place)).copied();
    match at(next) {
        Some(b'.') => !at(second).is_some_and(|byte| byte.is_ascii_digit()),
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    }
}

/// Digits from `at` on.
fn digits_at(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let digits = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    spent(digits);
    digits
}

fn is_card(digits: impl Iterator<Item = u8>) -> bool {
    let mut buffer = [0; LONGEST];
    let mut length = 0;
    for digit in digits {
        let Some(place) = buffer.get_mut(length) else { return false };
        *place = digit.wrapping_sub(b'0');
        length += 1;
    }
    let digits = &buffer[..length];
    is_issued(digits) && has_check_digit(digits)
}

/// Whether an issuer has numbers that begin so and are so long.
fn is_issued(digits: &[u8]) -> bool {
    let Some([a, b, c, d]) = digits.first_chunk().map(|first| first.map(u32::from)) else {
        return false;
    };
    let first = a * 1000 + b * 100 + c * 10 + d;
    match digits.len() {
        14 => matches!(first, 3000..=3059 | 3600..=3699 | 3800..=3999),
        15 => matches!(first, 3400..=3499 | 3700..=3799),
        // Visa, Mastercard, Discover, JCB, Mir.
        16 if matches!(first, 4000..=4999 | 5100..=5599 | 2221..=2720 | 2200..=2204) => true,
        19 if matches!(first, 4000..=4999) => true,
        // Discover, JCB, UnionPay.
        16..=19 => matches!(first, 6011 | 6440..=6599 | 3528..=3589 | 6200..=6299),
        _ => false,
    }
}

/// The check of Luhn: every second digit from the right is doubled.
fn has_check_digit(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let digit = u32::from(*digit);
            match digit * 2 {
                _ if index % 2 == 0 => digit,
                doubled if doubled > 9 => doubled - 9,
                doubled => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut all = Vec::new();
        cards(text.as_bytes(), &mut |start, end| all.push(&text[start..end]));
        all
    }

    #[test]
    fn cards_of_every_issuer_and_grouping_are_found() {
        for card in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "4111+1111+1111+1111",
            "5555555555554444",
            "2223003122003222",
            "378282246310005",
            "3782 822463 10005",
            "30569309025904",
            "6011111111111117",
            "3530111333300000",
        ] {
            for text in [
                card.to_owned(),
                format!("paid with {card}."),
                format!("card={card}, 12/27"),
                format!("2026 11 {card} 12 27"),
                format!("\"{card}\""),
                format!("{card} {card}"),
                format!("order_{card}_x"),
            ] {
                assert!(found(&text).contains(&card), "{text}: {:?}", found(&text));
            }
        }
    }

    #[test]
    fn numbers_of_other_things_are_no_cards() {
        for text in [
            "4111111111111110",
            "4111111111111112",
            "4111111111111116",
            "0.4111111111111111",
            "4111111111111111.25",
            "a4111111111111111",
            "4111111111111111f",
            "41111111111111111111",
            "4111 1111-1111 1111",
            "4111  1111 1111 1111",
            "1732356000123456",
            "20261123100000",
            "+4915112345678",
            "4111-1111-1111-111111111111",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
