//! What must never reach a file: values of keys that name secrets.

mod keys;

pub(crate) use keys::{MASKED, is_secret_key};
