use crate::record::json;

/// Bytes of the shortest text that may need a look at what its bytes say together: no secret that is known by its
/// form alone is shorter. The runs that are searched for tokens have at least these, card numbers more.
const RUN: usize = 12;

/// Bytes that are looked at together, and from one such look to the next: every [`RUN`] bytes hold one.
const LOOK: usize = 8;
const STEP: usize = RUN - LOOK + 1;

/// Texts that are remembered, and the longest and shortest of them.
const REMEMBERED: usize = 256;
const LONGEST: usize = 64;
const SHORTEST: usize = LOOK;

/// Tells texts by a quick look that go into a line as they are: JSON escapes nothing in them, and no built-in rule
/// of masking finds anything. Most texts of most lines are left by this look.
///
/// It is `false` for many texts that are as harmless, since it looks at bytes only. The short ones of these are
/// remembered when a thorough search has found nothing: ids come again with every line of a request.
#[derive(Debug)]
pub(super) struct Calm {
    lately: Vec<Vec<u8>>,
}

impl Calm {
    pub(super) fn new() -> Calm {
        Calm { lately: vec![Vec::new(); REMEMBERED] }
    }

    /// Whether `text` goes into a line as it is, as far as that can be told quickly.
    #[inline]
    pub(super) fn knows(&self, text: &[u8]) -> bool {
        is_calm(text) || self.remembers(text)
    }

    /// Keeps in mind that nothing was found in `text`, if nothing in it needs an escape either.
    pub(super) fn remember(&mut self, text: &str) {
        if let Some(slot) = slot(text.as_bytes())
            && let Some(known) = self.lately.get_mut(slot)
            && json::is_plain(text.as_bytes())
        {
            known.clear();
            known.extend_from_slice(text.as_bytes());
        }
    }

    fn remembers(&self, text: &[u8]) -> bool {
        slot(text).and_then(|slot| self.lately.get(slot)).is_some_and(|known| known == text)
    }
}

/// The one place where a text may be remembered.
fn slot(text: &[u8]) -> Option<usize> {
    let (first, last) = (text.first_chunk::<LOOK>()?, text.last_chunk::<LOOK>()?);
    if !(SHORTEST..=LONGEST).contains(&text.len()) {
        return None;
    }
    let mixed = u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29);
    let spread = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    usize::try_from(spread).ok().map(|spread| spread % REMEMBERED)
}

fn is_calm(text: &[u8]) -> bool {
    has_calm_bytes(text) && (text.len() < RUN || has_no_run(text))
}

/// Whether all bytes are printable ASCII that no escape begins at and no separator of masking is: `=` and `:` stand
/// before values, `%` before encoded bytes, `@` in addresses.
fn has_calm_bytes(text: &[u8]) -> bool {
    let (blocks, rest) = text.as_chunks::<16>();
    let mut troubled = [0; 16];
    for block in blocks {
        for (troubled, byte) in troubled.iter_mut().zip(block) {
            *troubled |= is_troubled(*byte);
        }
    }
    let rest = rest.iter().fold(0, |troubled, byte| troubled | TROUBLED[usize::from(*byte)]);
    u128::from_ne_bytes(troubled) == 0 && rest == 0
}

/// Without a branch, so that a processor can judge sixteen at once.
const fn is_troubled(byte: u8) -> u8 {
    (byte.wrapping_sub(b' ') >= 0x5f) as u8
        | (byte == b'"') as u8
        | (byte == b'\\') as u8
        | (byte == b'=') as u8
        | (byte == b':') as u8
        | (byte == b'%') as u8
        | (byte == b'@') as u8
}

