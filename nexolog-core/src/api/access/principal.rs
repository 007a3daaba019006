use std::fmt;
use std::sync::Arc;

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

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Role::Viewer => "viewer",
            Role::Admin => "admin",
        })
    }
}

/// Somebody who may ask: a name for the log, and a role.
///
/// ```
/// use nexolog_core::{Principal, Role};
///
/// let ada = Principal::new("ada", Role::Admin);
/// assert_eq!(ada.name(), "ada");
/// assert_eq!(ada.role(), Role::Admin);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    name: Arc<str>,
    role: Role,
}

impl Principal {
    /// Somebody called `name`; the name is logged when they change something.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, role: Role) -> Principal {
        Principal { name: name.into(), role }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }
}

impl From<Role> for Principal {
    /// Somebody of this role whose name is not known: the role's name stands in.
    fn from(role: Role) -> Principal {
        Principal::new(role.to_string(), role)
    }
}
