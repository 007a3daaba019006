use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::query::Filter;

/// The part of the log that somebody may see: records of some organizations, of some modules, or both.
///
/// The server adds it to every question that a [`Principal`](crate::Principal) within it asks, whatever the
/// question says. A record counts as an organization's when its `organization_id` is exactly that; one that has
/// none, such as what the service does by itself, is in no organization's scope.
///
/// ```
/// use nexolog_core::Scope;
///
/// let acme = Scope::organization("acme");
/// let shop = Scope::modules(["orders", "payments"]);
/// // What both cover: records of `acme` in one of the two modules.
/// let acme_shop = acme.and(shop);
/// # drop(acme_shop);
/// ```
///
/// A list that turns out empty covers nothing, so what a look-up forgot to fill in shows no record instead of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// `None` is any, and records that have none.
    organizations: Option<Names>,
    /// `None` is any.
    modules: Option<Names>,
}

type Names = Arc<BTreeSet<String>>;

impl Scope {
    /// Records of one organization.
    #[must_use]
    pub fn organization(id: impl Into<String>) -> Scope {
        Scope::organizations([id])
    }

    /// Records of any of these organizations.
    #[must_use]
    pub fn organizations<T: Into<String>>(ids: impl IntoIterator<Item = T>) -> Scope {
        Scope { organizations: Some(names(ids)), modules: None }
    }

    /// Records of one module.
    #[must_use]
    pub fn module(name: impl Into<String>) -> Scope {
        Scope::modules([name])
    }

    /// Records of any of these modules.
    #[must_use]
    pub fn modules<T: Into<String>>(modules: impl IntoIterator<Item = T>) -> Scope {
        Scope { organizations: None, modules: Some(names(modules)) }
    }

    /// What both cover. So organizations and modules together mean: of one of those organizations, and in one of
    /// those modules.
    ///
    /// ```
    /// use nexolog_core::Scope;
    ///
    /// let two = Scope::organizations(["acme", "globex"]);
    /// assert_eq!(two.and(Scope::organization("acme")), Scope::organization("acme"));
    /// ```
    #[must_use]
    pub fn and(self, other: Scope) -> Scope {
        Scope {
            organizations: common(self.organizations, other.organizations),
            modules: common(self.modules, other.modules),
        }
    }

    /// Matches what it covers, and nothing else.
    pub(in crate::api) fn filter(&self) -> Filter {
        let parts = [("organization_id", &self.organizations), ("module", &self.modules)];
        Filter::and(
            parts.into_iter().filter_map(|(key, names)| {
                Some(Filter::one_of(key, names.as_ref()?.iter().cloned()))
            }),
        )
    }

    /// Whether it covers records of this module.
    pub(in crate::api) fn has_module(&self, name: &str) -> bool {
        self.modules.as_ref().is_none_or(|modules| modules.contains(name))
    }

    /// Whether it is a matter of modules alone, so that a module it has is covered as a whole.
    pub(in crate::api) fn is_of_modules(&self) -> bool {
        self.organizations.is_none()
    }

    /// As answers say it: null where any will do.
    pub(in crate::api) fn told(&self) -> Value {
        json!({"organizations": self.organizations.as_deref(), "modules": self.modules.as_deref()})
    }
}

fn names<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Names {
    Arc::new(names.into_iter().map(Into::into).collect())
}

fn common(one: Option<Names>, other: Option<Names>) -> Option<Names> {
    match (one, other) {
        (Some(one), Some(other)) => Some(names(one.intersection(&other))),
        (one, other) => one.or(other),
    }
}
