use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::header::{COOKIE, ORIGIN};
use http::request::Parts;

use super::Principal;

/// Name of the session cookie.
pub(in crate::api) const COOKIE_NAME: &str = "nexolog_session";

/// A session that nobody used for this long is over.
const IDLE: Duration = Duration::from_secs(12 * 60 * 60);

/// Sessions kept; past it the one that was idle longest makes room.
const MOST: usize = 1024;

/// The browsers that have exchanged a token for a cookie.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    /// By id. The map hashes with a random key, so its timing tells a guesser nothing.
    table: Mutex<HashMap<String, Session>>,
}

#[derive(Debug)]
struct Session {
    principal: Principal,
    used: Instant,
}

impl Sessions {
    /// Opens a session and returns its id: 256 random bits in hexadecimal.
    pub(super) fn open(&self, principal: Principal, now: Instant) -> Result<String, NoRandomness> {
        let id = random_id()?;
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= MOST {
            table.retain(|_, session| !session.is_over(now));
        }
        if table.len() >= MOST
            && let Some(oldest) =
                table.iter().min_by_key(|(_, session)| session.used).map(|(id, _)| id.clone())
        {
            table.remove(&oldest);
        }
        table.insert(id.clone(), Session { principal, used: now });
        Ok(id)
    }

    /// Whose session `id` is; using it keeps it alive.
    pub(super) fn find(&self, id: &str, now: Instant) -> Option<Principal> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let session = table.get_mut(id)?;
        if session.is_over(now) {
            table.remove(id);
            return None;
        }
        session.used = now;
        Some(session.principal.clone())
    }

    pub(super) fn close(&self, id: &str) {
        self.table.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl Session {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.used) >= IDLE
    }
}

/// The system gave no random bytes.
#[derive(Debug)]
pub(super) struct NoRandomness;

fn random_id() -> Result<String, NoRandomness> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes.iter().fold(String::with_capacity(64), |mut id, byte| {
        // Writing to a string can't fail.
        let _ = write!(id, "{byte:02x}");
        id
    }))
}

/// The session id that the request's cookies hold.
pub(super) fn id_of(parts: &Parts) -> Option<&str> {
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value)
}

/// The `Set-Cookie` value that hands `id` to the browser.
///
/// It has no `Path`: the browser then takes the folder of the address it asked, which is the mount's
/// own path even behind a proxy that shortens it, where this side could not know it. `Secure` is set
/// when the browser says that it came over TLS.
pub(in crate::api) fn session_cookie(id: &str, parts: &Parts) -> String {
    format!(
        "{COOKIE_NAME}={id}; HttpOnly; SameSite=Strict; Max-Age={}{}",
        IDLE.as_secs(),
        secure(parts)
    )
}

/// The `Set-Cookie` value that takes the session from the browser.
pub(in crate::api) fn expired_cookie(parts: &Parts) -> String {
    format!("{COOKIE_NAME}=; HttpOnly; SameSite=Strict; Max-Age=0{}", secure(parts))
}

fn secure(parts: &Parts) -> &'static str {
    let over_tls =
        parts.headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"https:"));
    if over_tls { "; Secure" } else { "" }
}
