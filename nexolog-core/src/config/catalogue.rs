/// The modules a service knows, in categories, and the code that belongs to them.
///
/// The built-in one has eight categories and 25 modules. A module outside of the catalogue may be used at
/// any time; the catalogue is what the page and `/modules` show from the start.
///
/// ```
/// use nexolog_core::Catalogue;
///
/// let catalogue = Catalogue::default().with_module("Shop", "orders").with_target("shop::orders", "orders");
/// assert_eq!(catalogue.modules().count(), 26);
/// assert_eq!(catalogue.module_of("shop::orders::cart"), Some("orders"));
/// assert_eq!(catalogue.module_of("shop::orders_archive"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    categories: Vec<Category>,
    /// Target prefixes and their modules.
    targets: Vec<(String, String)>,
}

/// A group of modules of the [`Catalogue`].
///
/// ```
/// use nexolog_core::Catalogue;
///
/// let catalogue = Catalogue::default();
/// let first = &catalogue.categories()[0];
/// assert_eq!((first.name(), first.modules()[0].as_str()), ("Core System", "startup"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    name: String,
    modules: Vec<String>,
}

impl Category {
    /// The name as people read it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its modules, in the order they were added.
    #[must_use]
    pub fn modules(&self) -> &[String] {
        &self.modules
    }
}

const BUILT_IN: [(&str, &[&str]); 8] = [
    ("Core System", &["startup", "database", "security", "config"]),
    ("Authentication", &["auth", "user_mgmt", "organization", "demo_system"]),
    (
        "Analytics & Data",
        &["analytics", "ga4_integration", "search_console", "data_processing", "etl"],
    ),
    ("Campaign Management", &["campaign_analyzer", "campaign_generator", "insights_engine"]),
    ("External Integrations", &["google_apis", "sendgrid", "slack"]),
    ("Background Services", &["celery", "scheduler"]),
    ("API & Frontend", &["api", "frontend"]),
    ("Monitoring", &["health_check", "performance"]),
];

const BUILT_IN_TARGETS: [(&str, &str); 16] = [
    ("sqlx", "database"),
    ("diesel", "database"),
    ("sea_orm", "database"),
    ("tokio_postgres", "database"),
    ("rusqlite", "database"),
    ("redis", "database"),
    ("hyper", "api"),
    ("hyper_util", "api"),
    ("h2", "api"),
    ("axum", "api"),
    ("tonic", "api"),
    ("tower", "api"),
    ("tower_http", "api"),
    ("nexolog_tower", "api"),
    ("nexolog", "nexolog"),
    ("nexolog_core", "nexolog"),
];

impl Default for Catalogue {
    /// The built-in catalogue.
    fn default() -> Catalogue {
        let mut catalogue = Catalogue::empty();
        for (category, modules) in BUILT_IN {
            for module in modules {
                catalogue = catalogue.with_module(category, *module);
            }
        }
        for (prefix, module) in BUILT_IN_TARGETS {
            catalogue = catalogue.with_target(prefix, module);
        }
        catalogue
    }
}

impl Catalogue {
    /// A catalogue without modules, to be filled by the application.
    #[must_use]
    pub fn empty() -> Catalogue {
        Catalogue { categories: Vec::new(), targets: Vec::new() }
    }

    /// Adds a module; an equal one of the same category is left as it is.
    #[must_use]
    pub fn with_module(
        mut self,
        category: impl Into<String>,
        module: impl Into<String>,
    ) -> Catalogue {
        let (name, module) = (category.into(), module.into());
        let index =
            self.categories.iter().position(|known| known.name == name).unwrap_or_else(|| {
                self.categories.push(Category { name, modules: Vec::new() });
                self.categories.len() - 1
            });
        let modules = &mut self.categories[index].modules;
        if !modules.contains(&module) {
            modules.push(module);
        }
        self
    }

    /// Says that events whose target is `prefix`, or begins with it at a `::`, are of `module`, unless
    /// they name one themselves. The longest prefix wins; the same prefix again replaces the module.
    #[must_use]
    pub fn with_target(
        mut self,
        prefix: impl Into<String>,
        module: impl Into<String>,
    ) -> Catalogue {
        let (prefix, module) = (prefix.into(), module.into());
        self.targets.retain(|(known, _)| *known != prefix);
        self.targets.push((prefix, module));
        self
    }

    /// The categories, in the order they were added.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// Every module with its category, in order.
    pub fn modules(&self) -> impl Iterator<Item = (&str, &str)> {
        self.categories.iter().flat_map(|category| {
            category.modules.iter().map(|module| (category.name.as_str(), module.as_str()))
        })
    }

    /// Whether a module of this name is in it.
    pub(crate) fn has_module(&self, name: &str) -> bool {
        self.modules().any(|(_, module)| module == name)
    }

    /// The module of a target by the longest prefix that was mapped.
    #[must_use]
    pub fn module_of(&self, target: &str) -> Option<&str> {
        self.targets
            .iter()
            .filter(|(prefix, _)| is_target_prefix(prefix, target))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, module)| module.as_str())
    }
}

impl Catalogue {
    /// Whether some target belongs to this module.
    pub(crate) fn maps_to(&self, module: &str) -> bool {
        self.targets.iter().any(|(_, mapped)| mapped == module)
    }
}

/// Whether `target` is `prefix` or lies beneath it.
pub(crate) fn is_target_prefix(prefix: &str, target: &str) -> bool {
    target.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::Catalogue;

    #[test]
    fn the_built_in_catalogue_has_eight_categories_and_25_modules() {
        let catalogue = Catalogue::default();
        assert_eq!(catalogue.categories().len(), 8);
        assert_eq!(catalogue.modules().count(), 25);
    }

    #[test]
    fn the_longest_mapped_prefix_gives_the_module() {
        let catalogue = Catalogue::default()
            .with_target("shop", "frontend")
            .with_target("shop::db", "database");
        assert_eq!(catalogue.module_of("shop::db::pool"), Some("database"));
        assert_eq!(catalogue.module_of("shop::dbx"), Some("frontend"));
        assert_eq!(catalogue.module_of("shopping"), None);
        assert_eq!(catalogue.module_of("sqlx::query"), Some("database"));
    }
}
