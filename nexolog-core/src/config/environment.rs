//! The `LOG_*` variables.

use std::ffi::OsString;
use std::time::Duration;

use super::error::quoted;
use super::{Builder, ConfigError, Console, RateLimit, Repeats};
use crate::privacy::MaskKey;
use crate::record::Level;

/// Variables that belong to abilities this version does not have. Taking one silently would promise
/// something that then does not happen.
const NOT_YET: [&str; 7] = [
    "LOG_RULES_FILE",
    "LOG_AUDIT_KEY",
    "LOG_ENCRYPTION_KEY",
    "LOG_SLACK_WEBHOOK_URL",
    "LOG_WEBHOOK_URL",
    "LOG_SMTP_URL",
    "LOG_CLICKHOUSE_URL",
];

/// Applies every variable that is set. `LOG_API_TOKEN` and `LOG_API_ADMIN_TOKEN` are read by `Access::from_env`.
pub(super) fn apply(
    mut builder: Builder,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Builder, ConfigError> {
    for name in NOT_YET {
        if variable(name).is_some() || variable(&format!("{name}_FILE")).is_some() {
            return Err(ConfigError::new(
                name,
                "this version can't do what the variable asks for; unset it",
            ));
        }
    }
    // A path need not be Unicode.
    if let Some(directory) = variable("LOG_DIR") {
        if directory.is_empty() {
            let problem = "`` is no directory; use a path, or unset it for `logs`";
            return Err(ConfigError::new("LOG_DIR", problem));
        }
        builder = builder.directory(directory);
    }
    if let Some(key) = mask_key(&variable)? {
        builder = builder.mask_key(key);
    }
    for (name, set) in SETTERS {
        if let Some(value) = variable(name) {
            let value = value.into_string().map_err(|value| {
                let shown = quoted(&value.to_string_lossy());
                ConfigError::new(name, format!("{shown} is no valid UTF-8"))
            })?;
            builder = set(builder, name, value.trim())?;
        }
    }
    Ok(builder)
}

/// The key of keyed hashes; no error shows a part of it.
fn mask_key(variable: &impl Fn(&str) -> Option<OsString>) -> Result<Option<MaskKey>, ConfigError> {
    let (name, key) = match (variable("LOG_MASK_KEY"), variable("LOG_MASK_KEY_FILE")) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            let problem = "the key is in LOG_MASK_KEY_FILE, too; set one of both";
            return Err(ConfigError::new("LOG_MASK_KEY", problem));
        }
        (Some(key), None) => ("LOG_MASK_KEY", key.into_encoded_bytes()),
        (None, Some(path)) => {
            let name = "LOG_MASK_KEY_FILE";
            let key = std::fs::read(&path).map_err(|error| {
                let shown = quoted(&path.to_string_lossy());
                ConfigError::new(
                    name,
                    format!("{shown} can't be read ({error}); name a file with the key"),
                )
            })?;
            (name, key)
        }
    };
    let key = MaskKey::new(key.trim_ascii()).ok_or_else(|| {
        let least = MaskKey::MIN_LEN;
        ConfigError::new(name, format!("the key is too short; use at least {least} bytes"))
    })?;
    Ok(Some(key))
}

type Setter = fn(Builder, &str, &str) -> Result<Builder, ConfigError>;

const SETTERS: [(&str, Setter); 13] = [
    ("LOG_LEVEL", |builder, name, value| builder.level(value).checked(name)),
    ("LOG_MODULES_ENABLED", modules_enabled),
    ("LOG_FORMAT", format),
    ("LOG_RETENTION_DAYS", |builder, name, value| {
        let days = number(name, value, "a number of days from 1")?;
        builder.retention_days(days).checked(name)
    }),
    ("LOG_MAX_FILE_SIZE", |builder, name, value| builder.size(name, value, Builder::max_file_size)),
    ("LOG_MAX_BACKUPS", |builder, name, value| {
        Ok(builder.max_backups(number(name, value, "a number of files")?))
    }),
    ("LOG_MAX_TOTAL_SIZE", |builder, name, value| {
        builder.size(name, value, Builder::max_total_size)
    }),
    ("LOG_RATE_LIMIT", |builder, name, value| {
        let accepted = "a number of events a second from 1, or off";
        let count = unless_off(value, |value| number(name, value, accepted))?;
        let limit = count.map(|count| RateLimit::per_callsite(count, Duration::from_secs(1)));
        builder.rate_limit(limit).checked(name)
    }),
    ("LOG_SUPPRESS_REPEATS", |builder, name, value| {
        let time = seconds(name, value)?;
        builder.suppress_repeats(time.map(Repeats::within)).checked(name)
    }),
    ("LOG_HEARTBEAT", |builder, name, value| {
        builder.heartbeat(seconds(name, value)?).checked(name)
    }),
    ("LOG_MASK_RULES", |mut builder, name, value| {
        builder.mask_additions.add_rules(name, value).map(|()| builder)
    }),
    ("LOG_MASK_KEYS", |mut builder, name, value| {
        builder.mask_additions.add_keys(name, value).map(|()| builder)
    }),
    ("LOG_KEEP_DEBUG", |builder, name, value| {
        let value = if value.eq_ignore_ascii_case("off") { "0" } else { value };
        builder.size(name, value, |builder, bytes| {
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            builder.keep_for_failures(Level::Debug, bytes)
        })
    }),
];

