//! What an auditor asks for.
#![allow(clippy::must_use_candidate, reason = "whoever drops a `Told` has waited for it")]

use std::fmt;

use super::audited::Told;
use super::event::Ending;
use super::helper::helper;
use crate::record::{Level, Outcome};

/// How bad a security event is; it decides the level of the record.
///
/// ```
/// use nexolog_core::{Level, service::Severity};
///
/// assert_eq!(Severity::High.level(), Level::Error);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing: INFO.
    Low,
    /// Odd: WARNING.
    Medium,
    /// Somebody has to look at it: ERROR.
    High,
    /// Somebody has to look at it now: CRITICAL.
    Critical,
}

impl Severity {
    /// The name, as the field `severity` has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// The level of a record about it.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Severity::Low => Level::Info,
            Severity::Medium => Level::Warning,
            Severity::High => Level::Error,
            Severity::Critical => Level::Critical,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

helper! {
    /// Something that bears on security. Module `security`; `event.name` is `security_event`. Without a word about its
    /// [`Severity`] it is [`Severity::Medium`].
    ///
    /// ```
    /// use nexolog_core::service::{Severity, service};
    ///
    /// service()
    ///     .security_event("token_reused")
    ///     .severity(Severity::High)
    ///     .user("u1")
    ///     .client("203.0.113.7")
    ///     .log();
    /// ```
    #[must_use = "a security event is logged by `log`"]
    SecurityEvent, "security_event" {
        kind: own as "kind",
        severity: own as "severity",
        /// The address it came from: the field `client`.
        client: text as "client",
        /// What it was aimed at: the field `resource`.
        resource: text as "resource",
    }
}

impl<'a> SecurityEvent<'a> {
    pub(super) fn of_kind(mut self, kind: &'a str) -> SecurityEvent<'a> {
        self.kind = Some(kind);
        self
    }

    /// How bad it is: the field `severity`, and the level of the record.
    pub fn severity(mut self, severity: Severity) -> SecurityEvent<'a> {
        self.severity = Some(severity.as_str());
        self.common.usual = Some(severity.level());
        self
    }

    /// Writes the record, at the level of its severity.
    pub fn log(mut self) -> Told {
        self.severity.get_or_insert(Severity::Medium.as_str());
        self.emit(&Ending {
            outcome: None,
            level: self.common.usual.unwrap_or(Level::Warning),
            message: &format_args!("security event: {}", self.kind.unwrap_or_default()),
            error: None,
        })
    }
}

helper! {
    /// Somebody looks at, or changes, data that are worth protecting. Module `security`; `event.name` is `data_access`.
    ///
    /// ```
    /// use nexolog_core::service;
    ///
    /// service()
    ///     .data_access("export", "customers")
    ///     .user("u7")
    ///     .records(1_200)
    ///     .purpose("support case 17")
    ///     .allowed();
    /// service().data_access("read", "salaries").user("u9").denied("not in the group");
    /// ```
    #[must_use = "an access is logged by `allowed` or `denied`"]
    DataAccess, "data_access" {
        action: own as "action",
        resource: own as "resource",
        /// Which one of them: the field `resource_id`.
        resource_id: text as "resource_id",
        /// How many records they saw or changed: the field `records`.
        records: count as "records",
        /// What for: the field `purpose`.
        purpose: text as "purpose",
        /// The address they came from: the field `client`.
        client: text as "client",
    }
}

impl<'a> DataAccess<'a> {
    pub(super) fn of(mut self, action: &'a str, resource: &'a str) -> DataAccess<'a> {
        self.action = Some(action);
        self.resource = Some(resource);
        self
    }

    /// Writes the record of an access that was had, at INFO.
    pub fn allowed(self) -> Told {
        let (action, resource) = self.what();
        self.emit(&Ending {
            outcome: Some(Outcome::Success),
            level: Level::Info,
            message: &format_args!("{action} of {resource}"),
            error: None,
        })
    }

    /// Writes the record of an access that was refused, at WARNING.
    pub fn denied(self, reason: &'a str) -> Told {
        let (action, resource) = self.what();
        let this = self.reason(reason);
        this.emit(&Ending {
            outcome: Some(Outcome::Error),
            level: Level::Warning,
            message: &format_args!("{action} of {resource} denied: {reason}"),
            error: None,
        })
    }

    fn what(&self) -> (&'a str, &'a str) {
        (self.action.unwrap_or_default(), self.resource.unwrap_or_default())
    }
}

helper! {
    /// Somebody uses powers that others do not have. Module `security`; `event.name` is `admin_action`.
    ///
    /// ```
    /// use nexolog_core::service;
    ///
    /// service().admin_action("change_role").user("u1").subject("u7").detail("viewer to admin").succeeded();
    /// service().admin_action("delete_account").user("u1").subject("u7").failed("two must agree");
    /// ```
    #[must_use = "an action is logged by `succeeded` or `failed`"]
    AdminAction, "admin_action" {
        action: own as "action",
        /// The user it was done to: the field `subject`.
        subject: text as "subject",
        /// What it was done to: the field `resource`.
        resource: text as "resource",
        /// What exactly was done: the field `detail`.
        detail: text as "detail",
        /// The address they came from: the field `client`.
        client: text as "client",
    }
}

impl<'a> AdminAction<'a> {
    pub(super) fn of(mut self, action: &'a str) -> AdminAction<'a> {
        self.action = Some(action);
        self
    }

    /// Writes the record of an action that was taken, at INFO.
    pub fn succeeded(self) -> Told {
        self.emit(&Ending {
            outcome: Some(Outcome::Success),
            level: Level::Info,
            message: &format_args!("admin action: {}", self.action.unwrap_or_default()),
            error: None,
        })
    }

    /// Writes the record of an action that was refused or failed, at WARNING.
    pub fn failed(self, reason: &'a str) -> Told {
        let action = self.action.unwrap_or_default();
        let this = self.reason(reason);
        this.emit(&Ending {
            outcome: Some(Outcome::Error),
            level: Level::Warning,
            message: &format_args!("admin action failed: {action}: {reason}"),
            error: None,
        })
    }
}
