use std::sync::OnceLock;

use crate::config::Catalogue;

/// What helpers know of the process's logger.
static INSTALLED: OnceLock<Installed> = OnceLock::new();

#[derive(Debug)]
pub(super) struct Installed {
    pub(super) name: String,
    pub(super) catalogue: Catalogue,
}

/// Tells the free-standing helpers of the logger that becomes the process's.
pub(crate) fn set_installed(name: &str, catalogue: &Catalogue) {
    let installed = Installed { name: name.to_owned(), catalogue: catalogue.clone() };
    // A process has one such logger; a second one is refused before it gets here.
    let _ = INSTALLED.set(installed);
}

pub(super) fn installed() -> Option<&'static Installed> {
    INSTALLED.get()
}
