use super::bytes::spent;

/// Bytes of the longest name before the `@`, and of the longest domain.
const NAME: usize = 64;
const DOMAIN: usize = 253;

/// Appends the places of e-mail addresses.
pub(super) fn emails(bytes: &[u8], found: &mut impl FnMut(usize, usize)) {
    for at in memchr::memchr_iter(b'@', bytes) {
        let before = &bytes[at.saturating_sub(NAME)..at];
        let name = before.iter().rev().take_while(|byte| is_name(**byte)).count();
        let after = &bytes[at + 1..bytes.len().min(at + 1 + DOMAIN)];
        let domain = after.iter().take_while(|byte| is_domain(**byte)).count();
        spent(name + domain);
        let domain = after[..domain].trim_ascii();
        let domain = domain.strip_suffix(b".").unwrap_or(domain);
        let dot = domain.iter().rposition(|byte| *byte == b'.');
        let top = dot.map_or(&[][..], |dot| &domain[dot + 1..]);
        if name > 0 && top.len() >= 2 && !top.iter().any(u8::is_ascii_digit) {
            found(at - name, at + 1 + domain.len());
        }
    }
}

/// Letters of other scripts are parts of names, too.
fn is_name(byte: u8) -> bool {
    !byte.is_ascii()
        || byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'!' | b'#' | b'\'' | b'~')
}

fn is_domain(byte: u8) -> bool {
    !byte.is_ascii() || byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}
