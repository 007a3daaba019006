use std::sync::{PoisonError, RwLock};

use super::replace::replace;
use super::{MaskAction, MaskKey};

/// The key of the logger that was built last with one: what `#[logged(hash(..))]` hashes with.
static KEY: RwLock<Option<MaskKey>> = RwLock::new(None);

/// Takes a logger's key for hashes that are made where no logger is known.
pub(crate) fn share_key(key: &MaskKey) {
    *KEY.write().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
}

/// What [`MaskAction::Hash`] leaves of a value: without a key nothing, as a hash that anybody can make tells too much.
pub(crate) fn hashed(value: &str) -> String {
    let key = KEY.read().unwrap_or_else(PoisonError::into_inner);
    let mut out = String::new();
    replace(&mut out, value, MaskAction::Hash, key.as_ref());
    out
}
