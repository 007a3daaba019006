use super::Probe;

/// The value in an `Ok`; see [`Probe`] for how the two traits work together.
pub trait KeptOk {
    /// What the value is a result of.
    type Value: ?Sized;

    /// The value worth recording, if there is one.
    fn nexolog_kept(&self) -> Option<&Self::Value>;
}

/// Any other value as it is.
pub trait KeptAny {
    /// The value's type.
    type Value: ?Sized;

    /// The value.
    fn nexolog_kept(&self) -> Option<&Self::Value>;
}

impl<T, E> KeptOk for &Probe<'_, Result<T, E>> {
    type Value = T;

    fn nexolog_kept(&self) -> Option<&T> {
        self.0.as_ref().ok()
    }
}

impl<T: ?Sized> KeptAny for Probe<'_, T> {
    type Value = T;

    fn nexolog_kept(&self) -> Option<&T> {
        Some(self.0)
    }
}
