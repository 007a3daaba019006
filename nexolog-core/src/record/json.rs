//! Renders values as JSON into a byte buffer.

use super::items::Value;

/// What a byte of a string needs: 0 as it is, 1 an escape, 2 a look at the character it begins.
const NEEDS: [u8; 256] = needs();

const fn needs() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = 1;
        byte += 1;
    }
    table[b'"' as usize] = 1;
    table[b'\\' as usize] = 1;
    table[0x7f] = 1;
    // First bytes of the C1 controls, of the Arabic letter mark, and of the separators and direction marks of
    // U+2000..U+207F.
    table[0xc2] = 2;
    table[0xd8] = 2;
    table[0xe2] = 2;
    table
}

/// Appends `text` as a JSON string, quotes included.
///
/// Beyond what JSON demands it escapes what a terminal or a browser could act on: DEL, the C1 controls,
/// line and paragraph separators, and the marks that change the direction of text.
pub(crate) fn put_str(out: &mut Vec<u8>, text: &str) {
    if is_plain(text.as_bytes()) {
        return put_plain(out, text.as_bytes());
    }
    out.push(b'"');
    put_str_body(out, text);
    out.push(b'"');
}

/// Appends a string in which nothing needs an escape, quotes included; see [`is_plain`].
#[inline]
pub(crate) fn put_plain(out: &mut Vec<u8>, text: &[u8]) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}

/// Whether a text is ASCII in which [`put_str`] escapes nothing.
pub(crate) fn is_plain(text: &[u8]) -> bool {
    let rest = text.get(plain_words(text)..).unwrap_or_default();
    rest.iter().all(|byte| byte.is_ascii() && NEEDS[usize::from(*byte)] == 0)
}

/// As [`put_str`], without the quotes.
pub(crate) fn put_str_body(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut done = 0;
    let mut at = plain_words(bytes);
    while let Some(&byte) = bytes.get(at) {
        let need = NEEDS[usize::from(byte)];
        if need == 0 {
            at += 1;
            continue;
        }
        let Some(character) = text[at..].chars().next() else { break };
        let length = character.len_utf8();
        if need == 1 || is_unsafe(character) {
            out.extend_from_slice(&bytes[done..at]);
            put_escape(out, character);
            done = at + length;
        }
        at += length;
        at += plain_words(&bytes[at..]);
    }
    out.extend_from_slice(&bytes[done..]);
}

