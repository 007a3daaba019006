use std::fmt;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{AccessError, Principal};

/// Shorter ones can be guessed.
const SHORTEST: usize = 16;

/// Longer ones make no sense, and a fixed width lets the comparison hide the length too.
const LONGEST: usize = 256;

/// The tokens that are let in.
pub(super) struct Tokens {
    entries: Vec<Entry>,
}

struct Entry {
    token: Padded,
    principal: Principal,
}

/// A token in a fixed width, so that comparing takes the same time whatever was sent.
struct Padded {
    bytes: [u8; LONGEST],
    length: u32,
}

impl Padded {
    fn new(token: &[u8]) -> Option<Padded> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..token.len())?.copy_from_slice(token);
        Some(Padded { bytes, length: u32::try_from(token.len()).ok()? })
    }

    fn same(&self, other: &Padded) -> Choice {
        self.bytes.ct_eq(&other.bytes) & self.length.ct_eq(&other.length)
    }
}

impl Tokens {
    /// `described` names a token in errors without showing it: where it came from.
    pub(super) fn new(
        tokens: impl IntoIterator<Item = (String, Principal)>,
        described: impl Fn(usize) -> String,
    ) -> Result<Tokens, AccessError> {
        let mut known = Tokens { entries: Vec::new() };
        for (index, (token, principal)) in tokens.into_iter().enumerate() {
            let described = described(index);
            let padded = checked(&token, &described)?;
            if known.find(token.as_bytes()).is_some() {
                return Err(AccessError::new(format!(
                    "{described} is the same as another one; give each its own"
                )));
            }
            let role = principal.role();
            let principal = principal.or_named(|| format!("{role} token {}", index + 1));
            known.entries.push(Entry { token: padded, principal });
        }
        if known.entries.is_empty() {
            return Err(AccessError::new("no token was given; give at least one"));
        }
        Ok(known)
    }

    /// Who holds `token`. Looks at every entry and every byte, whatever was sent.
    pub(super) fn find(&self, token: &[u8]) -> Option<&Principal> {
        let token = Padded::new(token)?;
        let mut found = u32::MAX;
        for (index, entry) in (0u32..).zip(&self.entries) {
            found.conditional_assign(&index, token.same(&entry.token));
        }
        self.entries.get(usize::try_from(found).ok()?).map(|entry| &entry.principal)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|entry| &entry.principal)).finish()
    }
}

fn checked(token: &str, described: &str) -> Result<Padded, AccessError> {
    if token.len() < SHORTEST {
        return Err(AccessError::new(format!(
            "{described} is too short; use at least {SHORTEST} characters, such as `openssl rand -hex 32` prints"
        )));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(AccessError::new(format!(
            "{described} has a space, a control or a non-ASCII character, which an `Authorization` header can't carry; use letters, digits and punctuation"
        )));
    }
    Padded::new(token.as_bytes()).ok_or_else(|| {
        AccessError::new(format!("{described} is too long; use at most {LONGEST} characters"))
    })
}
