use super::bytes::{end_of, is_token68};

/// What comes after the beginning by which a key is known.
#[derive(Clone, Copy, Debug)]
enum Rest {
    /// Letters and digits, at least so many.
    Letters(usize),
    /// Also `-`, `_` and `.`.
    Any(usize),
    /// Exactly 16 capitals and digits.
    Capitals,
}

/// Beginnings of keys, by which their makers let them be found.
const BEGINNINGS: [(&str, Rest); 38] = [
    ("AKIA", Rest::Capitals),
    ("ASIA", Rest::Capitals),
    ("ABIA", Rest::Capitals),
    ("AIza", Rest::Any(30)),
    ("AGE-SECRET-KEY-1", Rest::Letters(20)),
    ("GOCSPX-", Rest::Any(20)),
    ("LTAI", Rest::Letters(12)),
    ("PMAK-", Rest::Any(30)),
    ("SG.", Rest::Any(32)),
    ("doo_v1_", Rest::Letters(32)),
    ("dop_v1_", Rest::Letters(32)),
    ("dapi", Rest::Letters(32)),
    ("ghp_", Rest::Letters(30)),
    ("gho_", Rest::Letters(30)),
    ("ghu_", Rest::Letters(30)),
    ("ghs_", Rest::Letters(30)),
    ("ghr_", Rest::Letters(30)),
    ("github_pat_", Rest::Any(22)),
    ("glpat-", Rest::Any(20)),
    ("hf_", Rest::Letters(30)),
    ("hvs.", Rest::Any(20)),
    ("lin_api_", Rest::Letters(30)),
    ("npm_", Rest::Letters(30)),
    ("pypi-", Rest::Any(40)),
    ("rk_live_", Rest::Any(16)),
    ("rk_test_", Rest::Any(16)),
    ("shpat_", Rest::Letters(30)),
    ("shpss_", Rest::Letters(30)),
    ("sk_live_", Rest::Any(16)),
    ("sk_test_", Rest::Any(16)),
    ("sk-ant-", Rest::Any(20)),
    ("sk-proj-", Rest::Any(20)),
    ("sk-", Rest::Letters(32)),
    ("sq0csp-", Rest::Any(20)),
    ("whsec_", Rest::Any(16)),
    ("xapp-", Rest::Any(10)),
    ("ya29.", Rest::Any(20)),
    ("xox", Rest::Any(12)),
];

/// What was found at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Jwt,
    ApiKey,
}

/// How a JSON object in base64 begins.
const OBJECT: &str = "eyJ";

/// By the first byte of a beginning, a bit for each second one (of 64, which tells letters and `-` apart well
/// enough): nearly every word that is no token is left after a look at this.
static SECOND_BYTES: [u64; 256] = second_bytes();

const fn second_bytes() -> [u64; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index <= BEGINNINGS.len() {
        let beginning = if index < BEGINNINGS.len() { BEGINNINGS[index].0 } else { OBJECT };
        let bytes = beginning.as_bytes();
        table[bytes[0] as usize] |= 1 << (bytes[1] & 63);
        index += 1;
    }
    table
}

/// The token that begins at `at`, where a word begins, and the token's end.
#[inline]
pub(super) fn token_at(bytes: &[u8], at: usize) -> Option<(Token, usize)> {
    let [first, second] = *bytes.get(at..)?.first_chunk()?;
    let may_be = SECOND_BYTES[usize::from(first)] >> (second & 63) & 1 == 1;
    if may_be { known_at(bytes, at) } else { None }
}

fn known_at(bytes: &[u8], at: usize) -> Option<(Token, usize)> {
    let rest = bytes.get(at..)?;
    if rest.starts_with(OBJECT.as_bytes()) {
        return jwt_end(bytes, at).map(|end| (Token::Jwt, end));
    }
    BEGINNINGS.iter().filter(|(beginning, _)| rest.starts_with(beginning.as_bytes())).find_map(
        |(beginning, kind)| key_end(bytes, at, beginning, *kind).map(|end| (Token::ApiKey, end)),
    )
}

/// `header.payload.signature`. Both of the first are JSON objects in base64, so they begin alike; a token
/// that was cut off, or has no signature, is as bad to show.
fn jwt_end(bytes: &[u8], at: usize) -> Option<usize> {
    let header_end = end_of(bytes, at, is_part);
    let payload = header_end + 1;
    if header_end - at < 10 || bytes.get(header_end) != Some(&b'.') {
        return None;
    }
    let payload_end = end_of(bytes, payload, is_part);
    (payload_end > payload + 1).then(|| {
        let end = end_of(bytes, payload_end, |byte| is_part(byte) || byte == b'.');
        without_full_stop(bytes, end)
    })
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=')
}

fn key_end(bytes: &[u8], at: usize, beginning: &str, kind: Rest) -> Option<usize> {
    let from = at + beginning.len();
    let (end, enough) = match kind {
        Rest::Letters(least) => {
            let end = end_of(bytes, from, |byte| byte.is_ascii_alphanumeric());
            (end, end - from >= least)
        }
        Rest::Any(least) => {
            // Where nothing follows, the full stop may be the beginning's own.
            let end = without_full_stop(bytes, end_of(bytes, from, is_token68)).max(from);
            (end, end - from >= least)
        }
        Rest::Capitals => {
            let end = end_of(bytes, from, |byte| byte.is_ascii_alphanumeric());
            let capitals = bytes[from..end].iter().all(|byte| !byte.is_ascii_lowercase());
            (end, end - from == 16 && capitals)
        }
    };
    enough.then_some(end)
}

/// A full stop after a token ends the sentence.
fn without_full_stop(bytes: &[u8], end: usize) -> usize {
    if end.checked_sub(1).and_then(|last| bytes.get(last)) == Some(&b'.') { end - 1 } else { end }
}
