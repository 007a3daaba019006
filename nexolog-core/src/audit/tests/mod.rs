pub(crate) mod support;

mod tampering;
mod writing;
