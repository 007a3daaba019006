//! The logs API and the page, as one router that the user mounts.

mod backend;

pub(crate) use backend::{Backend, Control, Health, ModuleState};
