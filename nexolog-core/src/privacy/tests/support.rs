use crate::privacy::{Masker, Masking};

/// The text as a line shows it with these choices.
pub(super) fn masked_by(masking: &Masking, text: &str) -> String {
    let masker = Masker::new(masking);
    let mut hits = Vec::new();
    masker.find(text, &mut hits);
    masker.masked(text, &mut hits).into_owned()
}

/// The text as a line shows it with the default rules.
pub(super) fn masked(text: &str) -> String {
    masked_by(&Masking::new(), text)
}

/// Text in base64, by a straight reading of RFC 4648.
pub(super) fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(ALPHABET[(bits & 63) as usize]);
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let at = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        out.push(digit(bits >> 18));
        out.push(digit(bits >> 12));
        out.push(if three.len() > 1 { digit(bits >> 6) } else { '=' });
        out.push(if three.len() > 2 { digit(bits) } else { '=' });
    }
    out
}

/// Everything but letters and digits percent-encoded.
pub(super) fn percent(text: &str) -> String {
    let encode = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}
