pub(crate) mod support;

mod python;
mod tampering;
mod writing;
