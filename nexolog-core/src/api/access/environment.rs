use std::ffi::OsString;
use std::{env, fs};

use super::tokens::Tokens;
use super::{AccessError, Role};

const VARIABLES: [(&str, Role); 2] =
    [("LOG_API_TOKEN", Role::Viewer), ("LOG_API_ADMIN_TOKEN", Role::Admin)];

/// The tokens that the environment names.
pub(super) fn tokens() -> Result<Tokens, AccessError> {
    tokens_from(&|name| env::var_os(name))
}

/// As [`tokens`], with the environment given: a test can't change the real one safely.
pub(super) fn tokens_from(
    lookup: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Tokens, AccessError> {
    let mut names = Vec::new();
    let mut tokens = Vec::new();
    for (name, role) in VARIABLES {
        if let Some((named, token)) = token(name, lookup)? {
            names.push(named);
            tokens.push((token, role.into()));
        }
    }
    if tokens.is_empty() {
        return Err(AccessError::new(
            "nobody could read the logs: set LOG_API_TOKEN (for viewers), LOG_API_ADMIN_TOKEN (for admins) or both, \
             or LOG_API_TOKEN_FILE and LOG_API_ADMIN_TOKEN_FILE to files that hold them; \
             `openssl rand -hex 32` prints a good token",
        ));
    }
    Tokens::new(tokens, |index| names.get(index).cloned().unwrap_or_default())
}

/// The token that `name` or `name_FILE` gives, with the name it came by.
fn token(
    name: &str,
    lookup: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<(String, String)>, AccessError> {
    let file_name = format!("{name}_FILE");
    match (lookup(name), lookup(&file_name)) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            Err(AccessError::new(format!("both {name} and {file_name} are set; set one of them")))
        }
        (Some(value), None) => {
            let value = value.into_string().map_err(|_| {
                AccessError::new(format!("{name} is not valid UTF-8; use ASCII characters"))
            })?;
            Ok(Some((name.to_owned(), value)))
        }
        (None, Some(path)) => {
            let text = fs::read_to_string(&path).map_err(|source| {
                AccessError::reading(
                    format!(
                        "{file_name} names a file that can't be read: {}; name a readable file that holds the token",
                        path.display()
                    ),
                    source,
                )
            })?;
            // Editors end files with a newline; it is no part of the token.
            Ok(Some((file_name, text.trim_end_matches(['\r', '\n']).to_owned())))
        }
    }
}
