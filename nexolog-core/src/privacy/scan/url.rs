use super::bytes::spent;

/// Bytes after `://` that a name and a password are looked for in.
const WINDOW: usize = 512;

/// The password in `user:password@host`, given the place after `://`.
pub(super) fn password_at(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let window = bytes.get(at..bytes.len().min(at + WINDOW))?;
    let word = window.iter().position(|byte| ends_url(*byte)).unwrap_or(window.len());
    let word = &window[..word];
    let authority = word.iter().position(|byte| ends_authority(*byte)).unwrap_or(word.len());
    spent(word.len());
    let colon = memchr::memchr(b':', &word[..authority])?;
    let host = match memchr::memrchr(b'@', &word[..authority]) {
        Some(host) => host,
        // A password with a slash in it that nobody encoded; after a host there would be a port.
        None if is_port(&word[colon + 1..authority]) => return None,
        None => authority + memchr::memchr(b'@', &word[authority..])?,
    };
    (colon + 1 < host).then_some((at + colon + 1, at + host))
}

fn ends_url(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | 0x7f)
}

fn ends_authority(byte: u8) -> bool {
    matches!(byte, b'/' | b'?' | b'#')
}

/// The port of a host, as far as it stands before a bracket or comma of the text around it.
fn is_port(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.get(digits)
        .is_none_or(|byte| matches!(byte, b',' | b';' | b')' | b']' | b'}' | b':' | b'.'))
}
