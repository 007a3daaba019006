//! The `#[logged]` attribute.
