use crate::record::{Key, Kind, Line, Raw, find_path};

/// Longest key in bytes, and most dots in it.
const MAX_KEY: usize = 256;
const MAX_DOTS: usize = 16;

/// Where a key of a filter looks for values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Reserved(Key),
    /// The type, the message and the chain of the error.
    Error,
    /// One entry of the error.
    ErrorPart(String),
    /// An entry, or a path of names joined by dots, in `fields`.
    Field(String),
}

impl Place {
    /// The error is a sentence for the one who wrote the key.
    pub(super) fn of(key: &str) -> Result<Place, String> {
        if key.len() > MAX_KEY || key.matches('.').count() > MAX_DOTS {
            return Err(format!(
                "this key is too long; at most {MAX_KEY} bytes and {MAX_DOTS} dots are accepted"
            ));
        }
        if let Some(part) = key.strip_prefix("error.") {
            return Ok(Place::ErrorPart(part.to_owned()));
        }
        if let Some(field) = key.strip_prefix("fields.") {
            return Ok(Place::Field(field.to_owned()));
        }
        Ok(match Key::named(key) {
            Some(Key::Error) => Place::Error,
            Some(reserved) => Place::Reserved(reserved),
            None => Place::Field(key.to_owned()),
        })
    }

    /// Whether values here are compared letter for letter.
    pub(super) fn is_exact(&self) -> bool {
        use Key::{Module, OrganizationId, RequestId, SpanId, TraceId, UserId};
        const EXACT: [Key; 6] = [Module, RequestId, TraceId, SpanId, UserId, OrganizationId];
        matches!(self, Place::Reserved(key) if EXACT.contains(key))
    }

    /// Whether values here are sentences, in which a text is looked for rather than compared with.
    pub(super) fn is_prose(&self) -> bool {
        match self {
            Place::Reserved(key) => *key == Key::Message,
            Place::Error => true,
            Place::ErrorPart(part) => part != "type",
            Place::Field(_) => false,
        }
    }

    /// Whether any value here passes `test`; a null is no value.
    pub(super) fn any(&self, line: &Line<'_>, test: &dyn Fn(Raw<'_>) -> bool) -> bool {
        let test = |value: Raw<'_>| !value.is_null() && test(value);
        match self {
            Place::Reserved(key) => match line.raw(*key) {
                Some(value) => test(value),
                None => any_field(line, key.name(), &test),
            },
            Place::Error => match line.raw(Key::Error) {
                Some(error) if error.kind() == Kind::Object => any_of_error(error, &test),
                Some(error) => test(error),
                None => any_field(line, Key::Error.name(), &test),
            },
            Place::ErrorPart(part) => match line.raw(Key::Error) {
                Some(error) => find_path(error.entries(), part, &mut |value| test(value)),
                None => any_field(line, &format!("error.{part}"), &test),
            },
            Place::Field(path) => any_field(line, path, &test),
        }
    }
}

/// `fields`, and what other writers put beside the reserved keys.
fn any_field(line: &Line<'_>, path: &str, test: &dyn Fn(Raw<'_>) -> bool) -> bool {
    let mut visit = |value: Raw<'_>| test(value);
    find_path(line.fields(), path, &mut visit) || find_path(line.others(), path, &mut visit)
}

fn any_of_error(error: Raw<'_>, test: &dyn Fn(Raw<'_>) -> bool) -> bool {
    error.entries().any(|(name, value)| {
        (name.is("type") || name.is("message") || name.is("chain"))
            && !value.is_null()
            && test(value)
    })
}
