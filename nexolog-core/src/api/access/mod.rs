//! Who may ask: tokens, roles, sessions, and what keeps guessers and foreign pages out.
//!
//! [`Access`] is the user's choice; [`Guard`] applies it to every request before any work is done.
//! A caller shows a bearer token or the session cookie that a token was exchanged for. A right token
//! is never delayed; wrong ones are counted by client address.

mod choice;
mod environment;
mod error;
mod guard;
mod origin;
mod principal;
mod scope;
mod session;
mod throttle;
mod tokens;

pub use choice::Access;
pub use error::AccessError;
pub(super) use guard::{Caller, Guard};
pub use principal::{Principal, Role};
pub use scope::Scope;
pub(super) use session::{COOKIE_NAME, expired_cookie, session_cookie};

#[cfg(test)]
mod tests;
