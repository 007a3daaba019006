//! Words that say what stands beside them, in whatever log they are.

/// Stands for a value in a token. A message's own control characters separate tokens, so it is no one's.
pub(super) const VALUE: u8 = 0;

/// Units of size and time: with the number before them they are one value, so `900 B` and `1.2 KB` are alike.
pub(super) fn is_unit(word: &[u8]) -> bool {
    const UNITS: [&[u8]; 20] = [
        b"b", b"kb", b"mb", b"gb", b"tb", b"kib", b"mib", b"gib", b"tib", b"ns", b"us", b"ms",
        b"s", b"sec", b"secs", b"seconds", b"min", b"minutes", b"hours", b"days",
    ];
    word.len() <= 7 && UNITS.iter().any(|unit| unit.eq_ignore_ascii_case(word))
}

/// Names of days and months as dates have them.
pub(super) fn is_part_of_a_date(word: &[u8]) -> bool {
    const NAMES: [&[u8]; 19] = [
        b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun", b"Jan", b"Feb", b"Mar", b"Apr",
        b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
    ];
    const LONG: [&[u8]; 18] = [
        b"Monday",
        b"Tuesday",
        b"Wednesday",
        b"Thursday",
        b"Friday",
        b"Saturday",
        b"Sunday",
        b"January",
        b"February",
        b"March",
        b"April",
        b"June",
        b"July",
        b"August",
        b"September",
        b"October",
        b"November",
        b"December",
    ];
    if word.len() == 3 { NAMES.contains(&word) } else { word.len() <= 9 && LONG.contains(&word) }
}

/// Nouns that a name follows: `for user alice`.
pub(super) fn is_named_by_what_follows(word: &[u8]) -> bool {
    const NOUNS: [&[u8]; 5] = [b"user", b"username", b"host", b"hostname", b"account"];
    matches!(word.len(), 4 | 7 | 8) && NOUNS.iter().any(|noun| noun.eq_ignore_ascii_case(word))
}

/// Words that are nobody's name.
pub(super) fn is_function_word(word: &[u8]) -> bool {
    const WORDS: [&[u8]; 17] = [
        b"from", b"at", b"on", b"by", b"for", b"in", b"to", b"with", b"is", b"was", b"has", b"not",
        b"of", b"and", b"or", b"no", b"does",
    ];
    word.len() <= 4 && WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}
