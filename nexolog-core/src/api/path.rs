use percent_encoding::percent_decode_str;

/// A path that is the one it was compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Matched {
    /// What stands in the variable part, where there is one.
    pub(super) variable: Option<String>,
}

/// Compares `path` with `pattern`, which may have a variable part, such as the `{id}` of `requests/{id}`.
///
/// A variable part is one whole part of the path, never empty, and it may hold anything, slashes included, if they are
/// percent-encoded.
pub(super) fn matches(pattern: &str, path: &str) -> Option<Matched> {
    let (mut patterns, mut parts) = (pattern.split('/'), path.split('/'));
    let mut matched = Matched::default();
    loop {
        match (patterns.next(), parts.next()) {
            (None, None) => return Some(matched),
            (Some(pattern), Some(part)) if is_variable(pattern) => {
                let value = percent_decode_str(part).decode_utf8().ok()?;
                matched.variable = (!value.is_empty()).then(|| value.into_owned());
                matched.variable.as_ref()?;
            }
            (Some(pattern), Some(part)) if pattern == part => {}
            _ => return None,
        }
    }
}

/// Whether a part of a pattern stands for any value.
fn is_variable(part: &str) -> bool {
    part.starts_with('{') && part.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::{Matched, matches};

    #[test]
    fn a_path_without_variable_parts_is_compared_letter_for_letter() {
        assert_eq!(matches("search", "search"), Some(Matched::default()));
        for path in ["", "searc", "search/", "/search", "Search", "%73earch", "search/x"] {
            assert_eq!(matches("search", path), None, "{path}");
        }
    }

    #[test]
    fn a_variable_part_is_given_decoded() {
        for (path, expected) in [
            ("requests/r1", "r1"),
            ("requests/a%2Fb%20c", "a/b c"),
            ("requests/%C3%A9", "é"),
            ("requests/..", ".."),
            ("requests/{id}", "{id}"),
        ] {
            let matched = matches("requests/{id}", path).unwrap();
            assert_eq!(matched.variable.as_deref(), Some(expected), "{path}");
        }
    }

    #[test]
    fn what_is_missing_too_much_or_no_text_is_another_path() {
        for path in ["requests", "requests/", "requests/a/b", "requests//", "requests/%FF", "x/a"] {
            assert_eq!(matches("requests/{id}", path), None, "{path}");
        }
    }
}
