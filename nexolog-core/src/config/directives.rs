//! What `LOG_LEVEL` says: a level, or a list such as `info,auth=debug,hyper=warn`.

use std::collections::BTreeMap;

use super::error::quoted;
use crate::record::Level;

/// From which level on something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threshold {
    From(Level),
    /// Nothing is.
    Off,
}

/// The default level and the levels of single modules and targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directives {
    pub(crate) default: Threshold,
    pub(crate) by_name: BTreeMap<String, Threshold>,
}

impl Default for Directives {
    fn default() -> Directives {
        Directives { default: Threshold::From(Level::Info), by_name: BTreeMap::new() }
    }
}

impl Directives {
    /// Reads a list over the directives in force: a bare level replaces the default.
    pub(crate) fn read(&mut self, text: &str) -> Result<(), String> {
        for part in text.split(',').map(str::trim) {
            match part.split_once('=') {
                None => self.default = threshold(part)?,
                Some((name, level)) => {
                    let name = name.trim();
                    if name.is_empty() {
                        return Err(format!(
                            "{} names no module; use module=level, such as auth=debug",
                            quoted(part)
                        ));
                    }
                    self.by_name.insert(name.to_owned(), threshold(level.trim())?);
                }
            }
        }
        Ok(())
    }
}

fn threshold(text: &str) -> Result<Threshold, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(Threshold::Off);
    }
    text.parse().map(Threshold::From).map_err(|_| {
        format!(
            "{} is no level; use trace, debug, info, warning (or warn), error, critical or off",
            quoted(text)
        )
    })
}

impl std::fmt::Display for Directives {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |threshold: &Threshold| match threshold {
            Threshold::From(level) => level.as_str().to_ascii_lowercase(),
            Threshold::Off => "off".to_owned(),
        };
        f.write_str(&text(&self.default))?;
        for (name, level) in &self.by_name {
            write!(f, ",{name}={}", text(level))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Directives;

    fn read(text: &str) -> Result<String, String> {
        let mut directives = Directives::default();
        directives.read(text).map(|()| directives.to_string())
    }

    #[test]
    fn a_level_or_a_list_is_read() {
        assert_eq!(read("WARN").unwrap(), "warning");
        assert_eq!(read("info, auth=debug ,hyper=off").unwrap(), "info,auth=debug,hyper=off");
        assert_eq!(read("auth=trace").unwrap(), "info,auth=trace");
    }

    #[test]
    fn what_is_no_level_is_named() {
        for (text, named) in
            [("loud", "`loud`"), ("info,auth=", "``"), ("=debug", "`=debug`"), ("", "``")]
        {
            assert!(read(text).unwrap_err().starts_with(named), "{text}");
        }
    }
}
