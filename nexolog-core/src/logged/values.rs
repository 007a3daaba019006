use std::array;

use tracing_core::field::Value;

use super::Captured;

/// The values of an event or a span, in the order of its callsite's fields.
pub(crate) struct Values<'a, const N: usize> {
    values: [Option<&'a dyn Value>; N],
    used: usize,
}

impl<'a, const N: usize> Values<'a, N> {
    pub(crate) const fn new() -> Values<'a, N> {
        Values { values: [None; N], used: 0 }
    }

    pub(crate) fn push(&mut self, value: Option<&'a dyn Value>) {
        if let Some(slot) = self.values.get_mut(self.used) {
            *slot = value;
            self.used += 1;
        }
    }

    /// `texts` is what [`texts`] gave.
    pub(super) fn extend(&mut self, fields: &'a [Captured], texts: &'a [&'a str]) {
        for (field, text) in fields.iter().zip(texts) {
            self.push(field.value(text));
        }
    }

    /// The values, when there are as many as the callsite has fields.
    pub(super) fn all(&self, fields: usize) -> Option<&[Option<&'a dyn Value>]> {
        self.values.get(..self.used).filter(|values| values.len() == fields)
    }

    pub(crate) fn as_slice(&self) -> &[Option<&'a dyn Value>] {
        self.values.get(..self.used).unwrap_or_default()
    }
}

/// The texts among the fields: a `str` can only be passed on behind a reference that lives somewhere.
pub(super) fn texts<const N: usize>(fields: &[Captured]) -> [&str; N] {
    array::from_fn(|at| fields.get(at).map_or("", Captured::text))
}