/// A time in whole seconds; `None` for `off`.
fn seconds(name: &str, value: &str) -> Result<Option<Duration>, ConfigError> {
    let read = |value: &str| number(name, value, "a number of seconds from 1, or off");
    Ok(unless_off(value, read)?.map(|seconds| Duration::from_secs(seconds.into())))
}

/// What `read` makes of the value; `None` for `off`.
fn unless_off<T>(
    value: &str,
    read: impl FnOnce(&str) -> Result<T, ConfigError>,
) -> Result<Option<T>, ConfigError> {
    if value.eq_ignore_ascii_case("off") { Ok(None) } else { read(value).map(Some) }
}

fn modules_enabled(builder: Builder, name: &str, value: &str) -> Result<Builder, ConfigError> {
    let modules: Vec<&str> = value.split(',').map(str::trim).filter(|m| !m.is_empty()).collect();
    if modules.is_empty() {
        return Err(ConfigError::new(
            name,
            format!("{} names no module; use a list such as auth,api, or * for all", quoted(value)),
        ));
    }
    Ok(builder.modules_enabled(modules))
}

fn format(builder: Builder, name: &str, value: &str) -> Result<Builder, ConfigError> {
    match value.to_ascii_lowercase().as_str() {
        "pretty" => Ok(builder.console(Console::Pretty)),
        "json" => Ok(builder.console(Console::Json)),
        _ => Err(ConfigError::new(
            name,
            format!("{} is no format; use pretty or json", quoted(value)),
        )),
    }
}