static TROUBLED: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte: u8 = 0;
    loop {
        table[byte as usize] = is_troubled(byte);
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// Whether a text of calm bytes has neither [`RUN`] bytes in a row that could be a token, nor as many that could be a
/// card's digits.
fn has_no_run(text: &[u8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH_BITS: u64 = 0x80 * EACH;
    // Bytes of calm texts have no high bit; adding sets it in those that are no less than `least`.
    let at_least = |word: u64, least: u8| (word + EACH * u64::from(0x80 - least)) & HIGH_BITS;
    let mut at = 0;
    while let Some(look) = text.get(at..).and_then(<[u8]>::first_chunk::<LOOK>) {
        let word = u64::from_le_bytes(*look);
        // Runs end at what comes before `+`. Digits, and what may stand between them, come before `:`.
        if at_least(word, b'+') == HIGH_BITS || at_least(word, b':') == 0 {
            return false;
        }
        at += STEP;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::privacy::{MaskRule, Masker, Masking};

    fn masker() -> Arc<Masker> {
        // Whoever wants IP addresses masked has every text searched.
        let rules = MaskRule::ALL.into_iter().filter(|rule| *rule != MaskRule::IpAddress);
        let masking = rules.fold(Masking::new(), Masking::with);
        Arc::new(Masker::new(&masking))
    }

    /// Whether a thorough look finds anything.
    fn is_harmless(masker: &Masker, text: &str) -> bool {
        let (mut hits, mut line) = (Vec::new(), Vec::new());
        masker.find(text, &mut hits);
        json::put_str(&mut line, text);
        hits.is_empty() && line == format!("\"{text}\"").as_bytes()
    }

    #[test]
    fn every_byte_is_judged_alike_wherever_it_stands() {
        let masker = masker();
        for byte in 0..=u8::MAX {
            for (before, after) in [(0, 0), (3, 0), (0, 15), (15, 0), (16, 16), (20, 40)] {
                let mut text = b"the way ".repeat(10)[..before].to_vec();
                text.push(byte);
                text.extend_from_slice(&b"to work ".repeat(10)[..after]);
                let calm = is_troubled(byte) == 0;
                assert_eq!(has_calm_bytes(&text), calm, "{text:?}");
                if let (true, Ok(text)) = (is_calm(&text), std::str::from_utf8(&text)) {
                    assert!(is_harmless(&masker, text), "{text}");
                }
            }
        }
    }

    #[test]
    fn ordinary_texts_are_calm_and_those_with_a_sign_of_a_secret_are_not() {
        for text in ["", "order placed", "u-48213", "rotterdam", "GET /orders took 12 ms (slow)"] {
            assert!(is_calm(text.as_bytes()), "{text}");
        }
        for text in [
            "pin=1",
            "pin: 1",
            "%70in",
            "4111 1111 1111 1111",
            "AKIAABCDEFGHIJKLMNOP",
            "a\"b",
            "é",
            "a@b.de",
            "x\n",
        ] {
            assert!(!is_calm(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_text_is_remembered_whole_until_another_takes_its_place() {
        let id = "0197b5a2-7c1e-7d60-9a51-3c5e0f2b8a11";
        let mut calm = Calm::new();
        assert!(!calm.knows(id.as_bytes()));
        calm.remember(id);
        assert!(calm.knows(id.as_bytes()));
        for other in [&id[1..], &id[..35], &id.replace("9a51", "9a52")] {
            assert!(!calm.knows(other.as_bytes()), "{other}");
        }
        calm.remember("what needs \"escapes\"");
        assert!(!calm.knows(b"what needs \"escapes\""));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_calm_is_harmless(
            text in prop_oneof![
                "[ -~]{0,40}",
                "([a-z0-9 +-]{1,9}|[0-9]{4}[ -]|4111 1111 1111 1111|DE89 3704 0044 0532 0130 00|NL91 ABNA 0417 1643 00|KZ86 125K ZT50 0410 0100|AKIA[A-Z0-9]{16}|Bearer |[a-f0-9]{8}-){0,6}",
                "(password|pin|: ?|=|%3d|@|://|eyJ|-----BEGIN |PRIVATE KEY|Basic |cGFzc3dvcmQ9|[0-9]{1,19}|[ ,.;()+-]){0,8}",
            ],
        ) {
            if is_calm(text.as_bytes()) {
                prop_assert!(is_harmless(&masker(), &text), "{}", text);
            }
        }
    }
}
