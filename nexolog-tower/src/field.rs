use tracing::Value;

/// What is there, or nothing: `tracing` asks nobody about a value that is missing from the list.
pub(crate) fn value<T: Value>(value: Option<&T>) -> Option<&dyn Value> {
    value.map(|value| value as &dyn Value)
}