fn number(name: &str, value: &str, accepted: &str) -> Result<u32, ConfigError> {
    value.parse().map_err(|_| {
        ConfigError::new(name, format!("{} is no number; use {accepted}", quoted(value)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<Builder, String> {
        apply(Builder::new("shop"), |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
        .map_err(|error| error.to_string())
    }

    #[test]
    fn every_variable_reaches_its_setting() {
        let settings = with(&[
            ("LOG_LEVEL", "warn,auth=debug"),
            ("LOG_MODULES_ENABLED", "auth, api"),
            ("LOG_DIR", "/tmp/elsewhere"),
            ("LOG_FORMAT", "JSON"),
            ("LOG_RETENTION_DAYS", "7"),
            ("LOG_MAX_FILE_SIZE", "1MiB"),
            ("LOG_MAX_BACKUPS", "3"),
            ("LOG_MAX_TOTAL_SIZE", "2GB"),
        ])
        .unwrap()
        .settings()
        .unwrap();
        assert_eq!(settings.directives.to_string(), "warning,auth=debug");
        assert_eq!(settings.modules_enabled, Some(vec!["auth".to_owned(), "api".to_owned()]));
        assert_eq!(settings.directory, std::path::Path::new("/tmp/elsewhere"));
        assert_eq!(settings.console, Some(Console::Json));
        assert_eq!(settings.retention.as_secs(), 7 * 86_400);
        assert_eq!(settings.max_file_size, 1 << 20);
        assert_eq!(settings.max_backups, Some(3));
        assert_eq!(settings.max_total_size, 2_000_000_000);
    }

    #[test]
    fn a_star_enables_every_module() {
        assert_eq!(
            with(&[("LOG_MODULES_ENABLED", "*")]).unwrap().settings().unwrap().modules_enabled,
            None
        );
    }

    #[test]
    fn a_bad_value_is_named_with_its_variable_and_what_is_accepted() {
        for (name, value, expected) in [
            ("LOG_LEVEL", "loud", "LOG_LEVEL: `loud` is no level; use trace, debug,"),
            ("LOG_DIR", "", "LOG_DIR: `` is no directory; use"),
            ("LOG_FORMAT", "xml", "LOG_FORMAT: `xml` is no format; use pretty or json"),
            ("LOG_RETENTION_DAYS", "0", "LOG_RETENTION_DAYS: `0` keeps nothing; use"),
            ("LOG_RETENTION_DAYS", "soon", "LOG_RETENTION_DAYS: `soon` is no number; use"),
            ("LOG_MAX_FILE_SIZE", "10 parsecs", "LOG_MAX_FILE_SIZE: `10 parsecs` is no size; use"),
            ("LOG_MAX_FILE_SIZE", "1", "LOG_MAX_FILE_SIZE: `1` is too small; use at least"),
            ("LOG_MAX_BACKUPS", "-1", "LOG_MAX_BACKUPS: `-1` is no number; use"),
            ("LOG_MAX_TOTAL_SIZE", "", "LOG_MAX_TOTAL_SIZE: `` is no size; use"),
            (
                "LOG_RATE_LIMIT",
                "fast",
                "LOG_RATE_LIMIT: `fast` is no number; use a number of events",
            ),
            ("LOG_RATE_LIMIT", "0", "LOG_RATE_LIMIT: `0` events in 1s is no limit; use"),
            (
                "LOG_SUPPRESS_REPEATS",
                "2 s",
                "LOG_SUPPRESS_REPEATS: `2 s` is no number; use a number of s",
            ),
            ("LOG_SUPPRESS_REPEATS", "0", "LOG_SUPPRESS_REPEATS: no time has no repeats; use"),
            ("LOG_KEEP_DEBUG", "some", "LOG_KEEP_DEBUG: `some` is no size; use"),
            ("LOG_KEEP_DEBUG", "1", "LOG_KEEP_DEBUG: `1` is too small; use at least 1KiB"),
            (
                "LOG_HEARTBEAT",
                "1m",
                "LOG_HEARTBEAT: `1m` is no number; use a number of seconds from 1",
            ),
            ("LOG_HEARTBEAT", "0", "LOG_HEARTBEAT: no time between two is too often; use"),
            ("LOG_MODULES_ENABLED", " , ", "LOG_MODULES_ENABLED: `,` names no module; use"),
            ("LOG_SMTP_URL", "smtp://x", "LOG_SMTP_URL: this version can't do"),
        ] {
            let error = with(&[(name, value)]).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn rules_and_keys_of_the_environment_add_to_what_code_chooses() {
        use crate::privacy::{MaskRule, Masking};

        let set = [("LOG_MASK_RULES", "email, -card"), ("LOG_MASK_KEYS", "home_address,phone")];
        let text = "ann@example.com 4111 1111 1111 1111 phone=1 homeAddress=2 pin=3";
        let masked = |builder: Builder| builder.settings().unwrap().masking.try_on(text);
        let shown = "*** 4111 1111 1111 1111 phone=*** homeAddress=*** pin=***";
        assert_eq!(masked(with(&set).unwrap()).text(), Some(shown));
        let chosen = Masking::none().with(MaskRule::Card);
        assert_eq!(
            masked(with(&set).unwrap().masking(chosen)).text(),
            Some("*** 4111 1111 1111 1111 phone=*** homeAddress=*** pin=3")
        );
        for (name, value, expected) in [
            ("LOG_MASK_RULES", "email,mail", "LOG_MASK_RULES: `mail` is no rule; use key, card"),
            ("LOG_MASK_KEYS", "phone,--", "LOG_MASK_KEYS: `--` is no key; use a list"),
        ] {
            let error = with(&[(name, value)]).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn the_mask_key_comes_from_a_variable_or_a_file_and_is_never_shown() {
        use crate::privacy::{MaskAction, Masking};

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        std::fs::write(&path, "0123456789abcdef\n").unwrap();
        let path = path.to_str().unwrap();
        let hashing = || Masking::new().action(MaskAction::Hash);
        for set in [("LOG_MASK_KEY", "0123456789abcdef"), ("LOG_MASK_KEY_FILE", path)] {
            let settings = with(&[set]).unwrap().masking(hashing()).settings().unwrap();
            let given = Masking::new().hash_key("0123456789abcdef");
            assert_eq!(
                settings.masking.mask_key(),
                given.mask_key(),
                "also when masking is chosen afterwards"
            );
            assert!(!format!("{settings:?}").contains("0123456789abcdef"));
        }
        assert!(with(&[]).unwrap().masking(hashing()).settings().is_err());
        for (variables, expected) in [
            (
                vec![("LOG_MASK_KEY", "secret")],
                "LOG_MASK_KEY: the key is too short; use at least 16",
            ),
            (
                vec![("LOG_MASK_KEY_FILE", "/no/such")],
                "LOG_MASK_KEY_FILE: `/no/such` can't be read",
            ),
            (
                vec![("LOG_MASK_KEY", "0123456789abcdef"), ("LOG_MASK_KEY_FILE", path)],
                "LOG_MASK_KEY: the key is in",
            ),
        ] {
            let error = with(&variables).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