/// How many bytes at the start go into a string as they are, as far as that can be told eight at a time.
fn plain_words(bytes: &[u8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH_BITS: u64 = 0x80 * EACH;
    // Sets the high bit of (at least) the lowest byte that is zero, and of none if none is.
    let zero = |word: u64| word.wrapping_sub(EACH) & !word;
    let is = |word: u64, byte: u8| zero(word ^ (EACH * u64::from(byte)));
    let is_plain = |bytes: &[u8; 8]| {
        let word = u64::from_le_bytes(*bytes);
        let control = word.wrapping_sub(0x20 * EACH) & !word;
        let found = control | is(word, b'"') | is(word, b'\\') | is(word, 0x7f) | word;
        found & HIGH_BITS == 0
    };
    let (words, _) = bytes.as_chunks();
    words.iter().take_while(|word| is_plain(word)).count() * 8
}

/// Characters outside ASCII that text must not smuggle to a terminal or a page.
pub(crate) fn is_unsafe(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn put_escape(out: &mut Vec<u8>, character: char) {
    let short = match character {
        '"' => b'"',
        '\\' => b'\\',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        _ => {
            // Every escaped character is in the basic plane, so four digits are enough.
            let code = character as u32;
            out.extend_from_slice(b"\\u");
            for shift in [12, 8, 4, 0] {
                out.push(b"0123456789abcdef"[(code >> shift) as usize & 0xf]);
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Bytes that [`put_str_body`] writes for `text`, and whether that is within `budget`; the largest prefix
/// of `text` that is, otherwise.
pub(crate) fn prefix_within(text: &str, budget: usize) -> &str {
    // Nothing grows more than six-fold; most texts need no count.
    if text.len().saturating_mul(6) <= budget {
        return text;
    }
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += match character {
            '"' | '\\' | '\n' | '\r' | '\t' => 2,
            c if c < ' ' || c == '\u{7f}' || is_unsafe(c) => 6,
            c => c.len_utf8(),
        };
        if used > budget {
            return &text[..at];
        }
    }
    text
}

/// Appends a whole number.
pub(crate) fn put_integer(out: &mut Vec<u8>, value: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends a number; JSON has no infinities and no NaN, so these become strings.
pub(crate) fn put_f64(out: &mut Vec<u8>, value: f64) {
    if value.is_finite() {
        out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
    } else if value.is_nan() {
        out.extend_from_slice(b"\"NaN\"");
    } else {
        out.extend_from_slice(if value > 0.0 { b"\"Infinity\"" } else { b"\"-Infinity\"" });
    }
}

/// Appends a value that is no error. 128-bit numbers past 64 bits become strings: most readers would
/// silently round them.
pub(crate) fn put_value(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::I64(value) => put_integer(out, value),
        Value::U64(value) => put_integer(out, value),
        Value::I128(value) => match i64::try_from(value) {
            Ok(small) => put_integer(out, small),
            Err(_) => put_quoted(out, value),
        },
        Value::U128(value) => match u64::try_from(value) {
            Ok(small) => put_integer(out, small),
            Err(_) => put_quoted(out, value),
        },
        Value::F64(value) => put_f64(out, value),
        Value::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Value::Str(text) | Value::Cut { text, .. } => put_str(out, text.as_str()),
        Value::Error(error) => put_str(out, error.message.as_str()),
        Value::Json(json) => out.extend_from_slice(json.as_str().as_bytes()),
    }
}

fn put_quoted(out: &mut Vec<u8>, value: impl itoa::Integer) {
    out.push(b'"');
    put_integer(out, value);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str) -> String {
        let mut out = Vec::new();
        put_str(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_read_back_as_they_were() {
        for text in [
            "",
            "plain",
            "\"\\\n\r\t\0\u{1f}\u{7f}",
            "é漢😀",
            "\u{9b}31m\u{202e}\u{2028}",
            "\u{61c}\u{63a}",
        ] {
            assert_eq!(serde_json::from_str::<String>(&rendered(text)).unwrap(), text);
        }
    }

    #[test]
    fn every_byte_is_seen_wherever_it_stands() {
        for character in (0..0x100).chain(0x2000..0x2080).filter_map(char::from_u32) {
            for before in 0..20 {
                let text = format!("{}{character}{character}and after it", "x".repeat(before));
                let line = rendered(&text);
                assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
                let escaped = line.contains('\\');
                let needs = NEEDS[usize::from(text.as_bytes()[before])];
                assert_eq!(escaped, needs == 1 || (needs == 2 && is_unsafe(character)), "{text:?}");
            }
        }
    }

    #[test]
    fn nothing_a_terminal_acts_on_is_left_in_a_string() {
        let hostile = "\u{1b}[2J\u{9b}2J\u{61c}\u{202e}abc\u{2066}\u{7f}\u{2029}";
        let line = rendered(hostile);
        assert!(line.is_ascii(), "{line}");
        assert!(!line.contains(|c: char| c.is_control()));
    }

    #[test]
    fn a_prefix_within_a_budget_is_the_longest_one() {
        let text = "ab\n\u{202e}é";
        for budget in 0..20 {
            let prefix = prefix_within(text, budget);
            assert!(rendered(prefix).len() - 2 <= budget);
            if let Some(next) = text[prefix.len()..].chars().next() {
                let longer = &text[..prefix.len() + next.len_utf8()];
                assert!(rendered(longer).len() - 2 > budget);
            }
        }
    }

    #[test]
    fn numbers_without_a_json_form_become_strings() {
        let cases = [
            (Value::F64(f64::NAN), "\"NaN\""),
            (Value::F64(f64::NEG_INFINITY), "\"-Infinity\""),
            (Value::U128(u128::MAX), "\"340282366920938463463374607431768211455\""),
            (Value::I128(-5), "-5"),
            (Value::U64(u64::MAX), "18446744073709551615"),
            (Value::F64(-0.0), "-0.0"),
        ];
        for (value, expected) in cases {
            let mut out = Vec::new();
            put_value(&mut out, &value);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
