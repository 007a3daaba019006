use std::fmt;
use std::sync::Arc;

use http::request::Parts;

use super::tokens::Tokens;
use super::{AccessError, Principal, Role, environment};

/// Who may read the logs. Mounting the routes asks for one, and there is no default.
///
/// ```
/// use nexolog_core::{Access, Role};
///
/// let one = Access::token("a-token-of-16-characters-or-more")?;
/// let two = Access::tokens([
///     ("viewers-get-this-token", Role::Viewer),
///     ("admins-get-another-token", Role::Admin),
/// ])?;
/// # drop((one, two));
/// # Ok::<(), nexolog_core::AccessError>(())
/// ```
///
/// Clients send a token as `Authorization: Bearer …`; the page asks for it and exchanges it for a
/// session cookie (`HttpOnly`, `SameSite=Strict`, ended after 12 hours without use). A token is never
/// taken from an address, where proxies would log it.
#[derive(Clone)]
pub struct Access {
    pub(super) kind: Kind,
}

#[derive(Clone)]
pub(super) enum Kind {
    Tokens(Arc<Tokens>),
    Custom(Arc<Check>),
    Open,
}

pub(super) type Check = dyn Fn(&Parts) -> Option<Principal> + Send + Sync;

impl Access {
    /// One token for everything: who holds it is an admin.
    ///
    /// # Errors
    ///
    /// When the token is shorter than 16 characters, longer than 256, or has characters that a header
    /// can't carry.
    pub fn token(token: impl Into<String>) -> Result<Access, AccessError> {
        Access::tokens([(token, Role::Admin)])
    }

    /// A [`Role`] or a [`Principal`] for each token. Give every person or program its own, and one can be taken
    /// back alone.
    ///
    /// A principal may have a name and a [`Scope`](crate::Scope), the part of the log they see:
    ///
    /// ```
    /// use nexolog_core::{Access, Principal, Role, Scope};
    ///
    /// let access = Access::tokens([
    ///     ("operators-get-this-token", Principal::new("operators", Role::Admin)),
    ///     ("acme-gets-its-own-token", Role::Viewer.within(Scope::organization("acme"))),
    ///     (
    ///         "payments-get-this-token",
    ///         Principal::new("payments team", Role::Viewer)
    ///             .within(Scope::modules(["payments", "orders"])),
    ///     ),
    /// ])?;
    /// # drop(access);
    /// # Ok::<(), nexolog_core::AccessError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`token`](Access::token); also when none is given, or one is given twice.
    pub fn tokens<T: Into<String>, P: Into<Principal>>(
        tokens: impl IntoIterator<Item = (T, P)>,
    ) -> Result<Access, AccessError> {
        let tokens = tokens.into_iter().map(|(token, who)| (token.into(), who.into()));
        let tokens = Tokens::new(tokens, |index| format!("token {}", index + 1))?;
        Ok(Access { kind: Kind::Tokens(Arc::new(tokens)) })
    }

    /// The tokens of the environment: `LOG_API_TOKEN` for viewers, `LOG_API_ADMIN_TOKEN` for admins.
    ///
    /// One of the two is enough. Each can be given as a file instead: `LOG_API_TOKEN_FILE`,
    /// `LOG_API_ADMIN_TOKEN_FILE`.
    ///
    /// ```
    /// use nexolog_core::Access;
    ///
    /// # // The environment of a documentation test sets neither.
    /// let error = Access::from_env().unwrap_err();
    /// assert!(error.to_string().contains("LOG_API_TOKEN"));
    /// ```
    ///
    /// # Errors
    ///
    /// When neither is set, when a variable and its file are both set, when a file can't be read, and
    /// as [`token`](Access::token). The message names the variable and says what to set.
    pub fn from_env() -> Result<Access, AccessError> {
        Ok(Access { kind: Kind::Tokens(Arc::new(environment::tokens()?)) })
    }

    /// The host's own rule: it sees the request without its body and says who asks, or `None`.
    ///
    /// The rule runs on the host's pool and must not block. What needs a look-up belongs into a
    /// middleware around the routes, which leaves its finding in the request's extensions:
    ///
    /// ```
    /// use nexolog_core::{Access, Principal, Role};
    ///
    /// #[derive(Clone)]
    /// struct SignedIn {
    ///     name: String,
    ///     is_operator: bool,
    /// }
    ///
    /// let access = Access::custom(|request| {
    ///     let user = request.extensions.get::<SignedIn>()?;
    ///     user.is_operator.then(|| Principal::new(user.name.clone(), Role::Viewer))
    /// });
    /// # drop(access);
    /// ```
    ///
    /// Where each customer may read their own part, say so with a [`Scope`](crate::Scope):
    ///
    /// ```
    /// use nexolog_core::{Access, Principal, Role, Scope};
    ///
    /// #[derive(Clone)]
    /// struct Customer {
    ///     organization: String,
    /// }
    ///
    /// let access = Access::custom(|request| {
    ///     let customer = request.extensions.get::<Customer>()?;
    ///     let own = Scope::organization(customer.organization.clone());
    ///     Some(Principal::new(customer.organization.clone(), Role::Viewer).within(own))
    /// });
    /// # drop(access);
    /// ```
    ///
    /// A browser may send the host's own cookies along from a foreign page, so requests that change
    /// something are refused when they say that they come from another origin.
    pub fn custom(rule: impl Fn(&Parts) -> Option<Principal> + Send + Sync + 'static) -> Access {
        Access { kind: Kind::Custom(Arc::new(rule)) }
    }

    /// Everybody who can reach the routes is an admin: for services behind a gate of their own.
    ///
    /// The gate must look at the `Host` of requests, too. A page from elsewhere can have its own name lead to an address
    /// of your network, and a browser there then takes it for this service's own page; a token it would not have.
    ///
    /// Requests that change something are still refused when they come from a foreign page.
    #[must_use]
    pub fn open() -> Access {
        Access { kind: Kind::Open }
    }
}

impl fmt::Debug for Access {
    /// Names who is let in, never a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Tokens(tokens) => f.debug_tuple("Access::tokens").field(tokens).finish(),
            Kind::Custom(_) => f.write_str("Access::custom"),
            Kind::Open => f.write_str("Access::open"),
        }
    }
}
