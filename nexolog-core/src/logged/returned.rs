use super::Probe;

/// The value in an `Ok`; see [`Probe`] for how the two traits work together.
pub trait KeptOk<'a> {
    /// What the value is a result of.
    type Value: ?Sized;

    /// The value worth recording, if there is one.
    fn nexolog_kept(&self) -> Option<&'a Self::Value>;
}

/// Any other value as it is.
pub trait KeptAny<'a> {
    /// The value's type.
    type Value: ?Sized;

    /// The value.
    fn nexolog_kept(&self) -> Option<&'a Self::Value>;
}

impl<'a, T, E> KeptOk<'a> for &Probe<'a, Result<T, E>> {
    type Value = T;

    fn nexolog_kept(&self) -> Option<&'a T> {
        self.0.as_ref().ok()
    }
}

impl<'a, T: ?Sized> KeptAny<'a> for Probe<'a, T> {
    type Value = T;

    fn nexolog_kept(&self) -> Option<&'a T> {
        Some(self.0)
    }
}
