use std::fmt;
use std::sync::Arc;

use super::Scope;

/// What a caller may do.
///
/// ```
/// use nexolog_core::Role;
///
/// assert!(Role::Admin > Role::Viewer);
/// assert_eq!(Role::Viewer.to_string(), "viewer");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads the log: search, statistics, the live stream.
    Viewer,
    /// Also changes levels and removes old files.
    Admin,
}

impl Role {
    /// Somebody of this role who sees only what `scope` covers; see [`Principal::within`].
    ///
    /// ```
    /// use nexolog_core::{Role, Scope};
    ///
    /// let viewer = Role::Viewer.within(Scope::module("orders"));
    /// assert_eq!(viewer.role(), Role::Viewer);
    /// ```
    #[must_use]
    pub fn within(self, scope: Scope) -> Principal {
        Principal::from(self).within(scope)
    }

    fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Somebody who may ask: a name for the log, a role, and the part of the log they may see.
///
/// ```
/// use nexolog_core::{Principal, Role, Scope};
///
/// let ada = Principal::new("ada", Role::Admin);
/// assert_eq!(ada.name(), "ada");
/// assert_eq!(ada.role(), Role::Admin);
///
/// let support = Principal::new("acme's support", Role::Viewer).within(Scope::organization("acme"));
/// assert_eq!(support.scope(), Some(&Scope::organization("acme")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// `None` stands for the role's own.
    name: Option<Arc<str>>,
    role: Role,
    scope: Option<Scope>,
}

impl Principal {
    /// Somebody called `name`, who sees the whole log; the name is logged when they change something.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, role: Role) -> Principal {
        Principal { name: Some(name.into()), role, scope: None }
    }

    /// Lets them see what `scope` covers, and nothing else. Said twice, they see what both cover.
    ///
    /// It holds for whatever they ask: the server adds it to every question, and no `q` gets out of it. What
    /// concerns the log as a whole is not theirs: they change nothing (an admin with a scope reads like a viewer), see no
    /// legal holds, and are told neither how much is stored nor what was lost. What can't be hidden is how
    /// many records there are in all, since the number of each is its place among all of them.
    #[must_use]
    pub fn within(mut self, scope: Scope) -> Principal {
        self.scope = Some(match self.scope {
            Some(narrow) => narrow.and(scope),
            None => scope,
        });
        self
    }

    /// The name; the role's when none was given.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.role.as_str())
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The part of the log they may see; `None` is all of it.
    #[must_use]
    pub fn scope(&self) -> Option<&Scope> {
        self.scope.as_ref()
    }

    /// Calls them `name`, if nobody has called them anything yet.
    pub(super) fn or_named(mut self, name: impl FnOnce() -> String) -> Principal {
        self.name.get_or_insert_with(|| name().into());
        self
    }
}

impl From<Role> for Principal {
    /// Somebody of this role whose name is not known: the role's name stands in.
    fn from(role: Role) -> Principal {
        Principal { name: None, role, scope: None }
    }
}
