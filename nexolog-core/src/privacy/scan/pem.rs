use memchr::memmem;

use super::bytes::spent;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// A text with a private key has a run at least that long: the lines of keys have 64 characters.
pub(super) const LINE: usize = 40;

/// Bytes of the longest label: `ENCRYPTED PRIVATE KEY`, `PGP PRIVATE KEY BLOCK`.
const LABEL: usize = 64;

/// Appends the places of private keys in PEM form; one without an end goes to the end of the text.
pub(super) fn private_keys(bytes: &[u8], found: &mut impl FnMut(usize, usize)) {
    let mut at = 0;
    while let Some(begin) = find(bytes, at, BEGIN) {
        let label = begin + BEGIN.len();
        let window = &bytes[label..bytes.len().min(label + LABEL)];
        let label_end = memmem::find(window, DASHES).unwrap_or(window.len());
        at = label;
        if memmem::find(&window[..label_end], b"PRIVATE KEY").is_some() {
            let end = find(bytes, label, END).map_or(bytes.len(), |end| {
                let label = end + END.len();
                let window = &bytes[label..bytes.len().min(label + LABEL)];
                memmem::find(window, DASHES).map_or(label, |dashes| label + dashes + DASHES.len())
            });
            found(begin, end);
            at = end;
        }
    }
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    let place = memmem::find(&bytes[from..], needle);
    spent(place.unwrap_or(bytes.len() - from));
    place.map(|place| from + place)
}
