use std::net::{IpAddr, SocketAddr};

use super::bytes::{end_of, spent};

/// Bytes of the longest address, with a port.
const LONGEST: usize = 52;

/// Appends the places of IP addresses, version 4 and 6. A port behind one stays.
pub(super) fn addresses(bytes: &[u8], found: &mut impl FnMut(usize, usize)) {
    let mut at = 0;
    while let Some(start) =
        bytes.get(at..).and_then(|rest| rest.iter().position(|byte| is_part(*byte)))
    {
        let start = at + start;
        let end = end_of(bytes, start, is_part);
        spent(start - at);
        at = end;
        let is_apart = |byte: Option<&u8>| !byte.is_some_and(|byte| is_name(*byte));
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        if is_apart(before)
            && is_apart(bytes.get(end))
            && let Some(length) = address_in(&bytes[start..end])
        {
            found(start, start + length);
        }
    }
}

/// How long the address is that the bytes begin with and are.
fn address_in(bytes: &[u8]) -> Option<usize> {
    if bytes.len() > LONGEST || !bytes.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let whole = std::str::from_utf8(bytes).ok()?;
    let is_address = |text: &str| text.parse::<IpAddr>().is_ok();
    if is_address(whole) {
        return Some(whole.len());
    }
    // What ends the sentence, or comes before what is said of it.
    let text = whole.trim_end_matches(['.', ':']);
    if is_address(text) {
        return Some(text.len());
    }
    let (address, _port) = text.rsplit_once(':')?;
    text.parse::<SocketAddr>().is_ok().then_some(address.len())
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
