//! Who comes, who goes, who joins.
#![allow(clippy::must_use_candidate, reason = "whoever drops a `Told` has waited for it")]

use super::audited::Told;
use super::event::Ending;
use super::helper::helper;
use crate::record::{Level, Outcome};

helper! {
    /// A sign-in. Module `auth`; `event.name` is `user_login`. Statistics count it, and alerts about failed sign-ins read
    /// it.
    ///
    /// ```
    /// use nexolog_core::service;
    ///
    /// service().user_login().user("u1").organization("acme").method("password").succeeded();
    /// service().user_login().user("u1").method("password").failed("wrong password");
    /// ```
    #[must_use = "a sign-in is logged by `succeeded` or `failed`"]
    UserLogin, "user_login" {
        /// How they showed who they are: `password`, `passkey`, `oauth`. The field `method`.
        method: text as "method",
        /// The address they came from: the field `client`.
        client: text as "client",
    }
}

impl<'a> UserLogin<'a> {
    /// Writes the record of a success, at INFO.
    pub fn succeeded(self) -> Told {
        self.emit(&Ending {
            outcome: Some(Outcome::Success),
            level: Level::Info,
            message: &"user logged in",
            error: None,
        })
    }

    /// Writes the record of a refusal, at WARNING. Who tried need not be known.
    pub fn failed(self, reason: &'a str) -> Told {
        let this = self.reason(reason);
        this.emit(&Ending {
            outcome: Some(Outcome::Error),
            level: Level::Warning,
            message: &format_args!("login refused: {reason}"),
            error: None,
        })
    }
}

helper! {
    /// A sign-out. Module `auth`; `event.name` is `user_logout`. Statistics count it.
    ///
    /// ```
    /// use nexolog_core::service;
    ///
    /// service().user_logout().user("u1").reason("session expired").log();
    /// ```
    #[must_use = "a sign-out is logged by `log`"]
    UserLogout, "user_logout" {
        /// The address they came from: the field `client`.
        client: text as "client",
    }
}

impl UserLogout<'_> {
    /// Writes the record, at INFO.
    pub fn log(self) -> Told {
        self.emit(&Ending {
            outcome: Some(Outcome::Success),
            level: Level::Info,
            message: &"user logged out",
            error: None,
        })
    }
}

helper! {
    /// A new account. Module `user_mgmt`; `event.name` is `user_registration`.
    ///
    /// ```
    /// use nexolog_core::service;
    ///
    /// service().user_registration().user("u1").method("invitation").succeeded();
    /// service().user_registration().failed("address taken");
    /// ```
    #[must_use = "a registration is logged by `succeeded` or `failed`"]
    UserRegistration, "user_registration" {
        /// How they came: `form`, `invitation`, `oauth`. The field `method`.
        method: text as "method",
        /// The address they came from: the field `client`.
        client: text as "client",
    }
}

impl<'a> UserRegistration<'a> {
    /// Writes the record of a success, at INFO.
    pub fn succeeded(self) {
        self.emit(&Ending {
            outcome: Some(Outcome::Success),
            level: Level::Info,
            message: &"user registered",
            error: None,
        });
    }

    /// Writes the record of a refusal, at WARNING.
    pub fn failed(self, reason: &'a str) {
        self.reason(reason).emit(&Ending {
            outcome: Some(Outcome::Error),
            level: Level::Warning,
            message: &format_args!("registration refused: {reason}"),
            error: None,
        });
    }
}
